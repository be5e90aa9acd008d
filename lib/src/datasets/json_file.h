// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "datasets/stored_file.h"

namespace glyphmill::datasets {

using Json = nlohmann::json;

/// Values in values that are read.
constexpr std::size_t kMostJsonDepth = 32;

/// Strict JSON of no great depth. Throws Error(kFormat) that names `origin`.
Json parse_json(const std::string& origin, std::string_view text);

/// The member `key` of an object. Throw Error(kFormat) where it is missing or of another kind.
std::string text_at(const std::string& origin, const Json& object, const char* key);
std::uint64_t number_at(const std::string& origin, const Json& object, const char* key);
/// "" and 0 where it is missing.
std::string text_or_none(const std::string& origin, const Json& object, const char* key);
std::uint64_t number_or_none(const std::string& origin, const Json& object, const char* key);

/// Walks through a file that is one JSON object and may be too large to hold, member by member, and
/// through the elements of members that are arrays.
class JsonFile {
 public:
  /// `most` bytes may a value have that is read as a whole.
  JsonFile(const StoredFile& file, std::size_t most) : cursor_(file), most_(most) {}

  const std::string& path() const { return cursor_.path(); }
  /// The key of the next member; false behind the last, which must end the file. What is left of
  /// the member before it is passed over.
  bool next_member(std::string& key);
  /// The value of the member.
  Json value();
  /// The next element of the member, which must be an array; false behind the last one.
  bool next_element(std::string& text);
  /// Place of the element that comes next.
  std::uint64_t place() const { return cursor_.place(); }
  /// Continues at an element, of an array whose place an earlier walk has noted.
  void seek_element(std::uint64_t place);

 private:
  enum class State { kStart, kMembers, kValue, kFirstElement, kElements, kEnd };

  void skip_space();
  char next_sign();
  void expect(char sign, std::string_view what);
  void raw_value(std::string* text);
  void raw_string(std::string* text);
  void keep(char byte, std::string* text) const;
  [[noreturn]] void refuse_here(std::string_view rule) const;

  Cursor cursor_;
  std::size_t most_;
  State state_ = State::kStart;
};

}  // namespace glyphmill::datasets
