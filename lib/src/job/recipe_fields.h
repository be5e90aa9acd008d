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

/// The defaults of a kind of labels.
Recipe default_recipe(std::size_t label_kind);

}  // namespace glyphmill
