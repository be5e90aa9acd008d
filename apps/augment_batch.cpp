// SPDX-License-Identifier: Apache-2.0
#include "common/program.h"

namespace {

glyphmill::ProgramSpec augment_batch() {
  glyphmill::ProgramSpec spec;
  spec.name = "augment_batch";
  spec.summary = "the data set that a recipe file describes";
  spec.flags = {glyphmill::seed_flag()};
  spec.examples = {
      "augment_batch configs/codes.yaml -o train",
      "augment_batch train/recipe.yaml -o again",
      "augment_batch configs/dates.yaml --preview sheet.png",
  };
  return spec;
}

}  // namespace

int main(int argc, char** argv) { return glyphmill::run_program(augment_batch, argc, argv); }
