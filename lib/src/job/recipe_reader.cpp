// SPDX-License-Identifier: Apache-2.0
#include "job/recipe_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "job/field_io.h"
#include "job/label_weights_io.h"
#include "job/recipe_fields.h"
#include "ops/stage_name.h"
#include "sinks/encoder.h"
#include "sinks/file_name.h"
#include "sinks/layout.h"

namespace glyphmill {
namespace {

using Kind = YamlNode::Kind;

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

std::string name_of(const FieldValue& value) {
  std::string name = text_of(value);
  if (!ops::is_stage_name(name)) {
    throw Error(ErrorCode::kInvalidArgument,
                "must be letters, digits, '_' and '-'. Got: " + shown(value));
  }
  return name;
}

std::string stage_name_of(const FieldValue& value) {
  std::string name = name_of(value);
  if (name == ops::kReservedName) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("must not be {}. Got: {}", ops::kReservedName, name));
  }
  return name;
}

class RecipeReader {
 public:
  /// `path` is that of a part of a mix, or "".
  RecipeReader(const YamlNode& root, std::string path, YamlProblems& problems)
      : root_(root), path_(std::move(path)), problems_(problems) {}

  Recipe read() {
    if (root_.kind != Kind::kMap) {
      problems_.add(root_.at, "recipe", "must be a map. Got: " + shown(root_.value()));
      return {};
    }
    refuse_unknown_sections();
    if (root_.find("mix") != nullptr) {
      read_mix(*root_.find("mix"));
    } else {
      read_sections();
    }
    read_header();
    read_splits();
    read_section("output", recipe_.output);
    return std::move(recipe_);
  }

  /// The sections that each part of a mix has of its own, over the defaults of their kinds.
  Recipe read_sections() {
    if (root_.find("source") != nullptr) {
      read_source();
    } else if (start_from_defaults()) {
      read_kinded_sections();
    }
    if (const YamlNode* ops = root_.find("ops")) read_ops(*ops);
    return recipe_;
  }

 private:
  void refuse_unknown_sections() {
    std::vector<std::string> known{kVersionKey, "splits", "split", "disjoint", "mix", "output"};
    for (const std::string_view section : kPartSections) known.emplace_back(section);
    for (const RecipeNumber& number : recipe_numbers()) known.emplace_back(number.key);
    YamlFields(root_, "", problems_).refuse_others(known);
  }

  void read_source() {
    recipe_ = with_look({}, Look(ImageLook{}).index());
    for (const std::string_view section : kDrawnSections) {
      if (const YamlNode* node = root_.find(section)) {
        problems_.add(node->at, path_of(std::string(section)),
                      "must not stand beside source, which takes its place");
      }
    }
    read_section("source", std::get<ImageLook>(recipe_.look).source);
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
    const auto of_kind = [](const char* section, std::string_view kind) {
      return fmt::format("with {} of kind {}", section, kind);
    };
    std::visit(
        [&](auto& options) {
          read_section("labels", options, {"kind", kWeightsKey},
                       of_kind("labels", label_kinds()[recipe_.labels.index()]));
        },
        recipe_.labels);
    read_weights();
    const std::string look = of_kind("glyphs", look_kinds()[recipe_.look.index()]);
    for_each_section(recipe_.look, [&](const std::string& section, auto& options) {
      read_section(section, options, kinded(section), look);
    });
    if (!std::holds_alternative<DigitLook>(recipe_.look)) refuse_augment();
  }

  /// A map, or the path of a file that holds one. Codes that name no law have that of weights.
  void read_weights() {
    const YamlNode* const labels = root_.find("labels");
    const YamlNode* const weights = labels == nullptr ? nullptr : labels->find(kWeightsKey);
    if (weights == nullptr || weights->kind == Kind::kNothing) return;
    const std::string path = path_of(joined_path("labels", kWeightsKey));
    if (weights->kind == Kind::kScalar) {
      read_or_report(*weights, path, problems_, [&](const FieldValue& value) {
        recipe_.label_weights = read_label_weights(text_of(value));
      });
    } else {
      recipe_.label_weights = label_weights_of(*weights, path, problems_);
    }
    auto* const codes = std::get_if<CodeOptions>(&recipe_.labels);
    if (codes != nullptr && labels->find("balance") == nullptr) {
      codes->balance = Balance::kWeighted;
    }
  }

  /// Empties `kind` if it is given and wrong.
  void read_kind(const std::string& section, const std::vector<std::string_view>& kinds,
                 std::optional<std::size_t>& kind) {
    const YamlNode* const node = root_.find(section);
    const YamlNode* const given = node == nullptr ? nullptr : node->find("kind");
    if (given == nullptr) return;
    kind.reset();
    read_or_report(*given, path_of(section + ".kind"), problems_, [&](const FieldValue& value) {
      const std::string rule = fmt::format("must be one of {}", fmt::join(kinds, ", "));
      kind = parse_choice(scalar_of(value, rule), kinds);
    });
  }

  void refuse_augment() {
    if (const YamlNode* augment = root_.find("augment")) {
      problems_.add(augment->at, path_of("augment"), "only with glyphs of kind digits");
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
                    const std::vector<std::string>& others = {}, const std::string& where = "") {
    if (const YamlNode* node = root_.find(key)) {
      read_fields(*node, path_of(key), options, others, problems_, where);
    }
  }

  void read_splits() {
    if (const YamlNode* split = root_.find("split")) {
      read_or_report(*split, "split", problems_,
                     [&](const FieldValue& value) { recipe_.split = text_of(value); });
    }
    if (const YamlNode* disjoint = root_.find("disjoint")) {
      read_or_report(*disjoint, "disjoint", problems_, [&](const FieldValue& value) {
        const std::string rule =
            fmt::format("must be one of {}", fmt::join(disjoint_names(), ", "));
        recipe_.disjoint =
            static_cast<Disjoint>(parse_choice(scalar_of(value, rule), disjoint_names()));
      });
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

  void read_mix(const YamlNode& list) {
    for (const std::string_view section : kPartSections) {
      if (const YamlNode* node = root_.find(section)) {
        problems_.add(node->at, std::string(section), "must stand in the parts of the mix");
      }
    }
    if (list.kind != Kind::kList || list.items.empty() || list.items.size() > kMostParts) {
      problems_.add(list.at, "mix",
                    fmt::format("must be a list of 1 to {} parts. Got: {}", kMostParts,
                                list.kind == Kind::kList ? fmt::to_string(list.items.size())
                                                         : shown(list.value())));
      return;
    }
    for (const YamlNode& item : list.items) read_part(item);
  }

  void read_part(const YamlNode& item) {
    if (item.kind != Kind::kMap) {
      problems_.add(item.at, "mix", "each part must be a map. Got: " + shown(item.value()));
      return;
    }
    MixPart part;
    const YamlNode* const name = item.find("name");
    if (name == nullptr) problems_.add(item.at, "mix", "each part must have a name");
    if (name != nullptr) {
      read_or_report(*name, "mix.name", problems_,
                     [&](const FieldValue& value) { part.name = name_of(value); });
    }
    const std::string path = "mix." + (part.name.empty() ? "part" : part.name);
    if (const YamlNode* weight = item.find("weight")) {
      read_or_report(*weight, path + ".weight", problems_, [&](const FieldValue& value) {
        part.weight = parse_number(scalar_of(value, "must be one number"), kWeightBounds);
      });
    }
    std::vector<std::string> known{"name", "weight"};
    for (const std::string_view section : kPartSections) known.emplace_back(section);
    YamlFields(item, path, problems_).refuse_others(known);
    Recipe sections = RecipeReader(item, path, problems_).read_sections();
    part.labels = std::move(sections.labels);
    part.label_weights = std::move(sections.label_weights);
    part.look = std::move(sections.look);
    part.ops = std::move(sections.ops);
    recipe_.mix.push_back(std::move(part));
  }

  void read_ops(const YamlNode& list) {
    if (list.kind != Kind::kList) {
      problems_.add(list.at, path_of("ops"), "must be a list. Got: " + shown(list.value()));
      return;
    }
    recipe_.ops.clear();
    for (const YamlNode& item : list.items) read_stage(item);
  }

  /// `invert`, or a map with one key: `affine: {...}`.
  void read_stage(const YamlNode& item) {
    const bool bare = item.kind == Kind::kScalar;
    if (!bare && (item.kind != Kind::kMap || item.entries.size() != 1)) {
      problems_.add(item.at, path_of("ops"),
                    "each item must be one operation, as in '- invert' or '- affine: {zoom: 1}'");
      return;
    }
    const std::string op = bare ? item.text : item.entries.front().key;
    const std::vector<std::string_view> names = op_names();
    if (std::find(names.begin(), names.end(), op) == names.end()) {
      problems_.add(item.at, path_of("ops." + shown(op)), unknown("operation", op, names));
      return;
    }
    Stage stage = make_stage(op);
    const YamlNode* options = bare ? nullptr : &item.entries.front().value;
    if (options != nullptr && options->kind == Kind::kNothing) options = nullptr;
    YamlPosition at = item.at;
    if (options != nullptr) {
      if (const YamlNode* name = options->find("name")) {
        at = name->at;
        read_or_report(*name, path_of(fmt::format("ops.{}.name", op)), problems_,
                       [&](const FieldValue& value) { stage.name = stage_name_of(value); });
      }
      read_fields(*options, path_of("ops." + stage.name), stage, {"name"}, problems_);
    }
    add_stage(std::move(stage), at);
  }

  void add_stage(Stage stage, const YamlPosition& at) {
    const auto [first, is_new] = line_of_stage_.emplace(stage.name, at.line);
    if (!is_new) {
      problems_.add(
          at, path_of("ops." + stage.name),
          fmt::format("another stage has this name{}: give one of them a 'name' of its own",
                      first->second > 0 ? fmt::format(", in line {}", first->second) : ""));
    }
    recipe_.ops.push_back(std::move(stage));
  }

  std::string path_of(const std::string& key) const { return joined_path(path_, key); }

  const YamlNode& root_;
  std::string path_;
  YamlProblems& problems_;
  Recipe recipe_;
  std::unordered_map<std::string, std::size_t> line_of_stage_;
};

/// Where "labels.from" is given; the place of what it would be in if it is not.
YamlPosition place_of(const std::string& path, const YamlNode& root) {
  const YamlNode* const mix = root.find("mix");
  if (mix != nullptr && path.compare(0, 4, "mix.") == 0) {
    const std::string name = path.substr(4, path.find('.', 4) - 4);
    for (const YamlNode& part : mix->items) {
      const YamlNode* const own = part.find("name");
      if (own == nullptr || own->text != name) continue;
      const std::string rest = path.substr(std::min(path.size(), 5 + name.size()));
      return rest.empty() ? own->at : place_of(rest, part);
    }
  }
  const YamlNode* node = &root;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    const YamlNode* const next = node->find(path.substr(begin, end - begin));
    if (next == nullptr) break;
    node = next;
    begin = end + 1;
  }
  return node->at;
}

}  // namespace

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
  check([&] { check_mix(recipe); });
  check([&] { check_sources(recipe); });
  for (const MixPart& part : parts_of(recipe)) {
    if (is_images(part.look)) continue;
    check([&] {
      within_part(part.name, [&] { make_labels(part.labels, 0, {}, part.label_weights); });
    });
  }
  check([&] { check_splits(recipe); });
  check([&] { sinks::check_shard_size(recipe.output); });
  check([&] { sinks::packed_names({0, 1, "", recipe.output, Format::kNpz}); });
  check([&] {
    sinks::FileNamer(recipe.output.name_pattern, sinks::extension_of(resolved_image_ext(recipe)),
                     1);
  });
}

Recipe recipe_of(const YamlNode& root, YamlProblems& problems) {
  return RecipeReader(root, "", problems).read();
}

}  // namespace glyphmill
