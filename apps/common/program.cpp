// SPDX-License-Identifier: Apache-2.0
#include "common/program.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/batch.h"
#include "common/flags.h"
#include "common/guarded.h"
#include "common/help.h"
#include "common/job_run.h"
#include "common/streams.h"
#include "glyphmill/parse.h"
#include "glyphmill/schema.h"
#include "glyphmill/version.h"

namespace glyphmill {
namespace {

/// What a program's flags start from: its own defaults, or the recipe of --config.
Recipe start(const ProgramSpec& spec, const CommandLine& line) {
  if (!line.has("config")) return *spec.defaults;
  const std::string& path = line.value("config");
  Recipe recipe = read_recipe(path);
  std::vector<std::size_t> kinds = spec.label_kinds;
  if (kinds.empty()) kinds.push_back(spec.defaults->labels.index());
  const bool of_kind = std::find(kinds.begin(), kinds.end(), recipe.labels.index()) != kinds.end();
  if (!recipe.mix.empty() || !of_kind || recipe.look.index() != spec.defaults->look.index()) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("--config: labels and glyphs must be of this program's kinds; "
                            "augment_batch takes every recipe. Got: {}",
                            shown(path)));
  }
  return recipe;
}

/// Defaults < recipe file < flags, and a seed.
int run_one(const ProgramSpec& spec, const CommandLine& line) {
  const RunOptions options = run_options(line, spec.output);
  Recipe recipe = start(spec, line);
  apply_flags(spec, line, recipe);
  recipe.seed = earlier_seed(recipe, options);
  if (!recipe.seed) recipe.seed = drawn_seed(spec, line.has("quiet"));
  return JobRun(spec, line, spec.output, options)(recipe);
}

int run(const ProgramSpec& spec, const std::vector<std::string>& arguments) {
  const CommandLine line(spec, arguments);
  if (line.has("help") || line.has("version")) {
    print_result(line.has("help") ? help_text(spec) : fmt::format("{} {}\n", spec.name, version()));
    return kDone;
  }
  if (line.has("schema")) {
    print_result(json_schema());
    return kDone;
  }
  return spec.defaults ? run_one(spec, line) : Batch(spec, line)();
}

}  // namespace

int run_program(ProgramSpec (*make_spec)(), int argc, char** argv) {
  return run_guarded([&](std::string& name) {
    const ProgramSpec spec = make_spec();
    name = spec.name;
    return run(spec, {argv + std::min(argc, 1), argv + argc});
  });
}

}  // namespace glyphmill
