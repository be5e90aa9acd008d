// SPDX-License-Identifier: Apache-2.0
#include "core/picture_size.h"

#include <algorithm>
#include <cstdlib>

namespace glyphmill::core {
namespace {

/// Bounds-checked reads of whole numbers; anything past the end reads as nothing.
class Reader {
 public:
  Reader(std::string_view bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  std::optional<std::uint32_t> number(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || bytes_.size() - at < size) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      value =
          (value << 8) | static_cast<unsigned char>(bytes_[at + (big_endian_ ? i : size - 1 - i)]);
    }
    return value;
  }

 private:
  std::string_view bytes_;
  bool big_endian_;
};

std::optional<PictureSize> both(std::optional<std::uint32_t> width,
                                std::optional<std::uint32_t> height) {
  if (!width || !height) return std::nullopt;
  return PictureSize{*width, *height};
}

std::optional<PictureSize> png_size(std::string_view bytes) {
  const Reader reader(bytes, true);
  return both(reader.number(16, 4), reader.number(20, 4));  // IHDR is always the first chunk
}

std::optional<PictureSize> bmp_size(std::string_view bytes) {
  const Reader reader(bytes, false);
  constexpr std::uint32_t kCoreHeader = 12;
  if (reader.number(14, 4) == kCoreHeader) return both(reader.number(18, 2), reader.number(20, 2));
  auto size = both(reader.number(18, 4), reader.number(22, 4));
  // A negative height means rows from the top.
  if (size && size->height >= 0x80000000u) size->height = 0x100000000u - size->height;
  return size;
}

/// Where a JPEG's start of frame is.
std::optional<std::size_t> jpeg_frame(std::string_view bytes) {
  const Reader reader(bytes, true);
  std::size_t at = 2;
  for (;;) {
    const auto marker = reader.number(at, 2);
    if (!marker || (*marker >> 8) != 0xff) return std::nullopt;
    const std::uint32_t kind = *marker & 0xff;
    if (kind == 0xff) {  // fill byte
      ++at;
      continue;
    }
    // Start of frame: C0 to CF but for the Huffman (C4), reserved (C8) and arithmetic (CC) tables.
    if (kind >= 0xc0 && kind <= 0xcf && kind != 0xc4 && kind != 0xc8 && kind != 0xcc) {
      return at;
    }
    const auto length = reader.number(at + 2, 2);
    if (!length || *length < 2) return std::nullopt;
    at += 2 + *length;
  }
}

std::optional<PictureSize> jpeg_size(std::string_view bytes) {
  const auto frame = jpeg_frame(bytes);
  if (!frame) return std::nullopt;
  const Reader reader(bytes, true);
  return both(reader.number(*frame + 7, 2), reader.number(*frame + 5, 2));
}

std::optional<PictureSize> tiff_size(std::string_view bytes) {
  const Reader reader(bytes, bytes[0] == 'M');
  const auto directory = reader.number(4, 4);
  if (!directory) return std::nullopt;
  const auto entries = reader.number(*directory, 2);
  if (!entries) return std::nullopt;
  std::optional<std::uint32_t> width;
  std::optional<std::uint32_t> height;
  for (std::size_t i = 0; i < *entries; ++i) {
    const std::size_t at = *directory + 2 + 12 * i;
    const auto tag = reader.number(at, 2);
    const auto type = reader.number(at + 2, 2);
    if (!tag || !type) return std::nullopt;
    const auto value = reader.number(at + 8, *type == 3 ? 2 : 4);  // SHORT or LONG
    if (*tag == 256) width = value;
    if (*tag == 257) height = value;
  }
  return both(width, height);
}

bool starts_with(std::string_view bytes, std::string_view magic) {
  return bytes.substr(0, magic.size()) == magic;
}

constexpr std::string_view kPngMagic = "\x89PNG\r\n\x1a\n";
constexpr std::string_view kJpegMagic = "\xff\xd8";

}  // namespace

std::optional<PictureSize> picture_size(std::string_view bytes) {
  if (starts_with(bytes, kPngMagic)) return png_size(bytes);
  if (starts_with(bytes, kJpegMagic)) return jpeg_size(bytes);
  if (starts_with(bytes, "BM")) return bmp_size(bytes);
  const bool tiff = starts_with(bytes, std::string_view("II*\0", 4)) ||
                    starts_with(bytes, std::string_view("MM\0*", 4));
  if (tiff) return tiff_size(bytes);
  return std::nullopt;
}

std::optional<bool> says_color(std::string_view bytes) {
  const Reader reader(bytes, true);
  if (starts_with(bytes, kPngMagic)) {
    constexpr std::uint32_t kPalette = 1, kColor = 2;  // bits of IHDR's colour type
    const auto type = reader.number(25, 1);
    if (!type) return std::nullopt;
    return (*type & (kPalette | kColor)) != 0;
  }
  if (!starts_with(bytes, kJpegMagic)) return std::nullopt;
  const auto frame = jpeg_frame(bytes);
  const auto components = frame ? reader.number(*frame + 9, 1) : std::nullopt;
  if (!components) return std::nullopt;
  return *components > 1;
}

bool ends_early(std::string_view bytes) {
  using namespace std::string_view_literals;
  const std::string_view text = bytes;
  // Cameras may pad a JPEG after its end, so look for the marks near the end of the file.
  const std::string_view tail = text.substr(text.size() - std::min<std::size_t>(64, text.size()));
  if (text.substr(0, 4) == "\x89PNG"sv) return tail.find("IEND\xae\x42\x60\x82"sv) == tail.npos;
  if (text.substr(0, 2) == "\xff\xd8"sv) return tail.find("\xff\xd9"sv) == tail.npos;
  return false;
}

}  // namespace glyphmill::core
