// SPDX-License-Identifier: Apache-2.0
#include "sinks/encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <opencv2/imgcodecs.hpp>

#include "glyphmill/error.h"

namespace glyphmill::sinks {
namespace {

// The limits of libjpeg and libpng, px; the latter prints where it is exceeded.
constexpr int kMostJpegSide = 65500;
constexpr int kMostPngSide = 1000000;

void check_sides(const std::string& extension, const cv::Mat& image) {
  const bool is_png = extension == ".png";
  const int most = is_png ? kMostPngSide : kMostJpegSide;
  if (std::max(image.rows, image.cols) <= most) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("image: {} holds at most {} rows and columns. Got: {} x {}",
                          is_png ? "PNG" : "JPEG", most, image.rows, image.cols));
}

}  // namespace

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
  encode_image(extension_, image, parameters_, buffer_);
  return {reinterpret_cast<const char*>(buffer_.data()), buffer_.size()};
}

void encode_image(const std::string& extension, const cv::Mat& image,
                  const std::vector<int>& parameters, std::vector<uchar>& bytes) {
  check_sides(extension, image);
  std::string reason = "refused";
  try {
    if (cv::imencode(extension, image, bytes, parameters)) return;
  } catch (const cv::Exception& error) {
    reason = error.err;
  }
  throw Error(ErrorCode::kInternal, fmt::format("image: {} x {} could not be encoded: {}",
                                                image.rows, image.cols, reason));
}

}  // namespace glyphmill::sinks
