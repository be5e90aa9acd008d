// SPDX-License-Identifier: Apache-2.0
#include "report/name_check.h"

#include <fmt/format.h>

#include "datasets/stored_file.h"
#include "glyphmill/error.h"
#include "glyphmill/recipe.h"
#include "sinks/layout.h"

namespace glyphmill::report {
namespace {

constexpr std::uint64_t kMostRecipeBytes = std::uint64_t{16} << 20;

bool has(const std::string& text, std::string_view piece) {
  return text.find(piece) != std::string::npos;
}

/// Equal names in one directory get _2, _3, ... before the extension.
bool is_numbered(const std::string& name, const std::string& wanted) {
  const std::size_t dot = wanted.rfind('.');
  const std::size_t end = wanted.size() - dot;
  if (name.size() < wanted.size() + 2 || name.compare(0, dot, wanted, 0, dot) != 0 ||
      name.compare(name.size() - end, end, wanted, dot) != 0) {
    return false;
  }
  const std::string number = name.substr(dot, name.size() - dot - end);
  return number[0] == '_' && number.find_first_not_of("0123456789", 1) == std::string::npos;
}

}  // namespace

NameCheck::NameCheck(const DataSet& set) {
  datasets::Tree tree(set.path());
  if (!tree.root().has(sinks::kRecipeName)) return;
  std::string text;
  const datasets::StoredFile file = tree.open(sinks::kRecipeName);
  file.read_whole(kMostRecipeBytes, text);
  const Recipe recipe = parse_recipe(text, file.path());
  const Manifest& manifest = set.manifest();
  if (recipe.seed != manifest.seed) {
    datasets::refuse(file.path(), fmt::format("seed must be the manifest's, {}", manifest.seed),
                     recipe.seed ? fmt::to_string(*recipe.seed) : "none");
  }
  const std::string& pattern = recipe.output.name_pattern;
  const bool has_images = sinks::layout_of(manifest.format, "").form == sinks::ShardForm::kImages;
  // What is drawn and what splits came before is not stored.
  if (!has_images || has(pattern, "{text}") || has(pattern, "{index}")) return;
  if (!has(pattern, ".png")) jpg_.emplace(pattern, "jpg", manifest.count);
  if (!has(pattern, ".jpg")) png_.emplace(pattern, "png", manifest.count);
}

std::optional<std::string> NameCheck::other_name(const StoredSample& sample,
                                                 const cv::Mat& image) const {
  const bool is_png = sample.bytes.compare(0, 4, "\x89PNG") == 0;
  const std::optional<sinks::FileNamer>& namer = is_png ? png_ : jpg_;
  if (!namer) return std::nullopt;
  Sample named;
  named.label = sample.label;
  named.image = image;
  std::string wanted = namer->name(named, sample.bytes);
  if (sample.name == wanted || is_numbered(sample.name, wanted)) return std::nullopt;
  return wanted;
}

}  // namespace glyphmill::report
