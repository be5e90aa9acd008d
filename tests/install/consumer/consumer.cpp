// SPDX-License-Identifier: Apache-2.0
// Makes one sample through the installed library and checks what it is.
#include <cstdio>

#include "glyphmill/generator.h"

int main() {
  glyphmill::Recipe recipe = glyphmill::codes_recipe();
  recipe.seed = 1;
  const glyphmill::Generator generator(recipe);
  const glyphmill::Sample sample = generator.sample(0);
  std::printf("%s %dx%d, %zu characters\n", sample.label.c_str(), sample.image.cols,
              sample.image.rows, sample.characters.size());
  return sample.label.size() == 10 && sample.image.rows == 50 && sample.characters.size() == 10 ? 0
                                                                                                : 1;
}
