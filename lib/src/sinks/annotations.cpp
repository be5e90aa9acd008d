// SPDX-License-Identifier: Apache-2.0
#include "sinks/annotations.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace glyphmill::sinks {

namespace {

bool same_name(const DrawnValue& a, const DrawnValue& b) {
  return a.stage == b.stage && a.name == b.name;
}

/// With a decimal point, always: readers that guess types take 1 for another than 1.5.
void append_number(std::string& json, double value) {
  const std::size_t start = json.size();
  fmt::format_to(std::back_inserter(json), "{}", value);
  if (json.find_first_of(".en", start) == std::string::npos) json += ".0";
}

/// "stage.name": value, or a list of those that were drawn for each character.
void append_drawn(std::string& json, const std::vector<DrawnValue>& drawn) {
  for (auto value = drawn.begin(); value != drawn.end(); ++value) {
    const auto same = [&](const DrawnValue& other) { return same_name(*value, other); };
    if (std::any_of(drawn.begin(), value, same)) continue;
    if (value != drawn.begin()) json += ',';
    append_json_string(json, fmt::format("{}.{}", value->stage, value->name));
    json += value->repeats ? ":[" : ":";
    append_number(json, value->value);
    if (!value->repeats) continue;
    for (auto next = std::find_if(value + 1, drawn.end(), same); next != drawn.end();
         next = std::find_if(next + 1, drawn.end(), same)) {
      json += ',';
      append_number(json, next->value);
    }
    json += ']';
  }
}

}  // namespace

void append_json_string(std::string& json, std::string_view text) {
  json += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(json), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      json += c;
    }
  }
  json += '"';
}

void append_box(std::string& json, const CharacterBox& character) {
  const cv::Rect2f box = bounds_of(character.quad);
  fmt::format_to(std::back_inserter(json), "[{:.2f},{:.2f},{:.2f},{:.2f}]", box.x, box.y, box.width,
                 box.height);
}

void append_sample(std::string& json, const Sample& sample, std::string_view file) {
  const auto out = std::back_inserter(json);
  fmt::format_to(out, "{{\"index\":{},\"label\":", sample.index);
  append_json_string(json, sample.label);
  json += ",\"text\":";
  append_json_string(json, sample.text);
  json += ",\"file\":";
  if (file.empty()) {
    json += "null";
  } else {
    append_json_string(json, file);
  }
  fmt::format_to(out, ",\"width\":{},\"height\":{},\"characters\":[", sample.image.cols,
                 sample.image.rows);
  for (const CharacterBox& character : sample.characters) {
    json += &character == &sample.characters.front() ? "{\"text\":" : ",{\"text\":";
    append_json_string(json, character.text);
    json += ",\"box\":";
    append_box(json, character);
    json += ",\"quad\":[";
    for (std::size_t i = 0; i < character.quad.size(); ++i) {
      fmt::format_to(out, "{}[{:.2f},{:.2f}]", i == 0 ? "" : ",", character.quad[i].x,
                     character.quad[i].y);
    }
    json += "]}";
  }
  json += "],\"drawn\":{";
  append_drawn(json, sample.drawn);
  json += "}}";
}

}  // namespace glyphmill::sinks
