// SPDX-License-Identifier: Apache-2.0
#include "core/paper.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace glyphmill {
namespace {

/// The level below which half of what `counts` counts lies.
double median_of(const std::array<int, 256>& counts) {
  int all = 0;
  for (const int count : counts) all += count;
  int level = 0;
  for (int below = counts[0]; 2 * below < all; below += counts[static_cast<std::size_t>(level)]) {
    ++level;
  }
  return level;
}

}  // namespace

cv::Scalar paper_of(const cv::Mat& image) {
  const int band = std::max(1, std::min(image.rows, image.cols) / 16);
  const int channels = image.channels();
  std::array<std::array<int, 256>, 3> counts{};
  const auto count = [&](const cv::Rect& part) {
    for (int y = part.y; y < part.y + part.height; ++y) {
      const std::uint8_t* const row = image.ptr(y) + part.x * channels;
      for (int x = 0; x < part.width * channels; ++x) {
        ++counts[static_cast<std::size_t>(x % channels)][row[x]];
      }
    }
  };
  const int inner = std::max(0, image.rows - 2 * band);
  count({0, 0, image.cols, band});
  count({0, image.rows - band, image.cols, band});
  count({0, band, band, inner});
  count({image.cols - band, band, band, inner});
  cv::Scalar paper;
  for (int c = 0; c < channels; ++c) paper[c] = median_of(counts[static_cast<std::size_t>(c)]);
  return paper;
}

}  // namespace glyphmill
