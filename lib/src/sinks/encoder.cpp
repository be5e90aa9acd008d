// SPDX-License-Identifier: Apache-2.0
#include "sinks/encoder.h"

#include <opencv2/imgcodecs.hpp>

#include "glyphmill/error.h"

namespace glyphmill::sinks {

const char* extension_of(ImageExt ext) { return ext == ImageExt::kPng ? "png" : "jpg"; }

Encoder::Encoder(const OutputOptions& options)
    : extension_(options.image_ext == ImageExt::kPng ? ".png" : ".jpg") {
  if (options.image_ext == ImageExt::kPng) {
    // Noise does not compress: the fastest level gives the smallest files per second.
    parameters_ = {cv::IMWRITE_PNG_COMPRESSION, 1};
  } else {
    parameters_ = {cv::IMWRITE_JPEG_QUALITY, static_cast<int>(options.quality)};
  }
}

std::string_view Encoder::encode(const cv::Mat& image) {
  if (!cv::imencode(extension_, image, buffer_, parameters_)) {
    throw Error(ErrorCode::kInternal, "image encoder: refused a sample's image");
  }
  return {reinterpret_cast<const char*>(buffer_.data()), buffer_.size()};
}

}  // namespace glyphmill::sinks
