// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <opencv2/core.hpp>

namespace glyphmill::compose {

/// Paper and ink mixed by coverage, rounded: 0 gives the paper, 255 the ink.
inline uchar mixed(uchar paper, uchar ink, uchar coverage) {
  const int sum = paper * (255 - coverage) + ink * coverage;
  return static_cast<uchar>((sum + 127) / 255);
}

inline cv::Vec3b mixed(const cv::Vec3b& paper, const cv::Vec3b& ink, uchar coverage) {
  return {mixed(paper[0], ink[0], coverage), mixed(paper[1], ink[1], coverage),
          mixed(paper[2], ink[2], coverage)};
}

/// Luma of ITU-R BT.601, rounded.
inline uchar gray_of(const cv::Vec3b& bgr) {
  return static_cast<uchar>((114 * bgr[0] + 587 * bgr[1] + 299 * bgr[2] + 500) / 1000);
}

/// The colour of each coverage: BGR in the low three bytes, or gray in the lowest.
struct Palette {
  std::array<std::uint32_t, 256> colors;
  cv::Scalar paper;
};

Palette make_palette(const cv::Vec3b& paper, const cv::Vec3b& ink, bool color);

/// Turns a coverage map (CV_8UC1) into CV_8UC3 or, without colour, CV_8UC1.
void colorize(const cv::Mat& coverage, const Palette& palette, bool color, cv::Mat& image);

}  // namespace glyphmill::compose
