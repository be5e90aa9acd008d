// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

namespace glyphmill {

/// What lies behind the text of a picture that nobody describes: the median of each channel in a
/// band along the edges, which is wide enough to look past a frame of a line. `image` is CV_8UC1 or
/// CV_8UC3 and not empty.
cv::Scalar paper_of(const cv::Mat& image);

}  // namespace glyphmill
