// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "job/field_io.h"

/// A strict reading of the YAML that people write by hand. Scalars stay the text they were written
/// as, repeated keys are noticed, and everything knows its place in the file. Anchors, aliases,
/// tags and several documents in a file are refused: no recipe needs them.
namespace glyphmill {

/// A recipe is a page, not a data set: longer files are refused.
constexpr std::size_t kMostYamlBytes = std::size_t{1} << 20;

/// A place in a file, both from 1; columns count characters. Line 0: in no file.
struct YamlPosition {
  std::size_t line = 1;
  std::size_t column = 1;
};

struct YamlEntry;

struct YamlNode {
  enum class Kind { kNothing, kScalar, kList, kMap };
  Kind kind = Kind::kNothing;
  YamlPosition at;
  std::string text;                ///< of a scalar
  bool quoted = false;             ///< of a scalar: its text is not meant as a number
  std::vector<YamlNode> items;     ///< of a list
  std::vector<YamlEntry> entries;  ///< of a map, in the file's order, no key twice

  const YamlNode* find(std::string_view key) const;
  /// "a map", "nothing", ... for messages.
  FieldValue value() const;
};

struct YamlEntry {
  std::string key;
  YamlPosition at;  ///< of the key
  YamlNode value;
};

/// Collects what is wrong with a file.
class YamlProblems {
 public:
  YamlProblems(std::string file, ErrorCode code) : file_(std::move(file)), code_(code) {}

  /// `path` is the dotted key, "" for the file as a whole. What is known already is not repeated.
  void add(const YamlPosition& at, const std::string& path, const std::string& what);

  std::size_t size() const { return problems_.size(); }

  /// One Error with a line "file:line:col: path: what" for each problem, in the file's order;
  /// "path: what" where there is no file.
  void throw_if_any() const;

 private:
  struct Problem {
    YamlPosition at;
    std::string text;
  };
  std::string file_;
  ErrorCode code_;
  std::vector<Problem> problems_;
  std::set<std::tuple<std::size_t, std::size_t, std::string>> known_;
};

/// Takes the places off a tree that was read from no file.
void forget_places(YamlNode& node);

/// The one document of `yaml`, kNothing if there is none. Throws what `problems` holds on a syntax
/// error; leaves other breaches of the rules above in it.
YamlNode parse_yaml(const std::string& yaml, YamlProblems& problems);

/// "section.key", or "key" in the outermost map.
std::string joined_path(const std::string& section, std::string_view key);

/// The fields of a map, for FieldReader. A node that is no map is reported and has no fields.
class YamlFields final : public FieldSource {
 public:
  YamlFields(const YamlNode& node, std::string path, YamlProblems& problems);

  const FieldValue* find(std::string_view key) override;
  void refuse(std::string_view key, const std::string& why) override;

  /// Reports the keys that are not in `known`. `where` names what decides which are, such as "with
  /// labels of kind code".
  void refuse_others(const std::vector<std::string>& known, const std::string& where = "");

 private:
  const YamlNode& node_;
  std::string path_;
  YamlProblems& problems_;
  std::vector<FieldValue> values_;  // one per entry
};

/// Reads the options' own fields from `node` and refuses keys that are neither theirs nor in
/// `others`; for `where` see YamlFields::refuse_others().
template <class Options>
void read_fields(const YamlNode& node, const std::string& path, Options& options,
                 const std::vector<std::string>& others, YamlProblems& problems,
                 const std::string& where = "") {
  YamlFields fields(node, path, problems);
  FieldReader reader(fields);
  describe(options, reader);
  std::vector<std::string> known = others;
  known.insert(known.end(), reader.keys().begin(), reader.keys().end());
  fields.refuse_others(known, where);
}

}  // namespace glyphmill
