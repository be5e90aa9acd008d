// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace glyphmill::digit_files {

/// Bytes of a file, as they are on disk or unpacked. Copies share them; nobody writes them.
struct FileBytes {
  std::string name;  ///< of the file, for messages
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
  std::shared_ptr<const void> owner;  ///< keeps `data` alive: memory, or a mapped file

  std::string_view text() const { return {reinterpret_cast<const char*>(data), size}; }
  bool starts_with(std::string_view magic) const { return text().substr(0, magic.size()) == magic; }
};

/// Memory that is still to be written, and what keeps it alive.
struct FreshBytes {
  std::uint8_t* data = nullptr;
  std::shared_ptr<const void> owner;
};

/// The bytes of a regular file of any size. Throws Error: kNotFound; kIo; kFormat where it is no
/// regular file (opening a pipe would wait for a writer for ever).
FileBytes file_bytes(const std::string& path);

/// `size` bytes of undefined content. Throws Error(kIo) that names the file where memory is short.
FreshBytes fresh_bytes(std::size_t size, const std::string& name);

/// Throws Error(kFormat) "NAME: RULE. Got: FOUND (at BYTE)". Of unpacked bytes the place is that in
/// the unpacked file.
[[noreturn]] void refuse(const std::string& name, std::string_view rule, std::string_view found,
                         std::optional<std::uint64_t> at = std::nullopt);

}  // namespace glyphmill::digit_files
