// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/recipe.h"

#include <fmt/format.h>

#include <algorithm>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "job/field_io.h"
#include "job/recipe_fields.h"

namespace glyphmill {
namespace {

/// "ops.affine.angle_deg" is section "ops", stage "affine" and key "angle_deg"; only ops have
/// stages, and the recipe's own fields no section.
struct FieldPath {
  std::string section;
  std::string stage;
  std::string key;
};

FieldPath split(const std::string& path) {
  FieldPath result;
  std::string* const parts[] = {&result.section, &result.stage};
  std::string rest = path;
  for (std::string* part : parts) {
    const std::size_t dot = rest.find('.');
    if (dot == std::string::npos) break;
    *part = rest.substr(0, dot);
    rest.erase(0, dot + 1);
    if (result.section != "ops") break;
  }
  result.key = rest;
  return result;
}

/// The value of one flag, for FieldReader.
class FlagSource final : public FieldSource {
 public:
  FlagSource(std::string key, const std::vector<std::string>& values, std::string origin)
      : key_(std::move(key)), value_(field_value(values)), origin_(std::move(origin)) {}

  const FieldValue* find(std::string_view key) override { return key == key_ ? &value_ : nullptr; }

  void refuse(std::string_view, const std::string& why) override {
    throw Error(ErrorCode::kInvalidArgument, fmt::format("{}: {}", origin_, why));
  }

  const FieldValue& value() const { return value_; }

 private:
  std::string key_;
  FieldValue value_;
  std::string origin_;
};

/// The place of the stage that STAGE in a path means; the number of stages if there is none.
std::size_t find_stage(const std::vector<Stage>& ops, const std::string& stage,
                       const std::string& origin) {
  std::size_t found = ops.size();
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (ops[i].name == stage) return i;
  }
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (op_info(ops[i].options).name != stage) continue;
    if (found != ops.size()) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("{}: the recipe has several stages of {}: '{}', '{}'", origin, stage,
                              ops[found].name, ops[i].name));
    }
    found = i;
  }
  return found;
}

/// Where a stage that nobody placed goes: in the order of the table of operations, so that a warp,
/// say, comes before the noise, which it would blur.
std::vector<Stage>::const_iterator place_of(const Stage& stage, const std::vector<Stage>& ops) {
  return std::find_if(ops.begin(), ops.end(), [&](const Stage& other) {
    return other.options.index() > stage.options.index();
  });
}

/// Visits the fields of one section of the recipe. A stage that is not there yet is added.
void visit_section(Recipe& recipe, const FieldPath& path, const std::string& origin,
                   FieldVisitor& visitor) {
  if (path.section == "labels" && !is_images(recipe.look)) {
    std::visit([&](auto& options) { describe(options, visitor); }, recipe.labels);
  } else if (path.section == "output") {
    describe(recipe.output, visitor);
  } else if (path.section == "ops") {
    const std::size_t place = find_stage(recipe.ops, path.stage, origin);
    if (place < recipe.ops.size()) {
      describe(recipe.ops[place], visitor);
    } else {
      Stage stage = make_stage(path.stage);
      describe(stage, visitor);
      recipe.ops.insert(place_of(stage, recipe.ops), std::move(stage));
    }
  } else if (path.section.empty()) {
    visitor.text("split", recipe.split, kSplitHelp);
    visitor.choice_of("disjoint", recipe.disjoint, disjoint_names(), kDisjointHelp);
  }
  for_each_section(recipe.look, [&](std::string_view section, auto& options) {
    if (section == path.section) describe(options, visitor);
  });
}

bool is_weights(const FieldPath& path) {
  return path.section == "labels" && path.key == kWeightsKey;
}

/// As in a recipe that names no balance: its last word was about weights.
void set_weights(Recipe& recipe, FlagSource& source) {
  try {
    recipe.label_weights = read_label_weights(text_of(source.value()));
  } catch (const Error& error) {
    source.refuse(kWeightsKey, error.what());
  }
  if (auto* codes = std::get_if<CodeOptions>(&recipe.labels)) codes->balance = Balance::kWeighted;
}

const RecipeNumber* find_number(const FieldPath& path) {
  for (const RecipeNumber& number : recipe_numbers()) {
    if (path.section.empty() && number.key == path.key) return &number;
  }
  return nullptr;
}

Recipe on_tiles(LabelOptions labels, const std::string& tiles, double width_per_character) {
  TileLook look;
  look.glyphs.tiles = tiles;
  look.compose.width_per_character = width_per_character;
  Recipe recipe;
  recipe.labels = std::move(labels);
  recipe.look = std::move(look);
  recipe.ops = {{"affine", 0.5, AffineOptions{}},
                {"gaussian_noise", 1, GaussianNoiseOptions{}},
                {"salt_pepper", 1, SaltPepperOptions{}}};
  return recipe;
}

Recipe handwritten(LabelOptions labels) {
  Recipe recipe;
  recipe.labels = std::move(labels);
  recipe.look = DigitLook{};
  return recipe;
}

}  // namespace

void describe(TileOptions& options, FieldVisitor& visitor) {
  visitor.text("tiles", options.tiles,
               "folder of tile pictures, or builtin:codes, builtin:dates, "
               "builtin:alphanumeric");
  visitor.text("checksum", options.checksum,
               "of the tiles that the recipe was resolved with; \"\": not checked");
}

void describe(ImageSourceOptions& options, FieldVisitor& visitor) {
  visitor.text("images", options.images,
               "a data set of Glyphmill's, a directory of images named after their labels, or one "
               "with a labels.tsv");
  visitor.text("checksum", options.checksum,
               "of the images that the recipe was resolved with; \"\": not checked");
  visitor.integer("height", options.height, "natural", {8, 1024},
                  "px to which images are scaled, aspect kept; natural: as they are");
  visitor.choice_of("color", options.color, {"auto", "gray", "color"},
                    "gray or color; auto: color if any of the images is");
  visitor.choice_of("order", options.order, {"keyed", "stored"},
                    "keyed: each image once in every run of as many samples, in drawn order; "
                    "stored: as they lie there");
}

const std::array<RecipeNumber, 2>& recipe_numbers() {
  // A count beyond any disk is a slip, and one near 2^64 would overflow sums.
  static const std::array<RecipeNumber, 2> numbers{{
      {"seed", &Recipe::seed, {}, "the same seed gives the same images"},
      {"count", &Recipe::count, {1, 1000000000000u}, "images to make"},
  }};
  return numbers;
}

const std::vector<std::string_view>& label_kinds() {
  static const std::vector<std::string_view> kinds{"code", "date", "pattern", "phone", "list"};
  return kinds;
}

const std::vector<std::string_view>& disjoint_names() {
  static const std::vector<std::string_view> names{"auto", "none", "glyphs", "labels", "both"};
  return names;
}

const std::vector<std::string_view>& look_kinds() {
  static const std::vector<std::string_view> kinds{"tiles", "digits"};
  return kinds;
}

ImageExt resolved_image_ext(const Recipe& recipe) {
  const OutputOptions& output = recipe.output;
  if (output.image_ext != ImageExt::kAuto) return output.image_ext;
  const auto& format = output.format;
  const bool lossless = std::find(format.begin(), format.end(), Format::kTesseract) != format.end();
  return lossless || is_handwriting(recipe) ? ImageExt::kPng : ImageExt::kJpg;
}

Recipe default_recipe(std::size_t label_kind) {
  static const std::array<Recipe, std::variant_size_v<LabelOptions>> recipes{
      codes_recipe(), dates_recipe(), on_tiles(PatternOptions{}, "builtin:codes", 28.5),
      phones_recipe(), handwritten(ListOptions{})};
  return recipes.at(label_kind);
}

Recipe codes_recipe() { return on_tiles(CodeOptions{}, "builtin:codes", 28.5); }

// 255 px for the eleven characters of 2018年08月16日.
Recipe dates_recipe() { return on_tiles(DateOptions{}, "builtin:dates", 23.2); }

Recipe digits_recipe() { return handwritten(CodeOptions{}); }

Recipe phones_recipe() {
  Recipe recipe = handwritten(PhoneOptions{});
  recipe.output.pack_name = "phonenumbers-handwritten-dataset-{count}";
  return recipe;
}

Recipe with_look(Recipe recipe, std::size_t look) {
  if (recipe.look.index() == look) return recipe;
  if (look == Look(ImageLook{}).index()) {
    recipe.look = ImageLook{};
    recipe.ops.clear();
    return recipe;
  }
  const bool tiles = look == Look(TileLook{}).index();
  Recipe defaults =
      tiles ? on_tiles(recipe.labels, "builtin:codes", 28.5) : handwritten(recipe.labels);
  recipe.look = std::move(defaults.look);
  recipe.ops = std::move(defaults.ops);
  return recipe;
}

void set_field(Recipe& recipe, const std::string& path, const std::vector<std::string>& values,
               const std::string& origin) {
  const FieldPath place = split(path);
  const bool of_part =
      std::find(kPartSections.begin(), kPartSections.end(), place.section) != kPartSections.end();
  if (of_part && !recipe.mix.empty()) {
    throw Error(
        ErrorCode::kInvalidArgument,
        fmt::format("{}: must not be in a part of the recipe's mix. Got: {}", origin, shown(path)));
  }
  FlagSource source(place.key, values, origin);
  if (const RecipeNumber* number = find_number(place)) {
    try {
      recipe.*(number->member) = optional_integer_of(source.value(), number->bounds);
    } catch (const Error& error) {
      source.refuse(place.key, error.what());
    }
    return;
  }
  if (is_weights(place)) return set_weights(recipe, source);
  FieldReader reader(source);
  visit_section(recipe, place, origin, reader);
  const std::vector<std::string>& keys = reader.keys();
  if (std::find(keys.begin(), keys.end(), place.key) == keys.end()) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: must name a field of the recipe. Got: {}", origin, shown(path)));
  }
}

FieldText field_text(const Recipe& recipe, const std::string& path) {
  const FieldPath place = split(path);
  if (const RecipeNumber* number = find_number(place)) {
    return {spelled(recipe.*(number->member)), std::string(number->help)};
  }
  if (is_weights(place)) {
    return {recipe.label_weights.empty() ? "none" : "the recipe's", std::string(kWeightsHelp)};
  }
  Recipe copy = recipe;
  const bool off =
      place.section == "ops" && find_stage(recipe.ops, place.stage, path) == recipe.ops.size();
  FieldWriter writer;
  visit_section(copy, place, path, writer);
  for (const WrittenField& field : writer.fields()) {
    if (field.key == place.key) return {off ? "off" : field.value, field.help};
  }
  throw Error(ErrorCode::kInternal, fmt::format("'{}' is not a field of a recipe", path));
}

}  // namespace glyphmill
