// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/flags.h"
#include "glyphmill/training.h"

/// What the programs that train have in common.
namespace glyphmill {

/// Flags that say what is trained on, what model and how.
std::vector<Flag> training_flags();

/// The task that they make. Throws Error(kInvalidArgument).
TrainingTask training_task(const CommandLine& line);

/// Sets the process up, and tells on stderr what makes it slow, unless `--quiet`.
void prepare_training(const CommandLine& line, const std::string& program);

/// "step 120/9000 410 samples/s, loss 0.0214, 95.30 % right, ..."
std::string status_line(const TrainingProgress& progress);

/// "model: 95.30 % of the validation sequences right, ..."
std::string summary_of(const std::string& output, const TrainingResult& result);

}  // namespace glyphmill
