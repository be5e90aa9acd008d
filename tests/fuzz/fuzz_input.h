// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "glyphmill/error.h"
#include "glyphmill/ink_images.h"
#include "glyphs/digit_files/file_bytes.h"

namespace glyphmill::fuzz {

/// The bytes that the fuzzer made, as if they were a file.
inline digit_files::FileBytes file_of(const std::uint8_t* data, std::size_t size) {
  digit_files::FileBytes file;
  file.name = "fuzz";
  file.data = data;
  file.size = size;
  file.owner = std::shared_ptr<const void>(data, [](const void*) {});
  return file;
}

/// Runs a reader, which may do nothing but succeed or say that the format is wrong.
template <class Read>
void expect_result_or_refusal(const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kFormat) std::abort();
  }
}

/// Looks at every pixel, so that the address sanitizer can.
inline void touch(const std::uint8_t* pixels, std::size_t count) {
  volatile std::uint8_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum = static_cast<std::uint8_t>(sum + pixels[i]);
}

inline void touch(const InkImages& digits) { touch(digits.pixels, digits.size() * digits.area()); }

}  // namespace glyphmill::fuzz
