// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

namespace glyphmill::compose {

/// Resamples the rows of a coverage map (CV_8UC1) to those of `result` (CV_8UC1 with as many
/// columns and at least kLeastBilinear of the rows, see stretch.h), bilinearly on a grid of 1/128
/// row. Integers only.
void resample_rows(const cv::Mat& coverage, cv::Mat& result);

}  // namespace glyphmill::compose
