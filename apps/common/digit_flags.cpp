// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>

#include "common/program.h"
#include "glyphmill/parse.h"

namespace glyphmill {
namespace {

constexpr char kLook[] = "Look";
constexpr char kDigit[] = "Each digit";

/// Other pictures than the recipe's are what was asked for.
void set_digits(Recipe& recipe, const Values& values, const std::string& origin) {
  set_field(recipe, "glyphs.digits", values, origin);
  set_field(recipe, "glyphs.checksum", {""}, origin);
}

/// One end of the range; the other keeps its value.
template <std::int64_t IntegerRange::*End>
void set_spacing(Recipe& recipe, const Values& values, const std::string& origin) {
  IntegerRange range = std::get<DigitLook>(recipe.look).compose.spacing_px;
  // Read as a field first, for its bounds and its messages.
  set_field(recipe, "compose.spacing_px", values, origin);
  IntegerRange& field = std::get<DigitLook>(recipe.look).compose.spacing_px;
  range.*End = field.min;
  // A least gap alone moves the greatest along.
  if (End == &IntegerRange::min) range.max = std::max(range.max, range.min);
  field = range;
}

/// Keras' share of the data that is kept for validation.
void set_validation_split(Recipe& recipe, const Values& values, const std::string& origin) {
  const double share = named(origin, [&] {
    return parse_number(values.front(), {0.0001, 0.9999});
  });
  recipe.splits = {{"training", 1 - share}, {"validation", share}};
}

}  // namespace

RecipeFlags digit_flags() {
  return {
      {{"digits", "PATH", kLook,
        "pictures of digits: builtin:handwriting, MNIST's IDX files or their folder, .npz, "
        ".pickle, "
        "or a folder 0/ .. 9/ of pictures; $NG_DEFAULT_DIGIT_DATASET if that is set"},
       "glyphs.digits",
       {},
       set_digits},
      {{"writers", "N", kLook, ""}, "glyphs.writers"},
      {{"writer-consistency", "SHARE", kLook, ""}, "glyphs.writer_consistency"},
      {{"height", "PX", kLook, ""}, "compose.height"},
      {{"width", "PX|natural", kLook, ""}, "compose.width"},
      {{"min-spacing", "PX", kLook, "least gap between characters; negative overlaps (default: 0)"},
       "",
       {},
       set_spacing<&IntegerRange::min>},
      {{"max-spacing", "PX", kLook, "greatest gap (default: 10)"},
       "",
       {},
       set_spacing<&IntegerRange::max>},
      {{"spacing", "each|auto", kLook, ""}, "compose.spacing"},
      {{"ground", "white|black", kLook, ""}, "compose.ground"},
  };
}

RecipeFlags augment_flags() {
  const auto number = [](const char* flag, const char* values, const char* field) {
    return RecipeFlag{{flag, values, kDigit, ""}, std::string("augment.") + field};
  };
  const auto toggle = [](const char* flag, const char* field) {
    return RecipeFlag{{flag, "", kDigit, ""}, std::string("augment.") + field, {"true"}};
  };
  return {
      number("rotation-range", "DEG", "rotation_range"),
      number("width-shift-range", "SHARE|PX", "width_shift_range"),
      number("height-shift-range", "SHARE|PX", "height_shift_range"),
      number("shear-range", "DEG", "shear_range"),
      number("zoom-range", "Z | MIN MAX", "zoom_range"),
      number("brightness-range", "MIN MAX", "brightness_range"),
      number("channel-shift-range", "LEVELS", "channel_shift_range"),
      number("fill-mode", "NAME", "fill_mode"),
      number("cval", "LEVEL", "cval"),
      toggle("horizontal-flip", "horizontal_flip"),
      toggle("vertical-flip", "vertical_flip"),
      number("rescale", "FACTOR", "rescale"),
      toggle("featurewise-center", "featurewise_center"),
      toggle("featurewise-std-normalization", "featurewise_std_normalization"),
      toggle("samplewise-center", "samplewise_center"),
      toggle("samplewise-std-normalization", "samplewise_std_normalization"),
      toggle("zca-whitening", "zca_whitening"),
      number("zca-epsilon", "EPSILON", "zca_epsilon"),
      {{"validation-split", "SHARE", kDigit,
        "two data sets, training and validation, that have no digit picture in common"},
       "",
       {},
       set_validation_split},
  };
}

Recipe with_own_digits(Recipe recipe) {
  const char* const path = std::getenv("NG_DEFAULT_DIGIT_DATASET");
  if (path != nullptr && *path != '\0') std::get<DigitLook>(recipe.look).glyphs.digits = path;
  return recipe;
}

}  // namespace glyphmill
