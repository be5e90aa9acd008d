// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>
#include <string_view>

namespace glyphmill::core {

/// What cv::imdecode(bytes, cv::IMREAD_UNCHANGED) gives, without loading OpenCV's imgcodecs for the
/// usual kinds of PNG and JPEG: in Debian it brings 120 other libraries with it, whose loading takes
/// longer than all that a program does before its first sample. It is loaded for everything else
/// (BMP, TIFF, palettes, 16 bits, damaged files, ...). Empty for what it cannot decode; may throw
/// cv::Exception, and Error(kIo) if it is not installed. Thread-safe.
cv::Mat decode_picture(std::string_view bytes);

}  // namespace glyphmill::core
