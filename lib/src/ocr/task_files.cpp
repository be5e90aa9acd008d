// SPDX-License-Identifier: Apache-2.0
#include "ocr/task_files.h"

#include <fmt/format.h>

#include "glyphmill/error.h"

namespace glyphmill::ocr {
namespace {

/// `use(name, recipe)` for each recipe of the task.
template <class Use>
void for_each_recipe(const TrainingTask& task, const Use& use) {
  for (std::size_t i = 0; i < task.streams.size(); ++i) {
    use(recipe_file(i), task.streams[i].recipe);
  }
  if (task.validation) use(kValidationFile, *task.validation);
}

}  // namespace

void write_task(const TrainingTask& task, const ModelDescription& model,
                const sinks::Directory& directory) {
  directory.replace(kModelFile, to_yaml(model));
  for_each_recipe(task, [&](const std::string& name, const Recipe& recipe) {
    directory.replace(name, to_yaml(recipe));
  });
  directory.replace(kTrainingFile, to_yaml(task.options));
}

void check_task(const TrainingTask& task, const ModelDescription& model,
                const sinks::Directory& directory) {
  const std::string in = directory.path() + "/";
  const auto check_same = [&](const std::string& name, const std::string& now) {
    const std::string differs = first_difference(directory.read(name), now);
    if (differs.empty()) return;
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("resume: must be of the options that the training began with, {}{}. "
                            "Got: {}",
                            in, name, differs));
  };
  check_same(kModelFile, to_yaml(model));
  for_each_recipe(task, [&](const std::string& name, const Recipe& recipe) {
    check_same(name, to_yaml(recipe));
  });
  const TrainingOptions found = parse_training(directory.read(kTrainingFile), in + kTrainingFile);
  TrainingOptions now = task.options;
  if (!now.steps) now.steps = found.steps;
  if (!now.validate_every) now.validate_every = found.validate_every;
  check_same(kTrainingFile, to_yaml(now));
}

}  // namespace glyphmill::ocr
