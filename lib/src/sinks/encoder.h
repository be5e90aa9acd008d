// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>
#include <string_view>
#include <variant>

#include "core/jpeg_encoder.h"
#include "glyphmill/output.h"
#include "sinks/png_encoder.h"

namespace glyphmill::sinks {

/// Turns images into file bytes, in memory that is kept from one to the next. One per thread.
class Encoder {
 public:
  /// What is `auto` must have been resolved.
  Encoder(ImageExt ext, std::uint64_t quality);
  explicit Encoder(const OutputOptions& options) : Encoder(options.image_ext, options.quality) {}

  /// The encoded image; valid until the next call. Throws Error(kInvalidArgument) for what is not
  /// CV_8UC1 or CV_8UC3, or larger than the format holds.
  std::string_view encode(const cv::Mat& image);

 private:
  std::variant<core::JpegEncoder, PngEncoder> codec_;
};

/// File extension without the dot: "jpg", "png". What is `auto` must have been resolved.
const char* extension_of(ImageExt ext);

}  // namespace glyphmill::sinks
