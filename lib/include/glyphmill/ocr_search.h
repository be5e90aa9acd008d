// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "glyphmill/search.h"
#include "glyphmill/training.h"

/// Trainings as trials of a search: each point of a space is a model and how it is trained.
namespace glyphmill {

/// Changes `model` and `training` as the point says. Its parameters are fields of ModelOptions and
/// TrainingOptions by their keys, `architecture` before all others, and
///
///     conv_layers            stages of convolutions, 1 .. 6
///     first_channels         of the first (16), unless growth_1 multiplies them
///     growth_1 .. growth_6   of a stage: its channels are those before it, times this
///     linear_1 .. linear_4   sizes of the layers between convolutions and LSTM
///     lstm_1 .. lstm_4       hidden units of the stacks of LSTM
///
/// A stride wider than the stages allow is made what they allow. Throws Error(kInvalidArgument)
/// "parameters.NAME: rule. Got: value".
void apply_point(const search::Point& point, ModelOptions& model, TrainingOptions& training);

/// Applies every choice and both ends of every range of the space alone, so that what no trial
/// could be trained with is refused before the first. Throws as `apply_point`.
void check_trial_space(const search::Space& space);

/// Opens what every trial is trained and validated on, so that what is wrong with it is told before
/// the first. Throws what `Generator` throws.
void check_trial_samples(const TrainingTask& task);

struct TrialOptions {
  TrainingTask task;  ///< what a point changes
  /// Directory for the models of trials, which are removed when they have been scored.
  std::string models;
  double timeout_minutes = 0;  ///< a trial that takes longer has failed; 0: never
  const std::atomic<bool>* stop = nullptr;
  std::function<void(const search::Trial&, const TrainingProgress&)> on_progress = {};
};

/// Trains the point. The score is the character error rate on the validation samples: a share of
/// characters, whatever the size of batches. Throws what `train` throws.
search::Outcome train_trial(const search::Trial& trial, const TrialOptions& options);

}  // namespace glyphmill
