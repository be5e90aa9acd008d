// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "glyphmill/recipe.h"

namespace glyphmill {

/// Labelled images as a recipe: with the operations of the recipe file `augment`, or as they are.
Recipe images_of(const std::string& directory, SourceOrder order,
                 const std::string* augment = nullptr);

}  // namespace glyphmill
