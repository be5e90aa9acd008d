// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sinks/checksum.h"

/// What a recipe records of the pictures that it was resolved with.
namespace glyphmill::job {

/// Digest of pieces; their sizes keep them apart.
class PieceChecksum {
 public:
  void add(const void* bytes, std::uint64_t size) {
    checksum_.add({reinterpret_cast<const char*>(&size), sizeof size});
    checksum_.add({static_cast<const char*>(bytes), size});
  }
  void add(std::string_view bytes) { add(bytes.data(), bytes.size()); }
  std::string hex() const { return checksum_.hex(); }

 private:
  sinks::Checksum checksum_;
};

/// Fills in the checksum of `section` that is not given, or compares the one that is: throws
/// Error(kInvalidArgument) for another. `name` is that of the pictures.
void settle_checksum(std::string& given, const std::string& found, std::string_view section,
                     std::string_view name);

}  // namespace glyphmill::job
