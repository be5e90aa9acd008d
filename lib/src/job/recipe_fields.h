// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "glyphmill/fields.h"
#include "glyphmill/recipe.h"

namespace glyphmill {

/// A field of the recipe itself.
struct RecipeNumber {
  std::string_view key;
  std::optional<std::uint64_t> Recipe::*member;
  IntegerBounds bounds;
  std::string_view help;
};

/// Seed and count.
const std::array<RecipeNumber, 2>& recipe_numbers();

/// What `labels.kind` says, in the order of LabelOptions' alternatives.
const std::vector<std::string_view>& label_kinds();

/// What `glyphs.kind` says, in the order of Look's alternatives.
const std::vector<std::string_view>& look_kinds();

inline constexpr std::string_view kSplitHelp = "the one of the splits to make; \"\": all";

/// Calls `visit(section, options)` for each section of a recipe that says what texts look like.
template <class AnyLook, class Visit>
void for_each_section(AnyLook& look, const Visit& visit) {
  if (auto* tiles = std::get_if<TileLook>(&look)) {
    visit("glyphs", tiles->glyphs);
    visit("compose", tiles->compose);
  }
  if (auto* digits = std::get_if<DigitLook>(&look)) {
    visit("glyphs", digits->glyphs);
    visit("augment", digits->augment);
    visit("compose", digits->compose);
  }
}

/// Throws Error(kInvalidArgument) naming "splits" or "split" for names that are no directories or
/// come twice, shares that do not sum to 1, a look that cannot be split, an unknown `split`.
void check_splits(const Recipe& recipe);

/// The format of the images, where the recipe leaves it to us.
ImageExt resolved_image_ext(const Recipe& recipe);

/// The defaults of a kind of labels.
Recipe default_recipe(std::size_t label_kind);

}  // namespace glyphmill
