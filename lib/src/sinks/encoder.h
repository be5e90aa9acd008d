// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/output.h"

namespace glyphmill::sinks {

/// Turns images into file bytes, in memory that is kept from one to the next. One per thread.
class Encoder {
 public:
  explicit Encoder(const OutputOptions& options);

  /// The encoded image; valid until the next call. Throws as `encode_image` does.
  std::string_view encode(const cv::Mat& image);

 private:
  std::string extension_;
  std::vector<int> parameters_;
  std::vector<uchar> buffer_;
};

/// Encodes `image` as the extension says, ".jpg", ".jpeg" or ".png", into `bytes`. `parameters` are
/// those of cv::imencode. Throws Error: kInvalidArgument for an image larger than the format holds,
/// kInternal if the codec refuses.
void encode_image(const std::string& extension, const cv::Mat& image,
                  const std::vector<int>& parameters, std::vector<uchar>& bytes);

/// File extension without the dot: "jpg", "png". What is `auto` must have been resolved.
const char* extension_of(ImageExt ext);

}  // namespace glyphmill::sinks
