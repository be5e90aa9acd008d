// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzz_input.h"
#include "glyphs/digit_files/npy.h"
#include "glyphs/digit_files/npz.h"

/// An archive, or one array alone: the checksums of archives keep mutations from their arrays.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glyphmill;
  const digit_files::FileBytes file = fuzz::file_of(data, size);
  if (!digit_files::is_npy(file)) {
    fuzz::expect_result_or_refusal([&] { fuzz::touch(digit_files::npz_digits(file)); });
    return 0;
  }
  fuzz::expect_result_or_refusal([&] {
    const digit_files::ImageStack stack = digit_files::image_stack(digit_files::parse_npy(file));
    fuzz::touch(stack.pixels, static_cast<std::size_t>(stack.count) *
                                  static_cast<std::size_t>(stack.rows * stack.cols));
  });
  fuzz::expect_result_or_refusal([&] { digit_files::digit_labels(digit_files::parse_npy(file)); });
  return 0;
}
