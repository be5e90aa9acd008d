// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/recipe.h"

namespace glyphmill::test {

inline Recipe codes(std::uint64_t count, std::uint64_t seed = 1) {
  Recipe recipe = codes_recipe();
  recipe.seed = seed;
  recipe.count = count;
  return recipe;
}

inline Recipe dates(std::uint64_t count, std::uint64_t seed = 1) {
  Recipe recipe = dates_recipe();
  recipe.seed = seed;
  recipe.count = count;
  return recipe;
}

/// The same without operations: ink and paper only.
inline Recipe plain(Recipe recipe) {
  recipe.ops.clear();
  return recipe;
}

}  // namespace glyphmill::test
