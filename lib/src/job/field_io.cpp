// SPDX-License-Identifier: Apache-2.0
#include "job/field_io.h"

#include <fmt/format.h>

#include <algorithm>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/utf8.h"

namespace glyphmill {
namespace {

[[noreturn]] void refuse(const std::string& rule, const std::string& got) {
  throw Error(ErrorCode::kInvalidArgument, fmt::format("{}. Got: {}", rule, got));
}

double number_of(const FieldValue& value, const Bounds& bounds) {
  return parse_number(scalar_of(value, "must be one number"), bounds);
}

Range range_of(const FieldValue& value, const Bounds& bounds) {
  const bool one = value.shape == FieldValue::Shape::kScalar;
  const bool two = value.shape == FieldValue::Shape::kList && value.items.size() == 2;
  if (!one && !two) refuse("must be one number or [min, max]", shown(value));
  const double min = parse_number(value.items.front(), bounds);
  const double max = parse_number(value.items.back(), bounds);
  if (min > max) refuse("min must not be above max", shown(value));
  return {min, max};
}

IntegerRange integer_range_of(const FieldValue& value, const IntegerRange& bounds) {
  const bool one = value.shape == FieldValue::Shape::kScalar;
  const bool two = value.shape == FieldValue::Shape::kList && value.items.size() == 2;
  if (!one && !two) refuse("must be one whole number or [min, max]", shown(value));
  const std::int64_t min = parse_signed_integer(value.items.front(), bounds);
  const std::int64_t max = parse_signed_integer(value.items.back(), bounds);
  if (min > max) refuse("min must not be above max", shown(value));
  return {min, max};
}

/// One number z is [centre - z, centre + z], which must be within the bounds too; a sum that rounds
/// beyond them is taken back, or what is written would not be read again.
Range spread_of(const FieldValue& value, double centre, const Bounds& bounds) {
  if (value.shape != FieldValue::Shape::kScalar) return range_of(value, bounds);
  const double room = std::min(centre - bounds.min, bounds.max - centre);
  const double z = parse_number(value.items.front(), {0, room});
  return {std::max(centre - z, bounds.min), std::min(centre + z, bounds.max)};
}

bool is_word(const FieldValue& value, std::string_view word) {
  return value.shape == FieldValue::Shape::kScalar && value.items.front() == word;
}

bool is_auto(const FieldValue& value) { return is_word(value, kAutoWord); }

std::string spelled(const Range& range) {
  if (range.min == range.max) return fmt::to_string(range.min);
  return fmt::format("[{}, {}]", range.min, range.max);
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

FieldValue field_value(const std::vector<std::string>& strings) {
  using Shape = FieldValue::Shape;
  const Shape many = strings.empty() ? Shape::kNothing : Shape::kList;
  return {strings.size() == 1 ? Shape::kScalar : many, strings};
}

std::string shown(const FieldValue& value) {
  switch (value.shape) {
    case FieldValue::Shape::kNothing:
      return "nothing";
    case FieldValue::Shape::kScalar:
      return shown(value.items.front());
    case FieldValue::Shape::kList:
      return shown(fmt::format("[{}]", fmt::join(value.items, ", ")));
    case FieldValue::Shape::kOther:
      break;
  }
  return "a map or a list of lists";
}

const std::string& scalar_of(const FieldValue& value, const std::string& rule) {
  if (value.shape != FieldValue::Shape::kScalar) refuse(rule, shown(value));
  return value.items.front();
}

namespace {

std::string checked_text(const std::string& text) {
  if (!is_utf8(text)) refuse("must be UTF-8", shown(text));
  if (std::any_of(text.begin(), text.end(), is_control)) {
    refuse("must not have control characters", shown(text));
  }
  return text;
}

}  // namespace

std::string text_of(const FieldValue& value) {
  return checked_text(scalar_of(value, "must be text"));
}

std::optional<std::uint64_t> optional_integer_of(const FieldValue& value,
                                                 const IntegerBounds& bounds,
                                                 std::string_view none) {
  if (is_word(value, none)) return std::nullopt;
  return parse_integer(scalar_of(value, fmt::format("must be a whole number or {}", none)), bounds);
}

std::string spelled(const std::optional<std::uint64_t>& value, std::string_view none) {
  return value ? fmt::to_string(*value) : std::string(none);
}

std::string yaml_quoted(std::string_view text) {
  if (!is_utf8(text)) refuse("text must be UTF-8", shown(text));
  std::string result = "\"";
  for (const char c : text) {
    if (is_control(c)) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      if (c == '"' || c == '\\') result += '\\';
      result += c;
    }
  }
  return result + '"';
}

template <class Read>
void FieldReader::read(std::string_view key, const Read& read_value) {
  keys_.emplace_back(key);
  const FieldValue* const given = source_.find(key);
  if (given == nullptr) return;
  try {
    read_value(*given);
  } catch (const Error& error) {
    source_.refuse(key, error.what());
  }
}

void FieldReader::boolean(std::string_view key, bool& value, std::string_view) {
  read(key, [&](const FieldValue& given) {
    value = parse_boolean(scalar_of(given, "must be true or false"));
  });
}

void FieldReader::integer(std::string_view key, std::uint64_t& value, const IntegerBounds& bounds,
                          std::string_view) {
  read(key, [&](const FieldValue& given) {
    value = parse_integer(scalar_of(given, "must be one whole number"), bounds);
  });
}

void FieldReader::integer(std::string_view key, std::optional<std::uint64_t>& value,
                          std::string_view none, const IntegerBounds& bounds, std::string_view) {
  read(key, [&](const FieldValue& given) { value = optional_integer_of(given, bounds, none); });
}

void FieldReader::integer_range(std::string_view key, IntegerRange& value,
                                const IntegerRange& bounds, std::string_view) {
  read(key, [&](const FieldValue& given) { value = integer_range_of(given, bounds); });
}

void FieldReader::integers(std::string_view key, std::vector<std::uint64_t>& values,
                           const IntegerBounds& bounds, std::string_view) {
  read(key, [&](const FieldValue& given) {
    using Shape = FieldValue::Shape;
    if (given.shape != Shape::kScalar && given.shape != Shape::kList) {
      refuse("must be a list of whole numbers", shown(given));
    }
    std::vector<std::uint64_t> numbers;
    if (is_word(given, kNoneWord)) return values.clear();
    for (const std::string& item : given.items) numbers.push_back(parse_integer(item, bounds));
    values = std::move(numbers);
  });
}

void FieldReader::number(std::string_view key, double& value, const Bounds& bounds,
                         std::string_view) {
  read(key, [&](const FieldValue& given) { value = number_of(given, bounds); });
}

void FieldReader::number(std::string_view key, std::optional<double>& value, const Bounds& bounds,
                         std::string_view) {
  read(key, [&](const FieldValue& given) {
    value = is_auto(given) ? std::nullopt : std::make_optional(number_of(given, bounds));
  });
}

void FieldReader::range(std::string_view key, Range& value, const Bounds& bounds,
                        std::string_view) {
  read(key, [&](const FieldValue& given) { value = range_of(given, bounds); });
}

void FieldReader::range(std::string_view key, std::optional<Range>& value, const Bounds& bounds,
                        std::string_view) {
  read(key, [&](const FieldValue& given) {
    value = is_auto(given) ? std::nullopt : std::make_optional(range_of(given, bounds));
  });
}

void FieldReader::spread(std::string_view key, Range& value, double centre, const Bounds& bounds,
                         std::string_view) {
  read(key, [&](const FieldValue& given) { value = spread_of(given, centre, bounds); });
}

void FieldReader::texts(std::string_view key, std::vector<std::string>& value, std::string_view) {
  read(key, [&](const FieldValue& given) {
    using Shape = FieldValue::Shape;
    if (given.shape != Shape::kScalar && given.shape != Shape::kList) {
      refuse("must be a list of texts", shown(given));
    }
    std::vector<std::string> texts;
    for (const std::string& item : given.items) texts.push_back(checked_text(item));
    value = std::move(texts);
  });
}

void FieldReader::text(std::string_view key, std::string& value, std::string_view) {
  read(key, [&](const FieldValue& given) { value = text_of(given); });
}

void FieldReader::choice(std::string_view key, std::size_t& index,
                         const std::vector<std::string_view>& names, std::string_view) {
  read(key, [&](const FieldValue& given) {
    index = parse_choice(scalar_of(given, fmt::format("must be one of {}", fmt::join(names, ", "))),
                         names);
  });
}

void FieldReader::choices(std::string_view key, std::vector<std::size_t>& indices,
                          const std::vector<std::string_view>& names, std::string_view) {
  read(key, [&](const FieldValue& given) {
    using Shape = FieldValue::Shape;
    const bool is_list = given.shape == Shape::kList && !given.items.empty();
    if (given.shape != Shape::kScalar && !is_list) {
      refuse(fmt::format("must be one or several of {}", fmt::join(names, ", ")), shown(given));
    }
    std::vector<std::size_t> found;
    for (const std::string& item : given.items) {
      const std::size_t index = parse_choice(item, names);
      if (std::find(found.begin(), found.end(), index) != found.end()) {
        refuse("must not have one name twice", shown(given));
      }
      found.push_back(index);
    }
    indices = std::move(found);
  });
}

void FieldWriter::write(std::string_view key, std::string value, std::string_view help) {
  fields_.push_back({std::string(key), std::move(value), std::string(help)});
}

void FieldWriter::boolean(std::string_view key, bool& value, std::string_view help) {
  write(key, value ? "true" : "false", help);
}

void FieldWriter::integer(std::string_view key, std::uint64_t& value, const IntegerBounds&,
                          std::string_view help) {
  write(key, fmt::to_string(value), help);
}

void FieldWriter::integer(std::string_view key, std::optional<std::uint64_t>& value,
                          std::string_view none, const IntegerBounds&, std::string_view help) {
  write(key, glyphmill::spelled(value, none), help);
}

void FieldWriter::integer_range(std::string_view key, IntegerRange& value, const IntegerRange&,
                                std::string_view help) {
  write(key,
        value.min == value.max ? fmt::to_string(value.min)
                               : fmt::format("[{}, {}]", value.min, value.max),
        help);
}

void FieldWriter::integers(std::string_view key, std::vector<std::uint64_t>& values,
                           const IntegerBounds&, std::string_view help) {
  write(key, fmt::format("[{}]", fmt::join(values, ", ")), help);
}

void FieldWriter::number(std::string_view key, double& value, const Bounds&,
                         std::string_view help) {
  write(key, fmt::to_string(value), help);
}

void FieldWriter::number(std::string_view key, std::optional<double>& value, const Bounds&,
                         std::string_view help) {
  write(key, value ? fmt::to_string(*value) : std::string(kAutoWord), help);
}

void FieldWriter::range(std::string_view key, Range& value, const Bounds&, std::string_view help) {
  write(key, spelled(value), help);
}

void FieldWriter::range(std::string_view key, std::optional<Range>& value, const Bounds&,
                        std::string_view help) {
  write(key, value ? spelled(*value) : std::string(kAutoWord), help);
}

void FieldWriter::spread(std::string_view key, Range& value, double, const Bounds&,
                         std::string_view help) {
  write(key, fmt::format("[{}, {}]", value.min, value.max), help);
}

void FieldWriter::texts(std::string_view key, std::vector<std::string>& value,
                        std::string_view help) {
  std::string list;
  for (const std::string& text : value) list += (list.empty() ? "" : ", ") + yaml_quoted(text);
  write(key, '[' + list + ']', help);
}

void FieldWriter::text(std::string_view key, std::string& value, std::string_view help) {
  write(key, yaml_quoted(value), help);
}

void FieldWriter::choice(std::string_view key, std::size_t& index,
                         const std::vector<std::string_view>& names, std::string_view help) {
  write(key, std::string(names.at(index)), help);
}

void FieldWriter::choices(std::string_view key, std::vector<std::size_t>& indices,
                          const std::vector<std::string_view>& names, std::string_view help) {
  std::vector<std::string_view> chosen;
  for (const std::size_t index : indices) chosen.push_back(names.at(index));
  const bool one = chosen.size() == 1;
  write(key, fmt::format("{}{}{}", one ? "" : "[", fmt::join(chosen, ", "), one ? "" : "]"), help);
}

}  // namespace glyphmill
