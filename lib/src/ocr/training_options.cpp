// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/training.h"

namespace glyphmill {

void describe(TrainingOptions& options, FieldVisitor& visitor) {
  visitor.integer("seed", options.seed, {},
                  "of the weights, of dropout and, where a recipe has none, of the samples");
  visitor.integer("steps", options.steps, "auto", {1, 1'000'000'000},
                  "batches in all; auto: as many as are likely to fit into `minutes`");
  visitor.number("minutes", options.minutes, {0.01, 100'000},
                 "when to end at the latest, validation included, where no steps are given");
  visitor.integer("batch", options.batch, {1, 4096}, "samples of a step");
  visitor.choice_of("optimizer", options.optimizer,
                    {"adadelta", "adagrad", "adam", "adamw", "adamax", "sgd"},
                    "what turns gradients into steps");
  visitor.number("learning_rate", options.learning_rate, {1e-9, 100},
                 "the highest; auto: the usual one of the optimizer");
  visitor.choice_of("schedule", options.schedule, {"constant", "cosine", "linear"},
                    "how the learning rate goes after the warm-up, to a hundredth at the end");
  visitor.integer("warmup_steps", options.warmup_steps, {0, 1'000'000},
                  "over which the learning rate rises from 0");
  visitor.number("weight_decay", options.weight_decay, {0, 1}, "pull of the weights towards 0");
  visitor.number("clip_norm", options.clip_norm, {0, 1e9}, "longest gradient; 0: any");
  visitor.integer("validate_every", options.validate_every, "auto", {1, 1'000'000'000},
                  "steps between validations; auto: about twenty in all");
  visitor.integer("validation_samples", options.validation_samples, {1, 10'000'000},
                  "at most so many samples are validated on");
  visitor.integer("patience", options.patience, {0, 1'000'000},
                  "validations without improvement that end the training; 0: never");
  visitor.number("center_loss", options.center_loss, {0, 1000},
                 "weight of the distance of features to the center of their character; 0: none");
  visitor.number("center_rate", options.center_rate, {0, 1}, "how fast centers follow");
}

}  // namespace glyphmill
