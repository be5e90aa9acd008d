// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <unordered_map>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/recipe.h"
#include "glyphmill/version.h"
#include "job/field_io.h"
#include "job/recipe_fields.h"
#include "job/yaml_tree.h"
#include "ops/stage_name.h"
#include "sinks/encoder.h"
#include "sinks/file_name.h"
#include "sinks/layout.h"

namespace glyphmill {
namespace {

using Kind = YamlNode::Kind;

constexpr char kVersionKey[] = "glyphmill";

/// Calls `read_value`; a rule that it finds broken is reported at `node`.
template <class Read>
void read_or_report(const YamlNode& node, const std::string& path, YamlProblems& problems,
                    const Read& read_value) {
  try {
    read_value(node.value());
  } catch (const Error& error) {
    problems.add(node.at, path, error.what());
  }
}

std::string unknown(const std::string& what, std::string_view name,
                    const std::vector<std::string_view>& names) {
  const std::string_view meant = closest_name(name, names);
  return meant.empty() ? fmt::format("unknown {}. Known: {}", what, fmt::join(names, ", "))
                       : fmt::format("unknown {}, did you mean '{}'?", what, meant);
}

std::vector<std::string_view> op_names() {
  std::vector<std::string_view> names;
  for (const OpInfo& op : op_table()) names.push_back(op.name);
  return names;
}

std::string stage_name_of(const FieldValue& value) {
  std::string name = text_of(value);
  if (!ops::is_stage_name(name)) {
    throw Error(ErrorCode::kInvalidArgument,
                "must be letters, digits, '_' and '-'. Got: " + shown(value));
  }
  if (name == ops::kReservedName) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("must not be {}. Got: {}", ops::kReservedName, name));
  }
  return name;
}

class RecipeReader {
 public:
  RecipeReader(const YamlNode& root, YamlProblems& problems) : root_(root), problems_(problems) {}

  Recipe read() {
    if (root_.kind != Kind::kMap) {
      problems_.add(root_.at, "recipe", "must be a map. Got: " + shown(root_.value()));
      return {};
    }
    refuse_unknown_sections();
    const bool kind_known = start_from_defaults();
    read_header();
    if (kind_known) read_kinded_sections();
    read_splits();
    if (const YamlNode* ops = root_.find("ops")) read_ops(*ops);
    read_section("output", recipe_.output);
    return std::move(recipe_);
  }

 private:
  void refuse_unknown_sections() {
    std::vector<std::string> known{kVersionKey, "labels", "splits", "split", "ops", "output"};
    for (const auto section : {"glyphs", "augment", "compose"}) known.emplace_back(section);
    for (const RecipeNumber& number : recipe_numbers()) known.emplace_back(number.key);
    YamlFields(root_, "", problems_).refuse_others(known);
  }

  /// False if a kind is not known, so that nothing can be said about the keys that it decides.
  bool start_from_defaults() {
    std::optional<std::size_t> labels = 0;
    read_kind("labels", label_kinds(), labels);
    recipe_ = default_recipe(labels.value_or(0));
    std::optional<std::size_t> look = recipe_.look.index();
    read_kind("glyphs", look_kinds(), look);
    recipe_ = with_look(std::move(recipe_), look.value_or(0));
    return labels && look;
  }

  void read_kinded_sections() {
    if (const YamlNode* labels = root_.find("labels")) {
      std::visit(
          [&](auto& options) { read_fields(*labels, "labels", options, {"kind"}, problems_); },
          recipe_.labels);
    }
    for_each_section(recipe_.look, [&](const std::string& section, auto& options) {
      read_section(section, options, kinded(section));
    });
    if (!std::holds_alternative<DigitLook>(recipe_.look)) refuse_augment();
  }

  /// Empties `kind` if it is given and wrong.
  void read_kind(const std::string& section, const std::vector<std::string_view>& kinds,
                 std::optional<std::size_t>& kind) {
    const YamlNode* const node = root_.find(section);
    const YamlNode* const given = node == nullptr ? nullptr : node->find("kind");
    if (given == nullptr) return;
    kind.reset();
    read_or_report(*given, section + ".kind", problems_, [&](const FieldValue& value) {
      const std::string rule = fmt::format("must be one of {}", fmt::join(kinds, ", "));
      kind = parse_choice(scalar_of(value, rule), kinds);
    });
  }

  void refuse_augment() {
    if (const YamlNode* augment = root_.find("augment")) {
      problems_.add(augment->at, "augment", "only with glyphs of kind digits");
    }
  }

  void read_header() {
    if (const YamlNode* writer = root_.find(kVersionKey)) {
      read_or_report(*writer, kVersionKey, problems_,
                     [](const FieldValue& value) { text_of(value); });
    }
    for (const RecipeNumber& number : recipe_numbers()) {
      const YamlNode* const node = root_.find(number.key);
      if (node == nullptr) continue;
      read_or_report(*node, std::string(number.key), problems_, [&](const FieldValue& value) {
        recipe_.*(number.member) = optional_integer_of(value, number.bounds);
      });
    }
  }

  static std::vector<std::string> kinded(const std::string& section) {
    if (section == "glyphs") return {"kind"};
    return {};
  }

  template <class Options>
  void read_section(const std::string& key, Options& options,
                    const std::vector<std::string>& others = {}) {
    if (const YamlNode* node = root_.find(key)) read_fields(*node, key, options, others, problems_);
  }

  void read_splits() {
    if (const YamlNode* split = root_.find("split")) {
      read_or_report(*split, "split", problems_,
                     [&](const FieldValue& value) { recipe_.split = text_of(value); });
    }
    const YamlNode* const splits = root_.find("splits");
    if (splits == nullptr || splits->kind == Kind::kNothing) return;
    if (splits->kind != Kind::kMap) {
      problems_.add(splits->at, "splits",
                    "must be a map of names and shares. Got: " + shown(splits->value()));
      return;
    }
    for (const YamlEntry& entry : splits->entries) {
      read_or_report(
          entry.value, "splits." + shown(entry.key), problems_, [&](const FieldValue& value) {
            const double share = parse_number(scalar_of(value, "must be one number"), {0, 1});
            recipe_.splits.push_back({entry.key, share});
          });
    }
  }

  void read_ops(const YamlNode& list) {
    if (list.kind != Kind::kList) {
      problems_.add(list.at, "ops", "must be a list. Got: " + shown(list.value()));
      return;
    }
    recipe_.ops.clear();
    for (const YamlNode& item : list.items) read_stage(item);
  }

  /// `invert`, or a map with one key: `affine: {...}`.
  void read_stage(const YamlNode& item) {
    const bool bare = item.kind == Kind::kScalar;
    if (!bare && (item.kind != Kind::kMap || item.entries.size() != 1)) {
      problems_.add(item.at, "ops",
                    "each item must be one operation, as in '- invert' or '- affine: {zoom: 1}'");
      return;
    }
    const std::string op = bare ? item.text : item.entries.front().key;
    const std::vector<std::string_view> names = op_names();
    if (std::find(names.begin(), names.end(), op) == names.end()) {
      problems_.add(item.at, "ops." + shown(op), unknown("operation", op, names));
      return;
    }
    Stage stage = make_stage(op);
    const YamlNode* options = bare ? nullptr : &item.entries.front().value;
    if (options != nullptr && options->kind == Kind::kNothing) options = nullptr;
    YamlPosition at = item.at;
    if (options != nullptr) {
      if (const YamlNode* name = options->find("name")) {
        at = name->at;
        read_or_report(*name, fmt::format("ops.{}.name", op), problems_,
                       [&](const FieldValue& value) { stage.name = stage_name_of(value); });
      }
      read_fields(*options, "ops." + stage.name, stage, {"name"}, problems_);
    }
    add_stage(std::move(stage), at);
  }

  void add_stage(Stage stage, const YamlPosition& at) {
    const auto [first, is_new] = line_of_stage_.emplace(stage.name, at.line);
    if (!is_new) {
      problems_.add(at, "ops." + stage.name,
                    fmt::format("another stage has this name, in line {}: give one of them a "
                                "'name' of its own",
                                first->second));
    }
    recipe_.ops.push_back(std::move(stage));
  }

  const YamlNode& root_;
  YamlProblems& problems_;
  Recipe recipe_;
  std::unordered_map<std::string, std::size_t> line_of_stage_;
};

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
  if (stage.name != op) fields = "name: " + quoted(stage.name);
  for (const WrittenField& field : writer.fields()) {
    fields += fmt::format("{}{}: {}", fields.empty() ? "" : ", ", field.key, field.value);
  }
  return fmt::format("  - {}: {{{}}}\n", op, fields);
}

/// The key `kind` at the head of a section.
std::string with_kind(const std::string& yaml, const std::string& section, std::string_view kind) {
  const std::string head = section + ":\n";
  std::string result = yaml;
  const std::size_t place = result.find("\n" + head) + 1 + head.size();
  return result.insert(place, fmt::format("  kind: {}\n", kind));
}

std::string splits_lines(const Recipe& recipe) {
  if (recipe.splits.empty()) return "";
  std::string yaml = "splits:\n";
  for (const Split& split : recipe.splits) {
    yaml += fmt::format("  {}: {}\n", quoted(split.name), split.share);
  }
  return yaml + fmt::format("split: {}\n", quoted(recipe.split));
}

/// Where "labels.from" is given; its section's place if it is not, and the file's if that is
/// neither.
YamlPosition place_of(const std::string& path, const YamlNode& root) {
  const std::size_t dot = path.find('.');
  const YamlNode* const section = root.find(path.substr(0, dot));
  if (section == nullptr) return root.at;
  const YamlNode* const field =
      dot == std::string::npos ? nullptr : section->find(path.substr(dot + 1));
  return field == nullptr ? section->at : field->at;
}

/// What only the meaning of a value tells (a date that exists, a pattern that can be read) is found
/// by those who use it; here their errors, which begin with the field's path, get a place.
void check_meaning(const Recipe& recipe, const YamlNode& root, YamlProblems& problems) {
  const auto check = [&](const auto& use) {
    try {
      use();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kInvalidArgument) throw;
      const std::string message = error.what();
      const std::size_t colon = message.find(": ");
      const std::string path = message.substr(0, colon);
      problems.add(place_of(path, root), path, message.substr(colon + 2));
    }
  };
  check([&] { make_labels(recipe.labels, 0); });
  check([&] { check_splits(recipe); });
  check([&] { sinks::packed_names({0, 1, "", recipe.output, Format::kNpz}); });
  check([&] { sinks::check_shard_size(recipe.output); });
  check([&] {
    sinks::FileNamer(recipe.output.name_pattern, sinks::extension_of(resolved_image_ext(recipe)),
                     1);
  });
}

}  // namespace

Recipe parse_recipe(const std::string& yaml, const std::string& name) {
  YamlProblems problems(name, ErrorCode::kInvalidArgument);
  const YamlNode root = parse_yaml(yaml, problems);
  Recipe recipe = RecipeReader(root, problems).read();
  problems.throw_if_any();
  check_meaning(recipe, root, problems);
  problems.throw_if_any();
  return recipe;
}

Recipe read_recipe(const std::string& path) {
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
  return parse_recipe(yaml, path);
}

std::string to_yaml(const Recipe& recipe) {
  std::string yaml = fmt::format("{}: {}\n", kVersionKey, quoted(version()));
  for (const RecipeNumber& number : recipe_numbers()) {
    yaml += fmt::format("{}: {}\n", number.key, spelled(recipe.*(number.member)));
  }
  yaml += splits_lines(recipe);
  yaml += std::visit([&](const auto& labels) { return block_of("labels", labels); }, recipe.labels);
  yaml = with_kind(yaml, "labels", label_kinds()[recipe.labels.index()]);
  for_each_section(recipe.look, [&](std::string_view section, const auto& options) {
    yaml += block_of(section, options);
  });
  yaml = with_kind(yaml, "glyphs", look_kinds()[recipe.look.index()]);
  yaml += recipe.ops.empty() ? "ops: []\n" : "ops:\n";
  for (const Stage& stage : recipe.ops) yaml += line_of(stage);
  yaml += block_of("output", recipe.output);
  return yaml;
}

}  // namespace glyphmill
