// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "glyphmill/ctc.h"

namespace glyphmill::recognition {

/// The most probable class of each step, without blanks and, of CTC, with repeats as one.
struct GreedyAnswer {
  std::vector<std::uint32_t> classes;
  std::vector<std::size_t> steps;  ///< of each class, of a run the one where it is surest
};

GreedyAnswer greedy_answer(OutputKind kind, const LogProbabilities& outputs);

}  // namespace glyphmill::recognition
