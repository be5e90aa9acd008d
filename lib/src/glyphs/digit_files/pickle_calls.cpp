// SPDX-License-Identifier: Apache-2.0
#include "glyphs/digit_files/pickle_calls.h"

#include <fmt/format.h>

#include "glyphmill/utf8.h"

namespace glyphmill::digit_files {
namespace {

template <class Wanted>
const Wanted& as(const PickleValue& value, std::string_view rule, const FileBytes& file,
                 std::size_t at) {
  if (const Wanted* const found = std::get_if<Wanted>(&value)) return *found;
  refuse(file.name, rule, kind_of(value), at);
}

void require_count(const PickleList& arguments, std::size_t count, std::string_view what,
                   const FileBytes& file, std::size_t at) {
  if (arguments.items.size() == count) return;
  refuse(file.name, fmt::format("{} takes {} values here", what, count),
         fmt::format("{}", arguments.items.size()), at);
}

}  // namespace

PickleName PickleCalls::name(std::string_view module, std::string_view name, std::size_t at) const {
  static constexpr struct {
    std::string_view module;
    std::string_view name;
    PickleName is;
  } kNames[] = {
      {"numpy.core.multiarray", "_reconstruct", PickleName::kReconstruct},
      {"numpy._core.multiarray", "_reconstruct", PickleName::kReconstruct},
      {"numpy.core.multiarray", "scalar", PickleName::kScalar},
      {"numpy._core.multiarray", "scalar", PickleName::kScalar},
      {"numpy.core.numeric", "_frombuffer", PickleName::kFromBuffer},
      {"numpy._core.numeric", "_frombuffer", PickleName::kFromBuffer},
      {"numpy", "ndarray", PickleName::kNdarray},
      {"numpy", "dtype", PickleName::kDtype},
      {"_codecs", "encode", PickleName::kEncode},
      {"builtins", "bytes", PickleName::kBytes},
      {"__builtin__", "bytes", PickleName::kBytes},
      {"builtins", "bytearray", PickleName::kBytearray},
      {"__builtin__", "bytearray", PickleName::kBytearray},
  };
  for (const auto& each : kNames) {
    if (each.module == module && each.name == name) return each.is;
  }
  constexpr std::size_t kMostShown = 80;
  refuse(file_.name, "a pickle may hold plain values and NumPy arrays only, and calls nothing else",
         fmt::format("{}.{}", printable(module.substr(0, kMostShown)),
                     printable(name.substr(0, kMostShown))),
         at);
}

PickleValue PickleCalls::call(PickleName name, const PickleList& arguments, std::size_t at) {
  switch (name) {
    case PickleName::kReconstruct: {
      // Empty until its state follows.
      auto array = std::make_shared<Array>();
      array->shape = {0};
      array->bytes.name = file_.name;
      return array;
    }
    case PickleName::kScalar:
      return scalar(arguments, at);
    case PickleName::kFromBuffer:
      return from_buffer(arguments, at);
    case PickleName::kNdarray:
      return ndarray(arguments, at);
    case PickleName::kDtype:
      return dtype(arguments, at);
    case PickleName::kEncode:
      return encoded(arguments, at);
    case PickleName::kBytes:
    case PickleName::kBytearray:
      break;
  }
  return bytes_of(arguments, at);
}

void PickleCalls::build(const PickleValue& object, const PickleValue& state, std::size_t at) const {
  const PickleList& values =
      *as<std::shared_ptr<PickleList>>(state, "the state of an array must be a tuple", file_, at);
  if (const auto* const type = std::get_if<std::shared_ptr<ArrayType>>(&object)) {
    // Version, byte order, sub-array, names and fields of a record, size, alignment, flags.
    if (values.items.size() < 8) require_count(values, 8, "the state of a dtype", file_, at);
    for (std::size_t i = 2; i < 5; ++i) {
      as<std::monostate>(values.items[i], "an array of records is not read", file_, at);
    }
    const auto& order =
        as<PickleText>(values.items[1], "the byte order must be text", file_, at).text;
    (*type)->big_endian = order == ">";
    return;
  }
  const auto& target =
      as<std::shared_ptr<Array>>(object, "only arrays and their types have a state", file_, at);
  require_count(values, 5, "the state of an array", file_, at);
  Array built = array(values.items[1], values.items[2], values.items[4], at);
  built.fortran_order = as<bool>(values.items[3], "the order must be True or False", file_, at);
  *target = std::move(built);
}

PickleValue PickleCalls::scalar(const PickleList& arguments, std::size_t at) {
  require_count(arguments, 2, "scalar", file_, at);
  auto one = std::make_shared<PickleList>();
  const Array item = array(PickleValue(one), arguments.items[0], arguments.items[1], at);
  const ArrayItem value = first_item(item);
  if (const auto* const text = std::get_if<std::string>(&value)) {
    take_memory(item.bytes.size, at);
    const auto owner = std::make_shared<const std::string>(*text);
    return PickleText{*owner, owner};
  }
  if (const auto* const truth = std::get_if<bool>(&value)) return *truth;
  if (const auto* const number = std::get_if<double>(&value)) return *number;
  return std::get<std::int64_t>(value);
}

PickleValue PickleCalls::from_buffer(const PickleList& arguments, std::size_t at) const {
  require_count(arguments, 4, "_frombuffer", file_, at);
  auto result = std::make_shared<Array>(
      array(arguments.items[2], arguments.items[1], arguments.items[0], at));
  const auto& order =
      as<PickleText>(arguments.items[3], "the order must be 'C' or 'F'", file_, at).text;
  result->fortran_order = order == "F";
  return result;
}

PickleValue PickleCalls::ndarray(const PickleList& arguments, std::size_t at) const {
  require_count(arguments, 3, "ndarray", file_, at);
  return std::make_shared<Array>(
      array(arguments.items[0], arguments.items[1], arguments.items[2], at));
}

PickleValue PickleCalls::dtype(const PickleList& arguments, std::size_t at) const {
  if (arguments.items.empty()) require_count(arguments, 1, "dtype", file_, at);
  return std::make_shared<ArrayType>(type(arguments.items[0], at));
}

/// Protocol 2 has no bytes: they come as text of the characters 0 to 255.
PickleValue PickleCalls::encoded(const PickleList& arguments, std::size_t at) {
  require_count(arguments, 2, "encode", file_, at);
  const auto text = as<PickleText>(arguments.items[0], "encode takes text", file_, at).text;
  const auto code = as<PickleText>(arguments.items[1], "encode takes text", file_, at).text;
  if (code != "latin1" && code != "latin-1") {
    refuse(file_.name, "bytes must be encoded as latin1", printable(code.substr(0, 40)), at);
  }
  take_memory(text.size(), at);
  const FreshBytes fresh = fresh_bytes(text.size(), file_.name);
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0xc4) refuse(file_.name, "latin1 ends at character 255", "one beyond it", at);
    // The text was found to be UTF-8, so the second byte is there.
    const bool two = byte >= 0x80;
    const auto low = static_cast<unsigned char>(two ? text[++i] : 0);
    fresh.data[size++] = two ? static_cast<std::uint8_t>(((byte & 3u) << 6) | (low & 0x3fu)) : byte;
  }
  return PickleBytes{{reinterpret_cast<const char*>(fresh.data), size}, fresh.owner};
}

PickleValue PickleCalls::bytes_of(const PickleList& arguments, std::size_t at) {
  if (arguments.items.empty()) return PickleBytes{};
  if (arguments.items.size() == 2) return encoded(arguments, at);
  require_count(arguments, 1, "bytes", file_, at);
  return as<PickleBytes>(arguments.items[0], "bytes must be made of bytes", file_, at);
}

Array PickleCalls::array(const PickleValue& shape_value, const PickleValue& type_value,
                         const PickleValue& bytes_value, std::size_t at) const {
  Array result;
  result.type = type(type_value, at);
  result.shape = shape(shape_value, at);
  const auto& items =
      as<PickleBytes>(bytes_value, "the items of an array must be bytes", file_, at);
  result.bytes.name = file_.name;
  result.bytes.data = reinterpret_cast<const std::uint8_t*>(items.bytes.data());
  result.bytes.size = items.bytes.size();
  result.bytes.owner = items.owner;
  // What was unpacked is told by the place of the call.
  const bool in_file = items.owner == file_.owner && result.bytes.data != nullptr;
  result.at = in_file ? static_cast<std::uint64_t>(result.bytes.data - file_.data) : at;
  require_array_size(result, result.bytes.size);
  return result;
}

std::vector<std::uint64_t> PickleCalls::shape(const PickleValue& value, std::size_t at) const {
  constexpr std::string_view kRule = "the shape of an array must be whole numbers from 0 on";
  const auto side = [&](const PickleValue& item) {
    const std::int64_t number = as<std::int64_t>(item, kRule, file_, at);
    if (number < 0) refuse(file_.name, kRule, fmt::format("{}", number), at);
    return static_cast<std::uint64_t>(number);
  };
  if (std::holds_alternative<std::int64_t>(value)) return {side(value)};
  const PickleList& sides = *as<std::shared_ptr<PickleList>>(value, kRule, file_, at);
  constexpr std::size_t kMostSides = 32;  // of NumPy
  if (sides.items.size() > kMostSides) {
    refuse(file_.name, "an array has at most 32 sides", fmt::format("{}", sides.items.size()), at);
  }
  std::vector<std::uint64_t> result;
  for (const PickleValue& item : sides.items) result.push_back(side(item));
  return result;
}

ArrayType PickleCalls::type(const PickleValue& value, std::size_t at) const {
  if (const auto* const known = std::get_if<std::shared_ptr<ArrayType>>(&value)) return **known;
  if (const auto* const bytes = std::get_if<PickleBytes>(&value)) {  // Python 2
    return array_type(bytes->bytes, file_.name, at);
  }
  return array_type(as<PickleText>(value, "the type of an array must be a dtype", file_, at).text,
                    file_.name, at);
}

void PickleCalls::take_memory(std::size_t size, std::size_t at) {
  if (size > unpacked_left_) {
    refuse(file_.name, "what a pickle unpacks must not exceed its own size", "the same text again",
           at);
  }
  unpacked_left_ -= size;
}

}  // namespace glyphmill::digit_files
