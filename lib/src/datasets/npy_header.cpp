// SPDX-License-Identifier: Apache-2.0
#include "datasets/npy_header.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "datasets/format_reader.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"

namespace glyphmill::datasets {
namespace {

/// Takes `text` away from the front; false if it is not there.
bool accept(std::string_view& rest, std::string_view text) {
  if (rest.substr(0, text.size()) != text) return false;
  rest.remove_prefix(text.size());
  return true;
}

/// "5, 50, 300), }": the sides up to the bracket. False if they are none.
bool parse_sides(std::string_view& rest, std::vector<std::uint64_t>& sides) {
  constexpr std::size_t kMostSides = 4;
  constexpr std::size_t kMostDigits = 18;  // always a number of 64 bits
  while (!accept(rest, ")")) {
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (digits == 0 || digits > kMostDigits || sides.size() == kMostSides) return false;
    sides.push_back(parse_integer(rest.substr(0, digits)));
    rest.remove_prefix(digits);
    if (!accept(rest, ", ") && !accept(rest, ",") && rest.substr(0, 1) != ")") return false;
  }
  return true;
}

}  // namespace

NpyHeader read_npy_header(const std::string& origin, const TakeBytes& take) {
  std::string head;
  take(10, head);
  if (std::string_view(head).substr(0, 8) != std::string_view("\x93NUMPY\x01\x00", 8)) {
    refuse(origin, "must begin with \\x93NUMPY and version 1.0", shown(head.substr(0, 8)));
  }
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(head[i]); };
  std::string text;
  take(byte(8) + 256U * byte(9), text);
  std::string_view rest = text;
  NpyHeader header;
  bool good = accept(rest, "{'descr': '");
  if (good) {
    header.type = rest.substr(0, rest.find('\''));
    rest.remove_prefix(header.type.size());
    good = accept(rest, "', 'fortran_order': False, 'shape': (") &&
           parse_sides(rest, header.sides) && accept(rest, ", }") &&
           rest.find_first_not_of(' ') == rest.size() - 1 && rest.back() == '\n';
  }
  if (!good) refuse(origin, "must describe an array in C order", shown(text));
  return header;
}

PixelLayout image_layout(const std::string& origin, const std::string& type,
                         const std::vector<std::uint64_t>& sides, std::uint64_t count) {
  const std::string found = fmt::format("{} ({})", shown(type), fmt::join(sides, ", "));
  const bool good = (type == "|u1" || type == "<f4") &&
                    (sides.size() == 3 || (sides.size() == 4 && sides[3] == 3)) &&
                    sides[0] == count && sides[1] <= kLongestSide && sides[2] <= kLongestSide;
  if (!good) {
    refuse(origin,
           fmt::format("images must be |u1 or <f4 ({}, H, W) or ({}, H, W, 3), sides at most {}",
                       count, count, kLongestSide),
           found);
  }
  PixelLayout layout;
  layout.rows = static_cast<int>(sides[1]);
  layout.columns = static_cast<int>(sides[2]);
  layout.channels = sides.size() == 4 ? 3 : 1;
  layout.is_float = type == "<f4";
  pixel_bytes(origin, layout);
  return layout;
}

}  // namespace glyphmill::datasets
