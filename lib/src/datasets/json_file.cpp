// SPDX-License-Identifier: Apache-2.0
#include "datasets/json_file.h"

#include <fmt/format.h>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"

namespace glyphmill::datasets {
namespace {

const Json* member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

const Json& needed(const std::string& origin, const Json& object, const char* key) {
  if (const Json* const value = member(object, key)) return *value;
  refuse(origin, fmt::format("needs '{}'", key), "nothing of that name");
}

bool is_space(int byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

}  // namespace

Json parse_json(const std::string& origin, std::string_view text) {
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    if (static_cast<std::size_t>(depth) <= kMostJsonDepth) return true;
    refuse(origin, fmt::format("JSON must not be deeper than {}", kMostJsonDepth), "more");
  };
  try {
    return Json::parse(text.begin(), text.end(), shallow);
  } catch (const Json::exception&) {
    refuse(origin, "must be JSON", shown(text));
  }
}

std::string text_at(const std::string& origin, const Json& object, const char* key) {
  const Json& value = needed(origin, object, key);
  if (value.is_string()) return value.get<std::string>();
  refuse(origin, fmt::format("'{}' must be text", key), value.type_name());
}

std::uint64_t number_at(const std::string& origin, const Json& object, const char* key) {
  const Json& value = needed(origin, object, key);
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  refuse(origin, fmt::format("'{}' must be a whole number of at least 0", key),
         value.is_number() ? value.dump() : value.type_name());
}

std::string text_or_none(const std::string& origin, const Json& object, const char* key) {
  return member(object, key) == nullptr ? std::string() : text_at(origin, object, key);
}

std::uint64_t number_or_none(const std::string& origin, const Json& object, const char* key) {
  return member(object, key) == nullptr ? 0 : number_at(origin, object, key);
}

void JsonFile::refuse_here(std::string_view rule) const {
  refuse(path(), rule, fmt::format("something else at byte {}", cursor_.place()));
}

void JsonFile::skip_space() {
  while (is_space(cursor_.peek())) cursor_.take();
}

char JsonFile::next_sign() {
  skip_space();
  return cursor_.take();
}

void JsonFile::expect(char sign, std::string_view what) {
  if (next_sign() != sign) refuse_here(fmt::format("must be JSON: expected {}", what));
}

void JsonFile::keep(char byte, std::string* text) const {
  if (text == nullptr) return;
  if (text->size() >= most_) {
    refuse(path(), fmt::format("a JSON value must not exceed {} bytes", most_),
           fmt::format("a longer one before byte {}", cursor_.place()));
  }
  *text += byte;
}

void JsonFile::raw_string(std::string* text) {
  for (;;) {
    const char byte = cursor_.take();
    keep(byte, text);
    if (byte == '"') return;
    if (byte == '\\') keep(cursor_.take(), text);
  }
}

/// The text of one value, found by its brackets and quotation marks; what is between them is
/// checked by whoever parses it.
void JsonFile::raw_value(std::string* text) {
  skip_space();
  std::size_t depth = 0;
  for (;;) {
    const int next = cursor_.peek();
    if (depth == 0 && (next == ',' || next == ']' || next == '}' || is_space(next))) return;
    const char byte = cursor_.take();
    keep(byte, text);
    if (byte == '"') {
      raw_string(text);
    } else if (byte == '[' || byte == '{') {
      if (++depth > kMostJsonDepth) {
        refuse_here(fmt::format("JSON must not be deeper than {}", kMostJsonDepth));
      }
    } else if (byte == ']' || byte == '}') {
      --depth;
    }
    const bool closed = byte == '"' || byte == ']' || byte == '}';
    if (depth == 0 && closed) return;
  }
}

bool JsonFile::next_member(std::string& key) {
  std::string text;
  if (state_ == State::kStart) {
    expect('{', "an object");
  } else {
    if (state_ == State::kValue) raw_value(nullptr);
    while (state_ == State::kFirstElement || state_ == State::kElements) next_element(text);
  }
  skip_space();
  if (cursor_.peek() == '}') {
    cursor_.take();
    skip_space();
    if (cursor_.peek() >= 0) refuse_here("nothing must follow the JSON object");
    state_ = State::kEnd;
    return false;
  }
  if (state_ != State::kStart) expect(',', "',' or '}'");
  text.clear();
  expect('"', "a key");
  text += '"';
  raw_string(&text);
  key = parse_json(path(), text).get<std::string>();
  expect(':', "':'");
  state_ = State::kValue;
  return true;
}

Json JsonFile::value() {
  std::string text;
  raw_value(&text);
  state_ = State::kMembers;
  return parse_json(path(), text);
}

bool JsonFile::next_element(std::string& text) {
  text.clear();
  if (state_ == State::kValue) {
    expect('[', "an array");
    state_ = State::kFirstElement;
  }
  skip_space();
  if (cursor_.peek() == ']') {
    cursor_.take();
    state_ = State::kMembers;
    return false;
  }
  if (state_ == State::kElements) {
    expect(',', "',' or ']'");
    skip_space();
  }
  state_ = State::kElements;
  raw_value(&text);
  if (text.empty()) refuse_here("must be JSON: expected a value");
  return true;
}

void JsonFile::seek_element(std::uint64_t place) {
  cursor_.seek(place);
  state_ = State::kElements;
}

}  // namespace glyphmill::datasets
