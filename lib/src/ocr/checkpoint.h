// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ocr/centers.h"
#include "ocr/network.h"
#include "ocr/optimizer.h"

namespace glyphmill::ocr {

/// Where a training stands.
struct TrainingState {
  std::uint64_t step = 0;
  std::uint64_t steps = 0;           ///< in all; 0 while that is not known
  std::uint64_t validate_every = 0;  ///< likewise
  std::uint64_t best_step = 0;
  std::uint64_t without_improvement = 0;  ///< validations since the best
  double seconds = 0;
  double best_error_rate = 0;
  double best_loss = 0;
  double best_accuracy = 0;
  double loss_sum = 0;  ///< of the steps since the last validation
  std::uint64_t loss_count = 0;
  double recent_loss = 0;
};

/// Everything that a training goes on from, as the bytes of a file; `centers` where it has some.
std::string checkpoint_bytes(const Network& network, const Optimizer& optimizer,
                             const Centers* centers, const TrainingState& state);

/// Throws Error(kFormat) naming the file where the bytes are damaged or another training's.
void load_checkpoint(const std::string& bytes, const std::string& name, Network& network,
                     Optimizer& optimizer, Centers* centers, TrainingState& state);

}  // namespace glyphmill::ocr
