// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "glyphmill/recipe.h"
#include "job/yaml_tree.h"

namespace glyphmill {

/// The key under which recipes record what wrote them.
inline constexpr char kVersionKey[] = "glyphmill";

/// The recipe that a map spells; what is wrong with it is left in `problems`.
Recipe recipe_of(const YamlNode& root, YamlProblems& problems);

/// What only the meaning of a value tells (a date that exists, a pattern that can be read) is found
/// by those who use it; here their errors, which begin with the field's path, get a place. For
/// recipes that are read without a problem.
void check_meaning(const Recipe& recipe, const YamlNode& root, YamlProblems& problems);

/// The text of a recipe file, or one byte more than any may have. Throws Error(kNotFound), (kIo).
std::string recipe_text(const std::string& path);

}  // namespace glyphmill
