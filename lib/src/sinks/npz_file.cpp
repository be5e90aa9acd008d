// SPDX-License-Identifier: Apache-2.0
#include "sinks/npz_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "sinks/bytes.h"
#include "sinks/deflater.h"
#include "sinks/zip_file.h"

namespace glyphmill::sinks {
namespace {

/// The head of a .npy file, format 1.0: a Python dictionary, padded so that the data starts at a
/// multiple of 64.
std::string npy_header(const std::string& type, const std::string& shape) {
  const std::string head("\x93NUMPY\x01\x00", 8);
  std::string text =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type, shape);
  const std::size_t unpadded = head.size() + 2 + text.size() + 1;
  text.append((64 - unpadded % 64) % 64, ' ');
  text += '\n';
  std::string size;
  append_little_endian(size, text.size(), 2);
  return head + size + text;
}

std::string images_header(const Pack& pack) {
  const ImageShape& shape = pack.shape;
  std::string text = fmt::format("{}, {}, {}", pack.count, shape.rows, shape.columns);
  if (shape.channels > 1) text += fmt::format(", {}", shape.channels);
  return npy_header(pack.normalize ? "<f4" : "|u1", text);
}

/// The code point of one character of well-formed UTF-8.
std::uint32_t code_point(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead;
  std::uint32_t value = lead & (0xffu >> (character.size() + 1));
  for (const char c : character.substr(1)) value = value << 6 | (static_cast<unsigned>(c) & 0x3fu);
  return value;
}

/// UTF-32, padded with zeros to `width` characters.
void append_utf32(std::string& bytes, std::string_view label, std::uint64_t width) {
  const std::size_t end = bytes.size() + 4 * width;
  for (const std::string& character : utf8_characters(label)) {
    append_little_endian(bytes, code_point(character), 4);
  }
  bytes.resize(end, '\0');
}

}  // namespace

Stretch deflate_labels(const Pack& pack, const Write& write) {
  const std::uint64_t width = std::max<std::uint64_t>(1, pack.longest_label);
  Deflater deflater(write, Repeats::kPatterns);
  deflater.add(npy_header(fmt::format("<U{}", width), fmt::format("{},", pack.count)));
  std::string bytes;
  pack.labels([&](std::string_view label) {
    bytes.clear();
    append_utf32(bytes, label, width);
    deflater.add(bytes);
  });
  deflater.end_stretch();
  write(Deflater::kFinalBlock);
  return joined(deflater.done(), {0, Deflater::kFinalBlock.size(), 0});
}

void write_npz(const Pack& pack, const Stretch& labels_size,
               const std::function<void(const Write&)>& labels, const Write& write) {
  std::string header;
  Deflater deflater([&](std::string_view bytes) { header += bytes; }, Repeats::kPatterns);
  deflater.add(images_header(pack));
  deflater.end_stretch();
  Stretch images_size = deflater.done();
  for (const Stretch& part : pack.parts) images_size = joined(images_size, part);
  images_size.bytes += Deflater::kFinalBlock.size();
  const auto images = [&](const Write& out) {
    out(header);
    pack.images(out);
    out(Deflater::kFinalBlock);
  };
  write_zip({{"arr_0.npy", images_size, images},
             {"arr_1.npy", labels_size, labels},
             {"images.npy", images_size, images},
             {"labels.npy", labels_size, labels}},
            write);
}

}  // namespace glyphmill::sinks
