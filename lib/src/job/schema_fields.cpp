// SPDX-License-Identifier: Apache-2.0
#include "job/schema_fields.h"

#include <limits>

#include "job/field_io.h"

namespace glyphmill::job {
namespace {

/// One value, or a list of two.
Json one_or_two(const Json& one) {
  const Json two = {{"type", "array"}, {"items", one}, {"minItems", 2}, {"maxItems", 2}};
  return {{"anyOf", {one, two}}};
}

Json or_word(const Json& schema, std::string_view word) {
  return {{"anyOf", {Json{{"const", word}}, schema}}};
}

Json signed_schema(const IntegerRange& bounds) {
  return {{"type", "integer"}, {"minimum", bounds.min}, {"maximum", bounds.max}};
}

template <class Ends>
Json shown_range(const Ends& range) {
  if (range.min == range.max) return range.min;
  return {range.min, range.max};
}

}  // namespace

Json text_schema() { return {{"type", {"string", "number", "boolean"}}}; }

Json number_schema(const Bounds& bounds) {
  Json schema{{"type", "number"}};
  if (bounds.min > -std::numeric_limits<double>::max()) schema["minimum"] = bounds.min;
  if (bounds.max < std::numeric_limits<double>::max()) schema["maximum"] = bounds.max;
  return schema;
}

Json integer_schema(const IntegerBounds& bounds) {
  return {{"type", "integer"}, {"minimum", bounds.min}, {"maximum", bounds.max}};
}

Json closed_object(const Json& properties, std::string_view help) {
  Json schema{{"type", "object"}};
  if (!help.empty()) schema["description"] = help;
  schema["properties"] = properties;
  schema["additionalProperties"] = false;
  return schema;
}

void SchemaFields::add(std::string_view key, Json schema, Json value, std::string_view help) {
  schema["description"] = help;
  schema["default"] = std::move(value);
  properties_[std::string(key)] = std::move(schema);
}

void SchemaFields::boolean(std::string_view key, bool& value, std::string_view help) {
  add(key, {{"type", "boolean"}}, value, help);
}

void SchemaFields::integer(std::string_view key, std::uint64_t& value, const IntegerBounds& bounds,
                           std::string_view help) {
  add(key, integer_schema(bounds), value, help);
}

void SchemaFields::integer(std::string_view key, std::optional<std::uint64_t>& value,
                           std::string_view none, const IntegerBounds& bounds,
                           std::string_view help) {
  add(key, or_word(integer_schema(bounds), none), value ? Json(*value) : Json(none), help);
}

void SchemaFields::integer_range(std::string_view key, IntegerRange& value,
                                 const IntegerRange& bounds, std::string_view help) {
  add(key, one_or_two(signed_schema(bounds)), shown_range(value), help);
}

void SchemaFields::integers(std::string_view key, std::vector<std::uint64_t>& values,
                            const IntegerBounds& bounds, std::string_view help) {
  const Json one = integer_schema(bounds);
  add(key, {{"anyOf", {one, Json{{"type", "array"}, {"items", one}}}}}, values, help);
}

void SchemaFields::number(std::string_view key, double& value, const Bounds& bounds,
                          std::string_view help) {
  add(key, number_schema(bounds), value, help);
}

void SchemaFields::number(std::string_view key, std::optional<double>& value, const Bounds& bounds,
                          std::string_view help) {
  add(key, or_word(number_schema(bounds), kAutoWord), value ? Json(*value) : Json(kAutoWord), help);
}

void SchemaFields::range(std::string_view key, Range& value, const Bounds& bounds,
                         std::string_view help) {
  add(key, one_or_two(number_schema(bounds)), shown_range(value), help);
}

void SchemaFields::range(std::string_view key, std::optional<Range>& value, const Bounds& bounds,
                         std::string_view help) {
  add(key, or_word(one_or_two(number_schema(bounds)), kAutoWord),
      value ? shown_range(*value) : Json(kAutoWord), help);
}

void SchemaFields::spread(std::string_view key, Range& value, double centre, const Bounds& bounds,
                          std::string_view help) {
  const double room = std::min(centre - bounds.min, bounds.max - centre);
  const Json ends = number_schema(bounds);
  const Json two = {{"type", "array"}, {"items", ends}, {"minItems", 2}, {"maxItems", 2}};
  add(key, {{"anyOf", {number_schema({0, room}), two}}}, {value.min, value.max}, help);
}

void SchemaFields::text(std::string_view key, std::string& value, std::string_view help) {
  add(key, text_schema(), value, help);
}

void SchemaFields::texts(std::string_view key, std::vector<std::string>& value,
                         std::string_view help) {
  const Json list = {{"type", "array"}, {"items", text_schema()}};
  add(key, {{"anyOf", {text_schema(), list}}}, value, help);
}

void SchemaFields::choice(std::string_view key, std::size_t& index,
                          const std::vector<std::string_view>& names, std::string_view help) {
  add(key, {{"enum", names}}, names.at(index), help);
}

void SchemaFields::choices(std::string_view key, std::vector<std::size_t>& indices,
                           const std::vector<std::string_view>& names, std::string_view help) {
  const Json one = {{"enum", names}};
  const Json several = {{"type", "array"}, {"items", one}, {"minItems", 1}, {"uniqueItems", true}};
  Json chosen = Json::array();
  for (const std::size_t index : indices) chosen.push_back(names.at(index));
  add(key, {{"anyOf", {one, several}}}, chosen.size() == 1 ? chosen.front() : chosen, help);
}

}  // namespace glyphmill::job
