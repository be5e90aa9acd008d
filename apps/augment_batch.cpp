// SPDX-License-Identifier: Apache-2.0
#include "common/program.h"

namespace {

glyphmill::ProgramSpec augment_batch() {
  constexpr char kRunning[] = "Running";
  glyphmill::ProgramSpec spec;
  spec.name = "augment_batch";
  spec.summary = "the data set that a recipe file describes, or those of a file of jobs";
  spec.flags = {glyphmill::seed_flag()};
  spec.flags.front().flag.help = "the seed of every job; those without one share one";
  spec.run_flags = {
      {"job", "NAME [NAME]...", kRunning, "of a file of jobs only these", {}},
      {"fail-fast",
       "",
       kRunning,
       "end at the first job that fails; without it the others are made, and the exit code is 1",
       {}},
      {"validate",
       "",
       kRunning,
       "only check: say how much the file makes, or all that is wrong with it",
       {"print-recipe", "dry-run", "only", "preview"}},
      {"schema",
       "",
       kRunning,
       "print a JSON Schema of recipes and files of jobs, for editors, and end; needs no FILE",
       {}},
  };
  spec.examples = {
      "augment_batch configs/codes.yaml -o train",
      "augment_batch train/recipe.yaml -o again",
      "augment_batch configs/dates.yaml --preview sheet.png",
      "augment_batch configs/jobs.yaml -o sets",
      "augment_batch configs/jobs.yaml --job dates --print-recipe",
  };
  return spec;
}

}  // namespace

int main(int argc, char** argv) { return glyphmill::run_program(augment_batch, argc, argv); }
