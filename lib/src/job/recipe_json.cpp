// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <nlohmann/json.hpp>
#include <string>

#include "glyphmill/recipe.h"
#include "job/yaml_tree.h"

namespace glyphmill {
namespace {

using Json = nlohmann::ordered_json;  // the recipe's order

/// The whole of `text` as a number of that type; none if it is not one.
template <class Number>
bool is_number(const std::string& text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end;
}

Json scalar_of(const YamlNode& node) {
  const std::string& text = node.text;
  if (node.quoted) return text;
  if (text == "true" || text == "false") return text == "true";
  std::uint64_t whole = 0;
  if (is_number(text, whole)) return whole;
  std::int64_t negative = 0;
  if (is_number(text, negative)) return negative;
  double real = 0;
  const bool begins_as_word = text.find_first_of("0123456789") > 1;  // inf, nan
  if (!begins_as_word && is_number(text, real)) return real;
  return text;
}

Json json_of(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNothing:
      return nullptr;
    case YamlNode::Kind::kScalar:
      return scalar_of(node);
    case YamlNode::Kind::kList: {
      Json list = Json::array();
      for (const YamlNode& item : node.items) list.push_back(json_of(item));
      return list;
    }
    case YamlNode::Kind::kMap:
      break;
  }
  Json map = Json::object();
  for (const YamlEntry& entry : node.entries) map[entry.key] = json_of(entry.value);
  return map;
}

}  // namespace

std::string to_json(const Recipe& recipe) {
  YamlProblems problems("recipe", ErrorCode::kInternal);
  const YamlNode root = parse_yaml(to_yaml(recipe), problems);
  problems.throw_if_any();
  return json_of(root).dump();
}

}  // namespace glyphmill
