// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "common/program.h"
#include "glyphmill/error.h"
#include "glyphmill/handwriting.h"
#include "glyphmill/parse.h"

namespace {

using glyphmill::ProgramSpec;
using glyphmill::Recipe;
using glyphmill::RecipeFlags;
using glyphmill::Values;

void set_sequence(Recipe& recipe, const Values& values, const std::string& origin) {
  const std::string& sequence = values.front();
  const std::string_view known = glyphmill::kHandwrittenCharacters;
  if (sequence.find_first_not_of(known) != std::string::npos) {
    throw glyphmill::Error(glyphmill::ErrorCode::kInvalidArgument,
                           fmt::format("{}: must be of the characters '{}'. Got: {}", origin, known,
                                       glyphmill::shown(sequence)));
  }
  recipe.labels = glyphmill::ListOptions{{sequence}};
}

/// A digit alone is a sequence of one whole picture; white on black, as MNIST has it.
void set_single(Recipe& recipe, const Values&, const std::string& origin) {
  set_field(recipe, "labels.length", {"1"}, origin);
  set_field(recipe, "labels.balance", {"position"}, origin);  // each digit once in every ten
  set_field(recipe, "compose.spacing", {"auto"}, origin);
  set_field(recipe, "compose.ground", {"black"}, origin);
}

ProgramSpec augment_mnist() {
  constexpr char kLabels[] = "Labels";
  ProgramSpec spec;
  spec.name = "augment_mnist";
  spec.summary = "images of handwritten digit sequences";
  spec.defaults = glyphmill::with_own_digits(glyphmill::digits_recipe());
  spec.label_kinds = {glyphmill::LabelOptions(glyphmill::CodeOptions{}).index(),
                      glyphmill::LabelOptions(glyphmill::ListOptions{}).index()};
  spec.output = "mnist";
  spec.one_image = "sequence";
  const RecipeFlags labels = {
      {{"nums", "N", kLabels, ""}, "count"},
      {{"sequence",
        "TEXT",
        kLabels,
        "this sequence: one image, SEQUENCE.png in the current directory or in -o, unless --nums "
        "or --format asks for a data set",
        {"length", "balance", "single"}},
       "",
       {},
       set_sequence},
      {{"length", "N [MAX]", kLabels, ""}, "labels.length"},
      {{"single",
        "",
        kLabels,
        "single digits, each in its whole picture, white on black",
        {"length"}},
       "",
       {},
       set_single},
      {{"balance", "LAW", kLabels, ""}, "labels.balance"},
      glyphmill::weights_flag({"balance", "sequence"}),
  };
  spec.flags =
      glyphmill::with_common({labels, glyphmill::digit_flags(), glyphmill::augment_flags()});
  spec.examples = {
      "augment_mnist --sequence 12345678 --min-spacing 5 --max-spacing 8 --width 200",
      "augment_mnist --nums 10000 --length 10 --min-spacing 0 --max-spacing 10 --width 200",
      "augment_mnist --nums 1000 --length 4 8 --writer-consistency 1 -o letters",
      "augment_mnist --digits train-images-idx3-ubyte.gz --split train:0.8,val:0.1,test:0.1",
      "augment_mnist --single --nums 10000 --rotation-range 10 --shear-range 20 --format npz",
  };
  return spec;
}

}  // namespace

int main(int argc, char** argv) { return glyphmill::run_program(augment_mnist, argc, argv); }
