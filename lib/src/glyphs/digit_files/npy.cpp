// SPDX-License-Identifier: Apache-2.0
#include "glyphs/digit_files/npy.h"

#include <fmt/format.h>

#include <limits>
#include <set>

#include "core/ascii.h"
#include "glyphmill/parse.h"

namespace glyphmill::digit_files {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

/// The header: a Python dictionary of text, truth values and a tuple of whole numbers.
class HeaderReader {
 public:
  HeaderReader(const FileBytes& file, std::size_t begin, std::size_t end)
      : file_(file), at_(begin), end_(end) {}

  Array read() {
    Array array;
    array.bytes.name = file_.name;
    std::set<std::string> keys;
    expect('{');
    while (!accept('}')) {
      const std::string key = text();
      expect(':');
      if (!keys.insert(key).second) refuse_here("every key must be given once");
      read_value(key, array);
      if (!accept(',') && peek() != '}') refuse_here("expected ',' or '}'");
    }
    if (keys.size() != 3) refuse_here("descr, fortran_order and shape must be given");
    if (peek() != '\0') refuse_here("nothing may follow the dictionary");
    return array;
  }

 private:
  void read_value(const std::string& key, Array& array) {
    if (key == "descr") {
      if (peek() == '[') refuse_here("an array of records is not read");
      array.type = array_type(text(), file_.name);
    } else if (key == "fortran_order") {
      array.fortran_order = truth();
    } else if (key == "shape") {
      array.shape = tuple();
    } else {
      refuse_here("keys must be descr, fortran_order and shape");
    }
  }

  /// The next character that is not white space; '\0' at the end.
  char peek() {
    while (at_ < end_ && (file_.data[at_] == ' ' || file_.data[at_] == '\n')) ++at_;
    return at_ < end_ ? static_cast<char>(file_.data[at_]) : '\0';
  }

  bool accept(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }

  void expect(char wanted) {
    if (!accept(wanted)) refuse_here(fmt::format("expected '{}'", wanted));
  }

  std::string text() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') refuse_here("expected text in quotation marks");
    const std::string_view rest = file_.text().substr(at_ + 1, end_ - at_ - 1);
    const std::size_t size = rest.find(quote);
    if (size == rest.npos) refuse_here("text must end");
    at_ += size + 2;
    return std::string(rest.substr(0, size));
  }

  bool truth() {
    peek();
    const std::string_view rest = file_.text().substr(at_, end_ - at_);
    for (const std::string_view word : {"True", "False"}) {
      if (rest.substr(0, word.size()) != word) continue;
      at_ += word.size();
      return word == "True";
    }
    refuse_here("expected True or False");
  }

  std::uint64_t number() {
    if (!core::is_digit(peek())) refuse_here("expected a whole number");
    std::uint64_t value = 0;
    for (; at_ < end_ && core::is_digit(static_cast<char>(file_.data[at_])); ++at_) {
      if (value > std::numeric_limits<std::uint64_t>::max() / 10 - 1) {
        refuse_here("a side of an array must be below 2^63");
      }
      value = 10 * value + (file_.data[at_] - std::uint64_t{'0'});
    }
    accept('L');  // as Python 2 wrote long ones
    return value;
  }

  std::vector<std::uint64_t> tuple() {
    constexpr std::size_t kMostSides = 32;  // of NumPy
    std::vector<std::uint64_t> sides;
    expect('(');
    while (!accept(')')) {
      if (sides.size() == kMostSides) refuse_here("an array has at most 32 sides");
      sides.push_back(number());
      if (!accept(',') && peek() != ')') refuse_here("expected ',' or ')'");
    }
    return sides;
  }

  [[noreturn]] void refuse_here(std::string_view rule) const {
    refuse(file_.name, fmt::format(".npy header: {}", rule),
           shown(file_.text().substr(at_, end_ - at_)), at_);
  }

  const FileBytes& file_;
  std::size_t at_;
  std::size_t end_;
};

}  // namespace

bool is_npy(const FileBytes& file) { return file.starts_with(kMagic); }

Array parse_npy(const FileBytes& file) {
  if (!is_npy(file) || file.size < 10) {
    refuse(file.name, ".npy must begin with \\x93NUMPY and its version",
           shown(file.text().substr(0, 8)), 0);
  }
  const unsigned version = file.data[6];
  if (version < 1 || version > 3 || file.data[7] != 0) {
    refuse(file.name, ".npy must be of version 1.0, 2.0 or 3.0",
           fmt::format("{}.{}", version, file.data[7]), 6);
  }
  const std::size_t begin = version == 1 ? 10 : 12;
  std::uint64_t size = 0;
  for (std::size_t i = begin; i-- > 8;) size = (size << 8) | (i < file.size ? file.data[i] : 0u);
  if (file.size < begin || size > file.size - begin) {
    refuse(file.name, fmt::format("the .npy header has {} bytes", size),
           fmt::format("a file of {}", file.size), 8);
  }
  const std::size_t end = begin + static_cast<std::size_t>(size);
  Array array = HeaderReader(file, begin, end).read();
  array.at = end;
  require_array_size(array, file.size - end);
  array.bytes.data = file.data + end;
  array.bytes.size = file.size - end;
  array.bytes.owner = file.owner;
  return array;
}

}  // namespace glyphmill::digit_files
