// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "glyphmill/center_loss.h"
#include "glyphmill/ocr.h"
#include "glyphmill/recipe.h"

/// Trains recognisers on the endless stream of a generator's samples, with no files between.
namespace glyphmill {

enum class OptimizerKind { kAdadelta, kAdagrad, kAdam, kAdamW, kAdamax, kSgd };

/// How the learning rate goes after the warm-up.
enum class Schedule { kConstant, kCosine, kLinear };

struct TrainingOptions {
  std::uint64_t seed = 1;  ///< of the weights, of dropout and, where a recipe has none, of samples
  /// Steps (batches) in all; none: as many as are likely to fit into `minutes`, found from the
  /// speed of the first.
  std::optional<std::uint64_t> steps;
  /// Where there are no `steps`: when it ends at the latest, validation included, if the warm-up is
  /// over.
  double minutes = 10;
  std::uint64_t batch = 32;
  OptimizerKind optimizer = OptimizerKind::kAdam;
  std::optional<double> learning_rate;  ///< the highest; none: the optimizer's usual one
  Schedule schedule = Schedule::kCosine;
  std::uint64_t warmup_steps = 100;  ///< over which the rate rises from 0
  double weight_decay = 0;
  double clip_norm = 5;                         ///< longest gradient; 0: any
  std::optional<std::uint64_t> validate_every;  ///< steps; none: about twenty times in all
  std::uint64_t validation_samples = 1000;      ///< at most
  std::uint64_t patience = 0;  ///< validations without improvement that end the training; 0: never
  double center_loss = 0;      ///< weight of the center loss, see center_loss.h; 0: none
  double center_rate = 0.05;   ///< how fast centers follow
};

void describe(TrainingOptions& options, FieldVisitor& visitor);

/// One sort of samples to train on.
struct TrainingStream {
  /// Its count does not matter: the stream has no end. Of a recipe with splits named `train` and
  /// `val` the first is trained on and the second validated on.
  Recipe recipe;
  double weight = 1;  ///< share of the samples, relative to the other streams'; as in a mix
};

struct TrainingTask {
  ModelOptions model;
  TrainingOptions options;
  std::vector<TrainingStream> streams;  ///< at least one
  /// What is validated on, in its own order; none: samples of the streams that are not trained on.
  std::optional<Recipe> validation;
  /// Characters of the model; empty: those of all streams and of the validation.
  std::vector<std::string> characters;
  /// A model whose weights, and centers if it has some, are taken; "": random weights.
  std::string start_from;
};

struct TrainingProgress {
  std::uint64_t step = 0;
  std::uint64_t steps = 0;  ///< in all; 0 while that is not known
  double seconds = 0;       ///< since the start, earlier runs included
  double seconds_left = 0;
  double samples_per_second = 0;
  double loss = 0;  ///< of recent batches, averaged
  double learning_rate = 0;
  // Of the last validation; negative before the first.
  double accuracy = -1;
  double character_error_rate = -1;
};

struct TrainingResult {
  std::uint64_t steps = 0;
  std::uint64_t samples = 0;
  double seconds = 0;
  std::uint64_t best_step = 0;
  double accuracy = 0;  ///< exact, on the validation samples, of the best weights
  double character_error_rate = 0;
  std::optional<CenterDistances> centers = {};  ///< of the best weights, with center loss
  bool interrupted = false;
};

struct TrainingRun {
  std::string output;      ///< directory of the model; must be empty or absent without `resume`
  bool resume = false;     ///< go on from the last checkpoint of the same task
  bool overwrite = false;  ///< first remove the model that is there, and nothing else
  std::function<void(const TrainingProgress&)> on_progress = {};  ///< a few times a second
  const std::atomic<bool>* stop = nullptr;  ///< ends at the next step, with a checkpoint
};

/// Trains a model. The directory then has
///
///     model.yaml       sizes and characters
///     weights.pt       of the validation with the fewest character errors
///     training.yaml    every option, the number of steps found included
///     recipe-0.yaml    of each stream, and validation.yaml where one was given
///     metrics.csv      a line for each validation
///     curve.png        the same as a picture
///     centers.pt       with center loss: the centers that belong to weights.pt
///     centers.csv      with center loss: distances to the centers, a line for each validation
///     checkpoint.pt    what `resume` goes on from
///
/// The same task with the same steps, on the same machine with the same number of threads, gives
/// the same losses, interrupted or not.
///
/// Throws Error: kInvalidArgument (a rule is broken; a label with a character that is not the
/// model's or an image too narrow for its label: the first such sample), kFormat (damaged files; a
/// loss that is no number: the last good checkpoint stays), kIo.
TrainingResult train(const TrainingTask& task, const TrainingRun& run);

}  // namespace glyphmill
