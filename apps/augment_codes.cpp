// SPDX-License-Identifier: Apache-2.0
#include "common/program.h"

namespace {

using glyphmill::ProgramSpec;
using glyphmill::Recipe;
using glyphmill::RecipeFlags;
using glyphmill::Values;

void set_pattern(Recipe& recipe, const Values& values, const std::string&) {
  recipe.labels = glyphmill::PatternOptions{values.front()};
}

ProgramSpec augment_codes() {
  constexpr char kLabels[] = "Labels";
  ProgramSpec spec;
  spec.name = "augment_codes";
  spec.summary = "images of codes whose characters are evenly spread over every position";
  spec.defaults = glyphmill::codes_recipe();
  spec.label_kinds = {glyphmill::LabelOptions(glyphmill::CodeOptions{}).index(),
                      glyphmill::LabelOptions(glyphmill::PatternOptions{}).index()};
  spec.output = "codes";
  const RecipeFlags labels = {
      {{"nums", "N", kLabels, ""}, "count"},
      {{"length", "N [MAX]", kLabels, ""}, "labels.length"},
      {{"alphabet", "TEXT", kLabels, ""}, "labels.alphabet"},
      {{"balance", "LAW", kLabels, ""}, "labels.balance"},
      {{"unique", "", kLabels, "no code twice: --balance unique", {"balance"}},
       "labels.balance",
       {"unique"}},
      {{"pattern",
        "TEXT",
        kLabels,
        "codes of this form, each choice uniform: [A-Z]{2}\\d{6}, 0[1-9]\\d{8}, (19|20)\\d{2}",
        {"length", "alphabet", "balance", "unique"}},
       "",
       {},
       set_pattern},
      glyphmill::weights_flag({"balance", "unique"}),
  };
  spec.flags = glyphmill::with_common({labels, glyphmill::tile_flags()});
  spec.examples = {
      "augment_codes --nums 10000 --seed 42 -o train",
      "augment_codes --preview sheet.png",
      "augment_codes --length 6 --unique --gray --height 32 --image-ext png",
      "augment_codes --spacing -2 4 --rotate-degrees 5 --gaussian-sigma 0.05 0.2",
      "augment_codes --pattern '(19|20)\\d{2}-[A-F]{3}' --nums 500",
      "augment_codes --height 32 --print-recipe > codes32.yaml",
  };
  return spec;
}

}  // namespace

int main(int argc, char** argv) { return glyphmill::run_program(augment_codes, argc, argv); }
