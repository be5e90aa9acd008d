// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/training.h"

namespace glyphmill::ocr {

/// The learning rate of a step, from 0 on, as a share of the highest: it rises over the warm-up,
/// stays until step `falls_from`, and then goes to a hundredth in step `steps`; 0 while the end is
/// not known.
double rate_share(const TrainingOptions& options, std::uint64_t step, std::uint64_t falls_from,
                  std::uint64_t steps);

}  // namespace glyphmill::ocr
