// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>
#include <string_view>
#include <vector>

#include "glyphmill/output.h"

namespace glyphmill::sinks {

/// Turns images into file bytes, in memory that is kept from one to the next. One per thread.
class Encoder {
 public:
  explicit Encoder(const OutputOptions& options);

  /// The encoded image; valid until the next call. Throws Error(kInternal) if the codec refuses.
  std::string_view encode(const cv::Mat& image);

 private:
  const char* extension_;
  std::vector<int> parameters_;
  std::vector<uchar> buffer_;
};

/// File extension without the dot: "jpg", "png".
const char* extension_of(ImageExt ext);

}  // namespace glyphmill::sinks
