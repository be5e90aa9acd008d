// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "common/flags.h"
#include "glyphmill/recipe.h"
#include "glyphmill/search.h"

namespace glyphmill {

/// Flags that say what is searched, how, and what each trial trains.
std::vector<Flag> search_flags();

/// What --space, --method and --search-seed say. Throws Error(kInvalidArgument); for a file that
/// cannot be read, kIo.
search::Plan search_plan(const CommandLine& line);

/// Bounds of what is told in minutes.
inline constexpr Bounds kMinutesBounds{0.001, 100'000};

/// How the best point is trained once more at the end, and what it is tested on then.
struct BestOptions {
  std::optional<double> minutes;  ///< none: as long as its trial
  std::optional<Recipe> test;
};

/// What --best-minutes and --test say. Throws what `Generator` throws for images that cannot be
/// tested on: better now than after all trials.
BestOptions best_options(const CommandLine& line);

}  // namespace glyphmill
