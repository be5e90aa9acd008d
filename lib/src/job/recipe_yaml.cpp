// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <boost/filesystem.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/recipe.h"
#include "glyphmill/version.h"
#include "job/field_io.h"
#include "job/job_list.h"
#include "job/label_weights_io.h"
#include "job/recipe_fields.h"
#include "job/recipe_reader.h"

namespace glyphmill {
namespace {

template <class Options>
std::string block_of(std::string_view section, Options options) {
  FieldWriter writer;
  describe(options, writer);
  std::string yaml = fmt::format("{}:\n", section);
  for (const WrittenField& field : writer.fields()) {
    yaml += fmt::format("  {}: {}\n", field.key, field.value);
  }
  return yaml;
}

std::string line_of(Stage stage) {
  const std::string op(op_info(stage.options).name);
  FieldWriter writer;
  describe(stage, writer);
  std::string fields;
  if (stage.name != op) fields = "name: " + yaml_quoted(stage.name);
  for (const WrittenField& field : writer.fields()) {
    fields += fmt::format("{}{}: {}", fields.empty() ? "" : ", ", field.key, field.value);
  }
  return fmt::format("  - {}: {{{}}}\n", op, fields);
}

/// The key `kind` at the head of a section.
std::string with_kind(const std::string& yaml, const std::string& section, std::string_view kind) {
  const std::string head = section + ":\n";
  std::string result = yaml;
  const std::size_t place =
      (yaml.rfind(head, 0) == 0 ? 0 : result.find("\n" + head) + 1) + head.size();
  return result.insert(place, fmt::format("  kind: {}\n", kind));
}

std::string splits_lines(const Recipe& recipe) {
  if (recipe.splits.empty()) return "";
  std::string yaml = "splits:\n";
  for (const Split& split : recipe.splits) {
    yaml += fmt::format("  {}: {}\n", yaml_quoted(split.name), split.share);
  }
  return yaml + fmt::format("split: {}\ndisjoint: {}\n", yaml_quoted(recipe.split),
                            disjoint_names()[static_cast<std::size_t>(recipe.disjoint)]);
}

std::string indented(const std::string& yaml, std::size_t columns) {
  std::istringstream lines(yaml);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    result += std::string(columns, ' ') + line + '\n';
  }
  return result;
}

/// The sections that each part of a mix has of its own.
std::string sections_of(const MixPart& part) {
  std::string yaml;
  if (!is_images(part.look)) {
    yaml = std::visit([&](const auto& labels) { return block_of("labels", labels); }, part.labels);
    yaml = with_kind(yaml, "labels", label_kinds()[part.labels.index()]);
    if (!part.label_weights.empty()) {
      yaml += fmt::format("  {}:\n{}", kWeightsKey, indented(map_of(part.label_weights), 4));
    }
  }
  for_each_section(part.look, [&](std::string_view section, const auto& options) {
    yaml += block_of(section, options);
  });
  if (!is_images(part.look)) yaml = with_kind(yaml, "glyphs", look_kinds()[part.look.index()]);
  yaml += part.ops.empty() ? "ops: []\n" : "ops:\n";
  for (const Stage& stage : part.ops) yaml += line_of(stage);
  return yaml;
}

/// One part as an item of a list.
std::string item_of(const MixPart& part) {
  return fmt::format("  - name: {}\n    weight: {}\n{}", yaml_quoted(part.name), part.weight,
                     indented(sections_of(part), 4));
}

}  // namespace

Recipe parse_recipe(const std::string& yaml, const std::string& name, const std::string& changes) {
  YamlProblems problems(name, ErrorCode::kInvalidArgument);
  YamlNode root = parse_yaml(yaml, problems);
  if (is_job_list(root)) {
    problems.add(root.at, "", "must be one recipe. Got: a list of jobs, which augment_batch runs");
    problems.throw_if_any();
  }
  if (!changes.empty()) {
    YamlNode over = parse_yaml(changes, problems);
    forget_places(over);
    root = with_defaults(over, root);
  }
  Recipe recipe = recipe_of(root, problems);
  problems.throw_if_any();
  check_meaning(recipe, root, problems);
  problems.throw_if_any();
  return recipe;
}

Recipe read_recipe(const std::string& path, const std::string& changes) {
  return parse_recipe(recipe_text(path), path, changes);
}

std::string recipe_text(const std::string& path) {
  boost::system::error_code ignored;
  if (boost::filesystem::is_directory(path, ignored)) {
    throw Error(ErrorCode::kIo, fmt::format("{}: must be a file. Got: a directory", shown(path)));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const int cause = errno;
    throw Error(cause == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                fmt::format("{}: cannot be opened: {}", shown(path), std::strerror(cause)));
  }
  // One byte more than is allowed is enough to be refused; a pipe has no size to ask for.
  std::string yaml(kMostYamlBytes + 1, '\0');
  file.read(&yaml[0], static_cast<std::streamsize>(yaml.size()));
  if (file.bad()) {
    throw Error(ErrorCode::kIo, fmt::format("{}: cannot be read", shown(path)));
  }
  yaml.resize(static_cast<std::size_t>(file.gcount()));
  return yaml;
}

std::string to_yaml(const Recipe& recipe) {
  std::string yaml = fmt::format("{}: {}\n", kVersionKey, yaml_quoted(version()));
  for (const RecipeNumber& number : recipe_numbers()) {
    yaml += fmt::format("{}: {}\n", number.key, spelled(recipe.*(number.member)));
  }
  yaml += splits_lines(recipe);
  if (recipe.mix.empty()) {
    yaml += sections_of(parts_of(recipe).front());
  } else {
    yaml += "mix:\n";
    for (const MixPart& part : recipe.mix) yaml += item_of(part);
  }
  yaml += block_of("output", recipe.output);
  return yaml;
}

}  // namespace glyphmill
