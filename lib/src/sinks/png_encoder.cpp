// SPDX-License-Identifier: Apache-2.0
#include "sinks/png_encoder.h"

#include <fmt/format.h>
#include <libdeflate.h>

#include <limits>
#include <opencv2/imgproc.hpp>

#include "glyphmill/error.h"

namespace glyphmill::sinks {
namespace {

constexpr int kLevel = 1;  // the higher ones take twice as long, for noise to no use at all

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr std::uint8_t kGray = 0;
constexpr std::uint8_t kRgb = 2;

/// Bytes of a row, and a 0 before them, which says that no filter was applied.
std::size_t row_bytes(const cv::Mat& image) {
  return 1 + static_cast<std::size_t>(image.cols) * image.elemSize();
}

/// Lays the image into `rows`, which hold `size` bytes of it, as PNG has it: in the order red,
/// green, blue.
void lay_rows(const cv::Mat& image, std::size_t size, std::vector<std::uint8_t>& rows) {
  const std::size_t step = row_bytes(image);
  if (rows.size() < size) rows.resize(size);
  for (std::size_t start = 0; start < size; start += step) rows[start] = 0;
  cv::Mat laid(image.size(), image.type(), rows.data() + 1, step);
  if (image.channels() == 3) {
    cv::cvtColor(image, laid, cv::COLOR_BGR2RGB);
  } else {
    image.copyTo(laid);
  }
}

}  // namespace

PngEncoder::PngEncoder()
    : compressor_(libdeflate_alloc_compressor(kLevel), &libdeflate_free_compressor) {
  if (!compressor_) throw Error(ErrorCode::kInternal, "PNG: the encoder cannot be started");
}

std::string_view PngEncoder::encode(const cv::Mat& image) {
  const std::size_t raw = row_bytes(image) * static_cast<std::size_t>(image.rows);
  if (raw > std::numeric_limits<std::int32_t>::max()) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("image: PNG holds at most 2 GiB of pixels. Got: {} x {}", image.rows,
                            image.cols));
  }
  lay_rows(image, raw, rows_);
  file_.assign(kSignature.begin(), kSignature.end());
  std::size_t chunk = begin_chunk("IHDR");
  append_number(static_cast<std::uint32_t>(image.cols));
  append_number(static_cast<std::uint32_t>(image.rows));
  constexpr std::uint8_t kBitDepth = 8;
  const std::uint8_t color = image.channels() == 3 ? kRgb : kGray;
  file_.insert(file_.end(), {kBitDepth, color, 0, 0, 0});  // deflate, filters, no interlacing
  end_chunk(chunk);
  chunk = begin_chunk("IDAT");
  const std::size_t start = file_.size();
  file_.resize(start + libdeflate_zlib_compress_bound(compressor_.get(), raw));
  const std::size_t size = libdeflate_zlib_compress(compressor_.get(), rows_.data(), raw,
                                                    file_.data() + start, file_.size() - start);
  file_.resize(start + size);
  end_chunk(chunk);
  end_chunk(begin_chunk("IEND"));
  return {reinterpret_cast<const char*>(file_.data()), file_.size()};
}

std::size_t PngEncoder::begin_chunk(std::string_view type) {
  const std::size_t chunk = file_.size();
  append_number(0);  // the length, which is not known yet
  file_.insert(file_.end(), type.begin(), type.end());
  return chunk;
}

void PngEncoder::end_chunk(std::size_t chunk) {
  constexpr std::size_t kBeforeType = 4;
  constexpr std::size_t kBeforeData = 8;
  const auto length = static_cast<std::uint32_t>(file_.size() - chunk - kBeforeData);
  for (std::size_t i = 0; i < 4; ++i) {
    file_[chunk + i] = static_cast<std::uint8_t>(length >> (24 - 8 * i));
  }
  const std::uint8_t* checked = file_.data() + chunk + kBeforeType;
  append_number(libdeflate_crc32(0, checked, file_.size() - chunk - kBeforeType));
}

/// The most significant byte first.
void PngEncoder::append_number(std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    file_.push_back(static_cast<std::uint8_t>(number >> shift));
  }
}

}  // namespace glyphmill::sinks
