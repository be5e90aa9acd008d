// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "datasets/stored_file.h"

namespace glyphmill::fuzz {

/// The bytes that the fuzzer made, as a file without a name.
inline datasets::StoredFile stored_file_of(const std::uint8_t* data, std::size_t size) {
  const int descriptor = ::memfd_create("fuzz", MFD_CLOEXEC);
  if (descriptor < 0 || ::write(descriptor, data, size) != static_cast<ssize_t>(size)) std::abort();
  return {descriptor, "fuzz"};
}

}  // namespace glyphmill::fuzz
