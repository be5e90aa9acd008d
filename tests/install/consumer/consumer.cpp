// SPDX-License-Identifier: Apache-2.0
// Makes one sample and one handwritten number through the installed library, decodes an answer,
// asks for one point of a search, and checks what they are.
#include <cstdio>

#include "glyphmill/ctc.h"
#include "glyphmill/generator.h"
#include "glyphmill/number_generator.h"
#include "glyphmill/search.h"

int main() {
  glyphmill::Recipe recipe = glyphmill::codes_recipe();
  recipe.seed = 1;
  const glyphmill::Generator generator(recipe);
  const glyphmill::Sample sample = generator.sample(0);
  std::printf("%s %dx%d, %zu characters\n", sample.label.c_str(), sample.image.cols,
              sample.image.rows, sample.characters.size());
  const cv::Mat number = glyphmill::generate_numbers_sequence({1, 2, 3}, {4, 10}, 100);
  glyphmill::search::Searcher searcher(glyphmill::search::parse_plan("parameters: {a: 1}", "plan"));
  if (searcher.ask()->point.integer("a") != 1) return 1;
  const float outputs[] = {-5, -0.1F, -4, -5, -0.1F, -4};
  glyphmill::DecodeOptions options;
  options.constraint = glyphmill::Constraint::pattern("0|1", {"0", "1"});
  const glyphmill::Decoded answer = glyphmill::decode({outputs, 2, 3}, {"0", "1"}, options);
  const bool whole = answer.text == "0" && sample.label.size() == 10 && sample.image.rows == 50 &&
                     sample.characters.size() == 10 && number.size() == cv::Size(100, 28);
  return whole ? 0 : 1;
}
