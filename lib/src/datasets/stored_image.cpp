// SPDX-License-Identifier: Apache-2.0
#include "datasets/stored_image.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cstring>
#include <opencv2/imgproc.hpp>

#include "core/decode_picture.h"
#include "core/picture_size.h"
#include "core/plain_picture.h"
#include "datasets/format_reader.h"
#include "glyphmill/data_set.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"

namespace glyphmill {
namespace {

constexpr std::uint64_t kMostPixels = 100000000;
constexpr std::string_view kImageRule = "must be a whole PNG or JPEG image of 8 bits";

constexpr std::string_view kPictureRule = "must be a whole PNG, JPEG, BMP or TIFF image";

constexpr std::string_view kPngMagic = "\x89PNG\r\n\x1a\n";

bool is_png(std::string_view bytes) { return bytes.substr(0, kPngMagic.size()) == kPngMagic; }
bool is_jpeg(std::string_view bytes) { return bytes.substr(0, 3) == "\xff\xd8\xff"; }

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

/// Chunks up to IEND, and their checksums. libpng would tell the terminal what is wrong.
bool is_whole_png(std::string_view bytes) {
  constexpr std::size_t kChunk = 12;  // length, type and checksum
  for (bytes.remove_prefix(kPngMagic.size()); bytes.size() >= kChunk;) {
    const std::uint64_t size = big_endian(bytes.substr(0, 4));
    if (size > bytes.size() - kChunk) return false;
    const std::string_view content = bytes.substr(4, 4 + static_cast<std::size_t>(size));
    const uLong checksum =
        crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size());
    if (checksum != big_endian(bytes.substr(4 + content.size(), 4))) return false;
    bytes.remove_prefix(content.size() + 8);
    if (content.substr(0, 4) == "IEND") return bytes.empty();
  }
  return false;
}

/// What the header says. Throws, naming `rule`, for what is no whole image file.
core::PictureSize checked_size(const std::string& origin, std::string_view bytes,
                               std::string_view rule) {
  using datasets::refuse;
  const auto size = core::picture_size(bytes);
  if (!size) refuse(origin, rule, "a part of one");
  if (size->width == 0 || size->height == 0 || size->width > kMostPixels / size->height) {
    refuse(origin, fmt::format("an image must have 1 to {} pixels", kMostPixels),
           fmt::format("{} x {}", size->width, size->height));
  }
  if (core::ends_early(bytes)) refuse(origin, rule, "a part of one");
  if (is_png(bytes) && !is_whole_png(bytes)) refuse(origin, rule, "damaged data");
  return *size;
}

/// The pixels as the file has them. Throws for what cannot be decoded.
cv::Mat decoded_bytes(const std::string& origin, std::string_view bytes, std::string_view rule) {
  cv::Mat image;
  try {
    image = core::decode_picture(bytes);
  } catch (const cv::Exception&) {
    image.release();
  }
  if (image.empty()) datasets::refuse(origin, rule, "damaged data");
  return image;
}

cv::Mat decoded_file(const std::string& origin, const std::string& bytes) {
  using datasets::refuse;
  if (bytes.empty()) refuse(origin, kImageRule, "nothing");
  if (!is_png(bytes) && !is_jpeg(bytes)) refuse(origin, kImageRule, shown(bytes));
  checked_size(origin, bytes, kImageRule);
  cv::Mat image = decoded_bytes(origin, bytes, kImageRule);
  if (image.type() != CV_8UC1 && image.type() != CV_8UC3) {
    refuse(origin, "an image must have 8 bits and 1 or 3 channels",
           fmt::format("{} bits, {} channels", 8 * image.elemSize1(), image.channels()));
  }
  return image;
}

cv::Mat image_of_pixels(const std::string& origin, const PixelLayout& layout, std::string& bytes) {
  if (bytes.size() != datasets::pixel_bytes(origin, layout)) {
    datasets::refuse(origin, "must have all pixels of its size",
                     fmt::format("{} bytes", bytes.size()));
  }
  const int type = CV_MAKETYPE(layout.is_float ? CV_32F : CV_8U, layout.channels);
  const cv::Mat stored(layout.rows, layout.columns, type, bytes.data());
  cv::Mat image;
  stored.convertTo(image, CV_8U, layout.is_float ? 255 : 1);
  if (layout.channels == 3) cv::cvtColor(image, image, cv::COLOR_RGB2BGR);
  return image;
}

}  // namespace

cv::Mat decoded(const StoredSample& sample) {
  // OpenCV reads through pointers that are not const.
  auto& bytes = const_cast<std::string&>(sample.bytes);
  return sample.pixels ? image_of_pixels(sample.place, *sample.pixels, bytes)
                       : decoded_file(sample.place, bytes);
}

}  // namespace glyphmill

namespace glyphmill::datasets {

PictureKind checked_kind(const StoredSample& sample) {
  const std::string& origin = sample.place;
  const std::string_view bytes = sample.bytes;
  if (sample.pixels) {
    const PixelLayout& layout = *sample.pixels;
    pixel_bytes(origin, layout);
    return {{layout.columns, layout.rows}, layout.channels == 3};
  }
  if (bytes.empty()) refuse(origin, kPictureRule, "nothing");
  const std::string_view two = bytes.substr(0, 2);
  if (!is_png(bytes) && !is_jpeg(bytes) && two != "BM" && two != "II" && two != "MM") {
    refuse(origin, kPictureRule, shown(bytes));
  }
  const core::PictureSize size = checked_size(origin, bytes, kPictureRule);
  const auto color = core::says_color(bytes);
  return {{static_cast<int>(size.width), static_cast<int>(size.height)},
          color ? *color : decoded_bytes(origin, bytes, kPictureRule).channels() > 1};
}

cv::Mat plain_image(const StoredSample& sample, int channels) {
  const cv::Mat stored =
      sample.pixels ? decoded(sample) : decoded_bytes(sample.place, sample.bytes, kPictureRule);
  cv::Mat image = core::plain_picture(stored, channels);
  if (image.empty()) refuse(sample.place, kPictureRule, "one that has other than 8 or 16 bits");
  return image;
}

std::size_t pixel_bytes(const std::string& origin, const PixelLayout& layout) {
  const auto sides = fmt::format("{} x {} x {}", layout.rows, layout.columns, layout.channels);
  const auto side = [](int value) {
    return value >= 1 && static_cast<std::uint64_t>(value) <= kLongestSide;
  };
  if (!side(layout.rows) || !side(layout.columns) ||
      (layout.channels != 1 && layout.channels != 3)) {
    refuse(
        origin,
        fmt::format("images must have 1 to {} rows and columns, and 1 or 3 channels", kLongestSide),
        sides);
  }
  const auto pixels =
      static_cast<std::uint64_t>(layout.rows) * static_cast<std::uint64_t>(layout.columns);
  if (pixels > kMostPixels) {
    refuse(origin, fmt::format("an image must have 1 to {} pixels", kMostPixels), sides);
  }
  return static_cast<std::size_t>(pixels) * static_cast<std::size_t>(layout.channels) *
         (layout.is_float ? sizeof(float) : 1);
}

std::string file_ending_in(const OpenSet& set, std::string_view end) {
  for (const DataSetFile& file : set.manifest.files) {
    const std::string& path = file.path;
    if (path.size() > end.size() && path.compare(path.size() - end.size(), end.size(), end) == 0) {
      return path;
    }
  }
  refuse(set.root + "/manifest.json", fmt::format("'files' must name one that ends in {}", end),
         "none");
}

}  // namespace glyphmill::datasets
