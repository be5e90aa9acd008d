// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

namespace glyphmill::glyphs {

/// The smallest rectangle that holds every pixel above 0 in the columns [columns.start,
/// columns.end) of a coverage map (CV_8UC1). Where there is no ink: these columns at no height.
cv::Rect ink_bounds(const cv::Mat& coverage, const cv::Range& columns);

}  // namespace glyphmill::glyphs
