// SPDX-License-Identifier: Apache-2.0
#include "recognition/greedy.h"

#include <algorithm>

namespace glyphmill::recognition {

GreedyAnswer greedy_answer(OutputKind kind, const LogProbabilities& outputs) {
  GreedyAnswer answer;
  std::uint32_t last = 0;
  for (std::size_t step = 0; step < outputs.steps; ++step) {
    const float* const row = outputs.row(step);
    const auto best =
        static_cast<std::uint32_t>(std::max_element(row, row + outputs.classes) - row);
    const bool repeats = kind == OutputKind::kCtc && best == last;
    if (best != 0 && !repeats) {
      answer.classes.push_back(best);
      answer.steps.push_back(step);
    } else if (best != 0 && row[best] > outputs.row(answer.steps.back())[best]) {
      answer.steps.back() = step;
    }
    last = best;
  }
  return answer;
}

}  // namespace glyphmill::recognition
