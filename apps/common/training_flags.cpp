// SPDX-License-Identifier: Apache-2.0
#include "common/training_flags.h"

#include <fmt/format.h>

#include "common/field_flags.h"
#include "common/image_recipe.h"
#include "common/streams.h"
#include "glyphmill/parse.h"
#include "glyphmill/utf8.h"

namespace glyphmill {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

/// The options of the architecture, changed by the flags of single sizes.
ModelOptions model_of(const CommandLine& line) {
  ModelOptions named;
  set_from(line, named);
  ModelOptions options = model_options(named.architecture);
  set_from(line, options);
  return options;
}

std::vector<TrainingStream> streams_of(const CommandLine& line) {
  std::vector<TrainingStream> streams;
  if (line.has("recipe")) streams.push_back({read_recipe(line.value("recipe"))});
  if (line.has("data")) {
    const std::string* const augment = line.has("augment") ? &line.value("augment") : nullptr;
    streams.push_back({images_of(line.value("data"), SourceOrder::kKeyed, augment)});
    if (line.has("data-weight")) {
      streams.back().weight = number_of(line, "data-weight", {0.000001, 1'000'000});
    }
  }
  if (streams.empty()) refuse("needs --recipe FILE or --data DIR");
  if (line.has("augment") && !line.has("data")) refuse("--augment: needs --data");
  if (line.has("data-weight") && streams.size() < 2) {
    refuse("--data-weight: needs --recipe and --data");
  }
  return streams;
}

}  // namespace

std::vector<Flag> training_flags() {
  std::vector<Flag> flags{
      {"recipe", "FILE", "Samples", "train on the samples of this recipe, without an end", {}},
      {"data",
       "DIR",
       "Samples",
       "train on labelled images: a data set, or a folder of images whose names are their labels",
       {}},
      {"augment",
       "FILE",
       "Samples",
       "the operations (`ops`) of this recipe change the images of --data",
       {}},
      {"data-weight", "X", "Samples", "share of --data, that of --recipe being 1 (default: 1)", {}},
      {"val",
       "DIR",
       "Samples",
       "validate on these labelled images (default: samples that are not trained on)",
       {}},
      {"characters",
       "TEXT",
       "Samples",
       "what the model can say (default: the characters of all labels)",
       {}},
  };
  for (Flag& flag : field_flags(ModelOptions{}, "Model")) flags.push_back(std::move(flag));
  for (Flag& flag : field_flags(TrainingOptions{}, "Training")) {
    flags.push_back(std::move(flag));
  }
  flags.push_back(
      {"init", "MODEL", "Training", "start from the weights of this model", {"resume"}});
  return flags;
}

TrainingTask training_task(const CommandLine& line) {
  TrainingTask task;
  task.model = model_of(line);
  set_from(line, task.options);
  task.streams = streams_of(line);
  if (line.has("val")) task.validation = images_of(line.value("val"), SourceOrder::kStored);
  if (line.has("characters")) task.characters = utf8_characters(line.value("characters"));
  if (line.has("init")) task.start_from = line.value("init");
  return task;
}

std::string status_line(const TrainingProgress& progress) {
  std::string line = fmt::format("step {}", progress.step);
  if (progress.steps > 0) line += fmt::format("/{}", progress.steps);
  line += fmt::format(" {:.0f} samples/s, loss {:.4f}", progress.samples_per_second, progress.loss);
  if (progress.accuracy >= 0) {
    line += fmt::format(", {:.2f} % right, {:.2f} % character errors", 100 * progress.accuracy,
                        100 * progress.character_error_rate);
  }
  return line + fmt::format(", {:.0f} s left", progress.seconds_left);
}

std::string summary_of(const std::string& output, const TrainingResult& result) {
  const std::string text = fmt::format(
      "{}: {:.2f} % of the validation sequences right, {:.3f} % character errors, after step {} of "
      "{} ({} samples) in {:.0f} s\n",
      output, 100 * result.accuracy, 100 * result.character_error_rate, result.best_step,
      result.steps, result.samples, result.seconds);
  return result.centers ? text + to_text(*result.centers) : text;
}

void prepare_training(const CommandLine& line, const std::string& program) {
  prepare_ocr_runtime(threads_of(line));
  const std::string advice = ocr_runtime_advice();
  if (!line.has("quiet") && !advice.empty()) tell(program + ": " + advice);
}

}  // namespace glyphmill
