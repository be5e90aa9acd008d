// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "glyphmill/ink_images.h"

namespace glyphmill::test {

/// Pictures of the characters, `each` of every one: upright bars of full ink, 2 px wide for the
/// first character, 3 for the next, ..., as high as the picture but for 4 px above and below. The
/// n-th picture of a character has the level 255 - n, so that it can be told in an image.
inline InkImages bars(const std::string& characters, int each, int rows = 28, int cols = 28) {
  const auto pixels = std::make_shared<std::vector<std::uint8_t>>(
      characters.size() * static_cast<std::size_t>(each * rows * cols));
  InkImages images{rows, cols, {}, pixels->data(), pixels};
  std::uint8_t* at = pixels->data();
  for (int n = 0; n < each; ++n) {
    for (std::size_t c = 0; c < characters.size(); ++c) {
      cv::Mat picture(rows, cols, CV_8UC1, at);
      const int width = static_cast<int>(c) + 2;
      picture(cv::Rect((cols - width) / 2, 4, width, rows - 8)).setTo(255 - n);
      images.characters.push_back(characters[c]);
      at += images.area();
    }
  }
  return images;
}

}  // namespace glyphmill::test
