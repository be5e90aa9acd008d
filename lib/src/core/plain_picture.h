// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

namespace glyphmill::core {

/// A decoded picture as pixels of 8 bits in 1 (gray) or 3 (BGR) channels, as it lies in the file:
/// EXIF does not turn it. 16 bits are reduced to 8, and what is transparent shows white. Empty for
/// an empty picture and for other kinds of pixels.
cv::Mat plain_picture(const cv::Mat& picture, int channels);

}  // namespace glyphmill::core
