// SPDX-License-Identifier: Apache-2.0
#include "common/image_recipe.h"

#include <variant>

namespace glyphmill {

Recipe images_of(const std::string& directory, SourceOrder order, const std::string* augment) {
  // A place for the directory, which as YAML would need to be quoted.
  const std::string source = "source: {images: .}";
  Recipe recipe = augment == nullptr ? parse_recipe(source, "") : read_recipe(*augment, source);
  ImageSourceOptions& images = std::get<ImageLook>(recipe.look).source;
  images.images = directory;
  images.order = order;
  return recipe;
}

}  // namespace glyphmill
