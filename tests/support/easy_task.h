// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/training.h"

namespace glyphmill::test {

/// Four short labels in one look, for a small model: learnt by heart in seconds.
inline TrainingTask easy_task(std::uint64_t steps) {
  TrainingTask task;
  task.model = model_options(Architecture::kTiny);
  task.model.height = 16;
  task.model.channels = {8, 16};
  task.model.lstm = {16};
  task.options.steps = steps;
  task.options.batch = 8;
  task.options.learning_rate = 0.01;
  task.options.warmup_steps = 5;
  task.options.validation_samples = 16;
  task.streams = {
      {parse_recipe("labels: {kind: list, texts: ['12', '211', '1', '2212']}\n"
                    "glyphs: {kind: tiles}\ncompose: {height: 16, width_stddev: 0}\n"
                    "seed: 1\nops: []\n",
                    "")}};
  return task;
}

}  // namespace glyphmill::test
