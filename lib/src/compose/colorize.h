// SPDX-License-Identifier: Apache-2.0
#pragma once

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

/// What no coverage and full coverage look like, BGR.
struct Colors {
  cv::Vec3b paper;
  cv::Vec3b ink;
};

inline Colors grays_of(const Colors& colors) {
  return {cv::Vec3b::all(gray_of(colors.paper)), cv::Vec3b::all(gray_of(colors.ink))};
}

}  // namespace glyphmill::compose
