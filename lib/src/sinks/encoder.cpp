// SPDX-License-Identifier: Apache-2.0
#include "sinks/encoder.h"

#include <fmt/format.h>

#include <algorithm>

#include "glyphmill/error.h"

namespace glyphmill::sinks {
namespace {

std::variant<core::JpegEncoder, PngEncoder> codec_of(ImageExt ext, std::uint64_t quality) {
  if (ext == ImageExt::kPng) return PngEncoder();
  return core::JpegEncoder(static_cast<int>(quality));
}

void check_type(const cv::Mat& image) {
  if (!image.empty() && (image.type() == CV_8UC1 || image.type() == CV_8UC3)) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("image: must be 8-bit with 1 or 3 channels. Got: {}",
                          image.empty() ? "an empty image" : cv::typeToString(image.type())));
}

template <class Codec>
void check_sides(const cv::Mat& image) {
  if (std::max(image.rows, image.cols) <= Codec::kMostSide) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("image: {} holds at most {} rows and columns. Got: {} x {}", Codec::kName,
                          Codec::kMostSide, image.rows, image.cols));
}

}  // namespace

const char* extension_of(ImageExt ext) { return ext == ImageExt::kPng ? "png" : "jpg"; }

Encoder::Encoder(ImageExt ext, std::uint64_t quality) : codec_(codec_of(ext, quality)) {}

std::string_view Encoder::encode(const cv::Mat& image) {
  check_type(image);
  return std::visit(
      [&](auto& codec) {
        check_sides<std::decay_t<decltype(codec)>>(image);
        return codec.encode(image);
      },
      codec_);
}

}  // namespace glyphmill::sinks
