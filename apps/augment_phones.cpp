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

ProgramSpec augment_phones() {
  constexpr char kLabels[] = "Labels";
  ProgramSpec spec;
  spec.name = "augment_phones";
  spec.summary = "images of handwritten phone numbers";
  spec.defaults = glyphmill::with_own_digits(glyphmill::phones_recipe());
  spec.label_kinds = {glyphmill::LabelOptions(glyphmill::PhoneOptions{}).index(),
                      glyphmill::LabelOptions(glyphmill::PatternOptions{}).index()};
  spec.output = "phones";
  const RecipeFlags labels = {
      {{"nums", "N", kLabels, ""}, "count"},
      {{"country", "NAME", kLabels, ""}, "labels.country"},
      {{"dashes", "", kLabels, ""}, "labels.dashes", {"true"}},
      {{"pattern",
        "TEXT",
        kLabels,
        "numbers of this form, each choice uniform: 0[1-9]\\d{8}, (0800|0900)-\\d{6}",
        {"country", "dashes"}},
       "",
       {},
       set_pattern},
      glyphmill::weights_flag(),
  };
  spec.flags =
      glyphmill::with_common({labels, glyphmill::digit_flags(), glyphmill::augment_flags()});
  spec.examples = {
      "augment_phones --nums 200 --min-spacing 5 --max-spacing 10 --width 100",
      "augment_phones --country fr --dashes --writer-consistency 1 --preview sheet.png",
      "augment_phones --nums 1000 --width 160 --format pickle -o pickled",
      "augment_phones --pattern '0[1-9]\\d{8}' --nums 500",
  };
  return spec;
}

}  // namespace

int main(int argc, char** argv) { return glyphmill::run_program(augment_phones, argc, argv); }
