// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "fuzz/fuzz_input.h"
#include "glyphs/digit_files/idx.h"
#include "glyphs/digit_files/inflate.h"

/// Two bytes: the size of the images, little-endian; the images; the labels.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glyphmill;
  if (size < 2) return 0;
  const std::size_t images_size = std::min<std::size_t>(data[0] + 256u * data[1], size - 2);
  fuzz::expect_result_or_refusal([&] {
    const auto unpacked = [](const digit_files::FileBytes& file) {
      return digit_files::is_gzip(file) ? digit_files::gunzip(file) : file;
    };
    const std::uint8_t* const images = data + 2;
    fuzz::touch(digit_files::idx_digits(
        unpacked(fuzz::file_of(images, images_size)),
        unpacked(fuzz::file_of(images + images_size, size - 2 - images_size))));
  });
  return 0;
}
