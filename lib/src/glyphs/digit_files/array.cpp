// SPDX-License-Identifier: Apache-2.0
#include "glyphs/digit_files/array.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <opencv2/core.hpp>
#include <type_traits>

#include "core/ascii.h"
#include "glyphmill/utf8.h"
#include "glyphs/digit_files/rules.h"

namespace glyphmill::digit_files {
namespace {

constexpr std::string_view kTypesRule = "arrays must be of booleans, whole numbers, floats or text";

/// The short form of the names that NumPy's own types have.
std::string_view code_of_name(std::string_view name) {
  static constexpr std::string_view kCodes[][2] = {
      {"bool", "|b1"},  {"uint8", "|u1"},   {"int8", "|i1"},    {"uint16", "<u2"},
      {"int16", "<i2"}, {"uint32", "<u4"},  {"int32", "<i4"},   {"uint64", "<u8"},
      {"int64", "<i8"}, {"float16", "<f2"}, {"float32", "<f4"}, {"float64", "<f8"},
  };
  for (const auto& each : kCodes) {
    if (each[0] == name) return each[1];
  }
  return name;
}

bool is_known(char kind, std::uint64_t size) {
  switch (kind) {
    case 'b':
      return size == 1;
    case 'u':
    case 'i':
      return size == 1 || size == 2 || size == 4 || size == 8;
    case 'f':
      return size == 2 || size == 4 || size == 8;
    default:
      return (kind == 'U' || kind == 'S') && size >= 1;
  }
}

/// The bits of one item, whatever the byte order of this machine.
template <class Bits>
Bits load_bits(const std::uint8_t* item, bool big_endian) {
  Bits bits = 0;
  for (std::size_t i = 0; i < sizeof(Bits); ++i) {
    const std::size_t shift = 8 * (big_endian ? sizeof(Bits) - 1 - i : i);
    bits = static_cast<Bits>(bits | static_cast<Bits>(static_cast<Bits>(item[i]) << shift));
  }
  return bits;
}

struct Half {};  // a float of 16 bits

template <class Item>
auto load(const std::uint8_t* item, bool big_endian) {
  if constexpr (std::is_same_v<Item, Half>) {
    return static_cast<float>(cv::float16_t::fromBits(load_bits<std::uint16_t>(item, big_endian)));
  } else if constexpr (std::is_floating_point_v<Item>) {
    using Bits = std::conditional_t<sizeof(Item) == 4, std::uint32_t, std::uint64_t>;
    const Bits bits = load_bits<Bits>(item, big_endian);
    Item value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  } else if constexpr (std::is_same_v<Item, bool>) {
    return *item != 0;
  } else {
    return static_cast<Item>(load_bits<std::make_unsigned_t<Item>>(item, big_endian));
  }
}

/// Calls `action` with a value of the C++ type of the items; of numbers only.
template <class Action>
void with_item_type(const ArrayType& type, const Action& action) {
  switch (type.kind * 16 + static_cast<int>(type.item_size)) {
    case 'b' * 16 + 1:
      return action(bool{});
    case 'u' * 16 + 1:
      return action(std::uint8_t{});
    case 'u' * 16 + 2:
      return action(std::uint16_t{});
    case 'u' * 16 + 4:
      return action(std::uint32_t{});
    case 'u' * 16 + 8:
      return action(std::uint64_t{});
    case 'i' * 16 + 1:
      return action(std::int8_t{});
    case 'i' * 16 + 2:
      return action(std::int16_t{});
    case 'i' * 16 + 4:
      return action(std::int32_t{});
    case 'i' * 16 + 8:
      return action(std::int64_t{});
    case 'f' * 16 + 2:
      return action(Half{});
    case 'f' * 16 + 4:
      return action(float{});
    default:
      return action(double{});
  }
}

bool is_text(const ArrayType& type) { return type.kind == 'U' || type.kind == 'S'; }

[[noreturn]] void refuse_pixel(const Array& array, std::uint64_t item, const std::string& value) {
  refuse(
      array.bytes.name,
      array.type.kind == 'f' ? "floating-point pixels must be 0 .. 1" : "pixels must be 0 .. 255",
      value, array.at + item * array.type.item_size);
}

template <class Item>
std::uint8_t pixel_of(const Array& array, std::uint64_t item) {
  const auto value =
      load<Item>(array.bytes.data + item * array.type.item_size, array.type.big_endian);
  using Value = std::remove_const_t<decltype(value)>;
  if constexpr (std::is_same_v<Value, bool>) {
    return value ? 255 : 0;
  } else if constexpr (std::is_floating_point_v<Value>) {
    if (!(value >= 0 && value <= 1)) refuse_pixel(array, item, fmt::format("{}", value));
    return static_cast<std::uint8_t>(value * Value{255} + Value{0.5});
  } else {
    if (value < 0 || static_cast<std::uint64_t>(value) > 255) {
      refuse_pixel(array, item, fmt::format("{}", value));
    }
    return static_cast<std::uint8_t>(value);
  }
}

template <class Item>
void fill_in_order(const Array& array, std::uint8_t* pixels) {
  const std::uint64_t count = array.count();
  for (std::uint64_t i = 0; i < count; ++i) pixels[i] = pixel_of<Item>(array, i);
}

/// In Fortran order the picture's number runs fastest and its column slowest.
template <class Item>
void fill_transposed(const Array& array, const ImageStack& stack, std::uint8_t* pixels) {
  const auto rows = static_cast<std::uint64_t>(stack.rows);
  const auto cols = static_cast<std::uint64_t>(stack.cols);
  constexpr std::uint64_t kBlock = 64;  // pictures at a time, that their lines stay in the cache
  for (std::uint64_t first = 0; first < stack.count; first += kBlock) {
    const std::uint64_t last = std::min(stack.count, first + kBlock);
    for (std::uint64_t place = 0; place < rows * cols; ++place) {
      const std::uint64_t row = place % rows;
      const std::uint64_t col = place / rows;
      for (std::uint64_t i = first; i < last; ++i) {
        pixels[i * rows * cols + row * cols + col] = pixel_of<Item>(array, i + stack.count * place);
      }
    }
  }
}

void append_utf8(std::uint32_t code, std::string& text) {
  const auto byte = [&text](std::uint32_t value) { text += static_cast<char>(value); };
  const auto tail = [&](int shift) { byte(0x80 | ((code >> shift) & 0x3f)); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xc0 | (code >> 6));
  } else if (code < 0x10000) {
    byte(0xe0 | (code >> 12));
    tail(6);
  } else {
    byte(0xf0 | (code >> 18));
    tail(12);
    tail(6);
  }
  tail(0);
}

std::string text_item(const Array& array, std::uint64_t index) {
  const std::uint64_t at = index * array.type.item_size;
  const std::uint8_t* const item = array.bytes.data + at;
  std::string text;
  if (array.type.kind == 'S') {
    text.assign(reinterpret_cast<const char*>(item), array.type.item_size);
  } else {
    for (std::size_t i = 0; i < array.type.item_size; i += 4) {
      const auto code = load_bits<std::uint32_t>(item + i, array.type.big_endian);
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
        refuse(array.bytes.name, "text must be of Unicode characters", fmt::format("{:#x}", code),
               array.at + at + i);
      }
      append_utf8(code, text);
    }
  }
  text.erase(text.find_last_not_of('\0') + 1);
  if (!is_utf8(text)) {
    refuse(array.bytes.name, "text must be UTF-8", printable(text), array.at + at);
  }
  return text;
}

std::string shape_text(const Array& array) {
  return fmt::format("({})", fmt::join(array.shape, ", "));
}

}  // namespace

std::uint64_t Array::count() const {
  std::uint64_t count = 1;
  for (const std::uint64_t side : shape) count *= side;
  return count;
}

ArrayType array_type(std::string_view description, const std::string& array,
                     std::optional<std::uint64_t> at) {
  const std::string_view code = code_of_name(description);
  ArrayType type;
  type.name = printable(description.substr(0, 40));
  std::string_view rest = code;
  if (!rest.empty() && std::string_view("<>|=").find(rest[0]) != rest.npos) {
    type.big_endian = rest[0] == '>';
    rest.remove_prefix(1);
  }
  type.kind = rest.empty() ? '?' : rest[0];
  if (type.kind == 'O') {
    refuse(array, "arrays of objects are not read, for they may hold anything", type.name, at);
  }
  std::uint64_t size = 0;
  const bool is_number = rest.size() >= 2 && rest.size() <= 8 &&
                         std::all_of(rest.begin() + 1, rest.end(), core::is_digit);
  if (is_number) {
    for (const char digit : rest.substr(1))
      size = 10 * size + static_cast<std::uint64_t>(digit - '0');
  }
  if (!is_number || !is_known(type.kind, size)) refuse(array, kTypesRule, type.name, at);
  type.item_size = static_cast<std::size_t>(type.kind == 'U' ? 4 * size : size);
  return type;
}

void require_array_size(const Array& array, std::uint64_t given) {
  std::uint64_t size = array.type.item_size;
  // A side of 0 must not hide others whose product cannot be counted.
  for (const std::uint64_t side : array.shape) {
    const std::uint64_t factor = std::max<std::uint64_t>(1, side);
    if (factor > std::numeric_limits<std::int64_t>::max() / size) {
      refuse(array.bytes.name, "an array must not exceed 2^63 bytes", shape_text(array));
    }
    size *= factor;
  }
  size = array.count() * array.type.item_size;
  if (size == given) return;
  refuse(array.bytes.name,
         fmt::format("an array {} of {} takes {} bytes", shape_text(array), array.type.name, size),
         fmt::format("{}", given), array.at);
}

ImageStack image_stack(const Array& array) {
  const std::vector<std::uint64_t>& shape = array.shape;
  if (shape.size() < 3 || shape.size() > 4 || (shape.size() == 4 && shape[3] != 1)) {
    refuse(array.bytes.name, "images must be of shape (N, H, W) or (N, H, W, 1)",
           shape_text(array));
  }
  require_side(array.bytes.name, shape[1]);
  require_side(array.bytes.name, shape[2]);
  if (is_text(array.type)) refuse(array.bytes.name, "images must be of numbers", array.type.name);
  ImageStack stack;
  stack.count = shape[0];
  stack.rows = static_cast<int>(shape[1]);
  stack.cols = static_cast<int>(shape[2]);
  if (array.type.kind == 'u' && array.type.item_size == 1 && !array.fortran_order) {
    stack.pixels = array.bytes.data;
    stack.owner = array.bytes.owner;
    return stack;
  }
  const FreshBytes fresh = fresh_bytes(static_cast<std::size_t>(array.count()), array.bytes.name);
  with_item_type(array.type, [&](auto item) {
    using Item = decltype(item);
    if (array.fortran_order) {
      fill_transposed<Item>(array, stack, fresh.data);
    } else {
      fill_in_order<Item>(array, fresh.data);
    }
  });
  stack.pixels = fresh.data;
  stack.owner = fresh.owner;
  return stack;
}

std::vector<std::string> array_texts(const Array& array) {
  const bool one_column = array.shape.size() == 2 && array.shape[1] == 1;
  if (array.shape.size() != 1 && !one_column) {
    refuse(array.bytes.name, "labels must be of shape (N,) or (N, 1)", shape_text(array));
  }
  std::vector<std::string> texts;
  if (is_text(array.type)) {
    for (std::uint64_t i = 0; i < array.shape[0]; ++i) texts.push_back(text_item(array, i));
    return texts;
  }
  with_item_type(array.type, [&](auto item) {
    using Item = decltype(item);
    if constexpr (std::is_integral_v<Item> && !std::is_same_v<Item, bool>) {
      for (std::uint64_t i = 0; i < array.shape[0]; ++i) {
        texts.push_back(fmt::format(
            "{}", load<Item>(array.bytes.data + i * sizeof(Item), array.type.big_endian)));
      }
    } else {
      refuse(array.bytes.name, "labels must be whole numbers or text", array.type.name);
    }
  });
  return texts;
}

ArrayItem first_item(const Array& array) {
  if (is_text(array.type)) return text_item(array, 0);
  ArrayItem result;
  with_item_type(array.type, [&](auto item) {
    const auto value = load<decltype(item)>(array.bytes.data, array.type.big_endian);
    using Value = std::remove_const_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, bool>) {
      result = value;
    } else if constexpr (std::is_floating_point_v<Value>) {
      result = static_cast<double>(value);
    } else {
      if (value > 0 && static_cast<std::uint64_t>(value) >
                           static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        refuse(array.bytes.name, "whole numbers must be below 2^63", fmt::format("{}", value),
               array.at);
      }
      result = static_cast<std::int64_t>(value);
    }
  });
  return result;
}

std::vector<char> digit_labels(const Array& array) {
  const std::vector<std::string> texts = array_texts(array);
  std::vector<char> labels;
  labels.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    labels.push_back(
        digit_character(array.bytes.name, texts[i], array.at + i * array.type.item_size));
  }
  return labels;
}

InkImages labelled(const std::string& name, const ImageStack& images, std::vector<char> labels) {
  require_counts(name, images.count, labels.size());
  InkImages result;
  result.rows = images.rows;
  result.cols = images.cols;
  result.characters = std::move(labels);
  result.pixels = images.pixels;
  result.owner = images.owner;
  return result;
}

}  // namespace glyphmill::digit_files
