// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "common/flags.h"
#include "glyphmill/evaluation.h"
#include "glyphmill/recipe.h"

/// What a recogniser is asked, how it answers and what is told of it, from the command line.
namespace glyphmill {

std::vector<Flag> evaluation_flags();

// What they say. Throw Error(kInvalidArgument); what cannot be read or written, kIo.
Recipe evaluation_samples(const CommandLine& line);
EvaluationOptions evaluation_options(const CommandLine& line);
EvaluationFiles evaluation_files(const CommandLine& line);

}  // namespace glyphmill
