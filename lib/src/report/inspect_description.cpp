// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "datasets/json_file.h"
#include "datasets/manifest.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/utf8.h"
#include "report/inspect_part.h"

namespace glyphmill::report {
namespace {

using datasets::Json;

constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20;

std::string joined(const std::vector<std::string>& characters, bool with_space) {
  std::string text;
  for (const std::string& character : characters) {
    if (with_space || character != " ") text += character;
  }
  return text;
}

std::vector<std::string> sorted(std::vector<std::string> characters) {
  std::sort(characters.begin(), characters.end());
  return characters;
}

/// Compares fields of dataset.json with what was counted.
class Description {
 public:
  Description(std::string path, Json fields, Problems& problems)
      : path_(std::move(path)), fields_(std::move(fields)), problems_(problems) {}

  void number(const char* key, std::uint64_t counted) { check(key, Json(counted)); }

  void characters(const LabelReport& labels) {
    const std::vector<std::string> stated =
        utf8_characters(datasets::text_at(path_, fields_, "characters"));
    const std::string expected = joined(sorted(stated), true);
    // Characters that a recipe can draw and that no label has are no mistake.
    for (const std::string& character : labels.characters) {
      if (std::find(stated.begin(), stated.end(), character) == stated.end()) {
        problems_.add(path_, "characters", fmt::format("'{}' of the labels among them", character),
                      fmt::format("'{}'", shown(expected)));
      }
    }
    if (fields_.count("character_counts") == 0 || labels.others > 0) return;
    const Json& counts = fields_["character_counts"];
    for (std::size_t i = 0; i < labels.characters.size(); ++i) {
      const std::string& character = labels.characters[i];
      const Json stated_count = counts.is_object() ? counts.value(character, Json(0)) : counts;
      if (stated_count != labels.counts[i]) {
        problems_.add(path_, "character_counts",
                      fmt::format("{} of '{}'", labels.counts[i], character),
                      shown(stated_count.dump()));
      }
    }
  }

  /// [least, greatest] of what was counted.
  void range(const char* key, const std::map<int, std::uint64_t>& counted) {
    if (counted.empty() || fields_.count("image") == 0) return;
    const Json& image = fields_["image"];
    const Json expected = {counted.begin()->first, counted.rbegin()->first};
    const Json found = image.is_object() ? image.value(key, Json()) : image;
    if (found != expected) {
      problems_.add(path_, fmt::format("image.{}", key), expected.dump(), shown(found.dump()));
    }
  }

 private:
  void check(const char* key, const Json& expected) {
    if (fields_.count(key) != 0 && fields_[key] != expected) {
      problems_.add(path_, key, expected.dump(), shown(fields_[key].dump()));
    }
  }

  std::string path_;
  Json fields_;
  Problems& problems_;
};

void check_description(datasets::Tree& tree, const InspectionReport& report, Problems& problems) {
  if (!tree.root().has(datasets::kDataSetFile)) return;
  const datasets::StoredFile file = tree.open(datasets::kDataSetFile);
  std::string text;
  file.read_whole(kMostBytes, text);
  const Json fields = datasets::parse_json(file.path(), text);
  if (!fields.is_object()) datasets::refuse(file.path(), "must be an object", fields.type_name());
  Description description(file.path(), fields, problems);
  description.number("count", report.count);
  description.number("seed", report.seed);
  // What could not be read has been said; sums would only say it again.
  if (report.samples != report.count) return;
  const auto& lengths = report.labels.lengths;
  description.number("longest_label", lengths.empty() ? 0 : lengths.rbegin()->first);
  description.number("shortest_label", lengths.empty() ? 0 : lengths.begin()->first);
  description.characters(report.labels);
  if (report.images.decoded != report.count) return;
  description.range("width", report.images.widths);
  description.range("height", report.images.heights);
}

/// One character a line; a space is not among them.
void check_characters(datasets::Tree& tree, const InspectionReport& report, Problems& problems) {
  if (!tree.root().has(datasets::kCharactersFile)) return;
  const datasets::StoredFile file = tree.open(datasets::kCharactersFile);
  std::string text;
  file.read_whole(kMostBytes, text);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
    if (!is_utf8(lines.back()) || utf8_length(lines.back()) != 1) {
      problems.add(fmt::format("{}: line {}", file.path(), lines.size()), "character", "one",
                   fmt::format("'{}'", shown(lines.back())));
    }
  }
  for (const std::string& character : report.labels.characters) {
    if (character != " " && std::find(lines.begin(), lines.end(), character) == lines.end()) {
      problems.add(file.path(), "characters",
                   fmt::format("'{}' of the labels among them", character),
                   fmt::format("'{}'", shown(joined(lines, true))));
    }
  }
}

}  // namespace

void inspect_description(const std::string& root, const InspectionReport& report,
                         Problems& problems) {
  datasets::Tree tree(root);
  for (const auto check : {check_description, check_characters}) {
    try {
      check(tree, report, problems);
    } catch (const Error& error) {
      problems.add_error("description", error.what());
    }
  }
}

}  // namespace glyphmill::report
