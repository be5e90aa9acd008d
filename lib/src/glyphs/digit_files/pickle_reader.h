// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <cstring>

#include "glyphs/digit_files/file_bytes.h"

namespace glyphmill::digit_files {

/// Walks through the bytes of a pickle, never past their end.
class PickleReader {
 public:
  explicit PickleReader(const FileBytes& file) : file_(file) {}

  const FileBytes& file() const { return file_; }
  std::size_t place() const { return at_; }  ///< of the operation that was begun last
  std::size_t left() const { return file_.size - next_; }

  [[noreturn]] void refuse_here(std::string_view rule, std::string_view found) const {
    refuse(file_.name, rule, found, at_);
  }

  unsigned char next_operation() {
    at_ = next_;
    return static_cast<unsigned char>(take(1)[0]);
  }

  std::string_view take(std::uint64_t size) {
    if (size > left()) {
      refuse_here("a pickle must be whole",
                  fmt::format("{} bytes where {} should follow", left(), size));
    }
    const std::string_view bytes = file_.text().substr(next_, static_cast<std::size_t>(size));
    next_ += bytes.size();
    return bytes;
  }

  std::string_view take_line() {
    const std::size_t end = file_.text().find('\n', next_);
    if (end == std::string_view::npos) refuse_here("a name must end its line", "no end");
    const std::string_view line = take(end - next_);
    take(1);
    return line;
  }

  std::uint64_t number(std::size_t size) {
    const std::string_view bytes = take(size);
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = (value << 8) | static_cast<std::uint8_t>(bytes[i]);
    return value;
  }

  /// In two's complement.
  std::int64_t signed_number(std::size_t size) {
    std::uint64_t value = number(size);
    if (size > 0 && size < 8 && (value >> (8 * size - 1)) != 0) {
      value |= ~std::uint64_t{0} << (8 * size);
    }
    return static_cast<std::int64_t>(value);
  }

  double big_endian_double() {
    std::uint64_t bits = 0;
    for (const char byte : take(8)) bits = (bits << 8) | static_cast<std::uint8_t>(byte);
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

 private:
  const FileBytes& file_;
  std::size_t at_ = 0;
  std::size_t next_ = 0;
};

}  // namespace glyphmill::digit_files
