// SPDX-License-Identifier: Apache-2.0
#include "common/search_flags.h"

#include "common/image_recipe.h"
#include "common/training_flags.h"
#include "glyphmill/error.h"
#include "glyphmill/generator.h"
#include "glyphmill/ocr_search.h"
#include "glyphmill/parse.h"

namespace glyphmill {

std::vector<Flag> search_flags() {
  std::vector<Flag> flags = {
      {"space", "FILE", "Search", "what there is to choose from, see configs/ocr/search.yaml"},
      {"trials", "N", "Search", "trials in all, whoever makes them (default: 100)"},
      {"method", "random|gp|tpe", "Search", "how the next trial is chosen (default: gp)"},
      {"search-seed", "N", "Search", "of the search (default: 0)"},
      {"timeout", "MINUTES", "Search", "a trial that takes longer has failed (default: none does)"},
      {"test", "DIR", "Search",
       "labelled images that the best model is tested on, once, when it is chosen and trained"},
      {"best-minutes", "X", "Search",
       "how long the best is trained at the end (default: as long as its trial)"},
  };
  for (Flag& flag : training_flags()) flags.push_back(std::move(flag));
  const std::vector<Flag> running = {
      {"output", "DIR", "Running", "directory of the study (default: study)", {}, 'o'},
      {"resume", "", "Running", "go on with the study that is there, or join others at it"},
      {"threads", "N", "Running", "threads (default: the processors it may use)", {}, 'j'},
      {"quiet", "", "Running", "no progress and no report", {}, 'q'},
  };
  flags.insert(flags.end(), running.begin(), running.end());
  return flags;
}

search::Plan search_plan(const CommandLine& line) {
  if (!line.has("space")) {
    throw Error(ErrorCode::kInvalidArgument, "needs --space FILE");
  }
  search::Plan plan = search::read_plan(line.value("space"));
  check_trial_space(plan.space);
  if (line.has("method")) {
    const std::size_t method = named(
        "--method", [&] { return parse_choice(line.value("method"), search::method_names()); });
    plan.method = static_cast<search::Method>(method);
  }
  if (line.has("search-seed")) plan.seed = integer_of(line, "search-seed", {});
  return plan;
}

BestOptions best_options(const CommandLine& line) {
  BestOptions options;
  if (line.has("best-minutes")) options.minutes = number_of(line, "best-minutes", kMinutesBounds);
  if (line.has("test")) {
    options.test = images_of(line.value("test"), SourceOrder::kStored);
    options.test->seed = 0;
    const Generator opens(*options.test);
  }
  return options;
}

}  // namespace glyphmill
