// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <string_view>
#include <vector>

struct libdeflate_compressor;

namespace glyphmill::sinks {

/// PNG (ISO/IEC 15948) of 8-bit gray or RGB in one IDAT chunk, deflated by libdeflate, which takes
/// a quarter of the time of zlib's fastest level. Rows go unfiltered: both noise and flat paper
/// come out smaller that way than by differences. One per thread.
class PngEncoder {
 public:
  static constexpr const char* kName = "PNG";
  static constexpr int kMostSide = 1000000;  ///< rows or columns; libpng reads no more

  PngEncoder();

  /// `image` is CV_8UC1 or CV_8UC3 (BGR) and no larger than the format holds. Valid until the next
  /// call. Throws Error(kInvalidArgument) for more than 2 GiB of pixels.
  std::string_view encode(const cv::Mat& image);

 private:
  /// Where the chunk starts, to end it.
  std::size_t begin_chunk(std::string_view type);
  void end_chunk(std::size_t chunk);
  void append_number(std::uint32_t number);

  std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> compressor_;
  std::vector<std::uint8_t> rows_;  ///< as the format has them, each behind its filter's number
  std::vector<std::uint8_t> file_;
};

}  // namespace glyphmill::sinks
