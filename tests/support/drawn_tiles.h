// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "glyphmill/tiles.h"

namespace glyphmill::test {

/// A tile drawn with OpenCV's strokes: `ink` on `paper`, 34 rows.
inline cv::Mat drawn_tile(const std::string& text, const cv::Scalar& ink = {60, 40, 30},
                          const cv::Scalar& paper = {246, 250, 252}) {
  const int columns = 4 + 20 * static_cast<int>(text.size());
  cv::Mat tile(34, columns, CV_8UC3, paper);
  cv::putText(tile, text, {3, 28}, cv::FONT_HERSHEY_SIMPLEX, 1.0, ink, 2, cv::LINE_AA);
  return tile;
}

inline std::vector<unsigned char> encoded(const cv::Mat& picture, const char* extension = ".png") {
  std::vector<unsigned char> bytes;
  cv::imencode(extension, picture, bytes);
  return bytes;
}

/// The ten digits as a tile folder in memory.
inline TileFolder digit_tiles() {
  TileFolder folder;
  folder.name = "digits";
  for (char digit = '0'; digit <= '9'; ++digit) {
    const std::string text(1, digit);
    folder.files.push_back({text + ".png", encoded(drawn_tile(text))});
  }
  return folder;
}

}  // namespace glyphmill::test
