// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ocr/model_files.h"

/// The files that say what a model is trained for.
namespace glyphmill::ocr {

void write_task(const TrainingTask& task, const ModelDescription& model,
                const sinks::Directory& directory);

/// Throws Error(kInvalidArgument) naming the file that does not say what `write_task` would write.
/// The number of steps, and those between validations, may be what that training found.
void check_task(const TrainingTask& task, const ModelDescription& model,
                const sinks::Directory& directory);

}  // namespace glyphmill::ocr
