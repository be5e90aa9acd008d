// SPDX-License-Identifier: Apache-2.0
#include "ocr/spoken_frames.h"

#include <algorithm>

#include "glyphmill/recognition.h"

namespace glyphmill::ocr {
namespace {

/// The greedy answer and the step of each of its characters.
struct Answer {
  std::vector<std::uint32_t> classes;
  std::vector<std::size_t> steps;
};

Answer greedy_answer(const LogProbabilities& outputs) {
  Answer answer;
  std::uint32_t last = 0;
  for (std::size_t step = 0; step < outputs.steps; ++step) {
    const float* const row = outputs.row(step);
    const auto best =
        static_cast<std::uint32_t>(std::max_element(row, row + outputs.classes) - row);
    if (best != 0 && best != last) {
      answer.classes.push_back(best);
      answer.steps.push_back(step);
    } else if (best != 0 && row[best] > outputs.row(answer.steps.back())[best]) {
      answer.steps.back() = step;
    }
    last = best;
  }
  return answer;
}

std::uint32_t rival_of(std::uint32_t truth, const float* row, std::size_t classes) {
  std::uint32_t rival = 0;
  for (std::uint32_t c = 1; c < classes; ++c) {
    if (c != truth && (rival == 0 || row[c] > row[rival])) rival = c;
  }
  return rival;
}

}  // namespace

std::vector<SpokenFrame> spoken_frames(const LogProbabilities& outputs,
                                       const std::vector<std::uint32_t>& label) {
  const Answer answer = greedy_answer(outputs);
  std::vector<SpokenFrame> frames;
  for (const Edit& edit : alignment(label, answer.classes)) {
    if (edit.kind != Edit::Kind::kMatch && edit.kind != Edit::Kind::kSubstitute) continue;
    const std::uint32_t truth = label[edit.truth];
    const std::size_t step = answer.steps[edit.answer];
    frames.push_back({step, truth, answer.classes[edit.answer],
                      rival_of(truth, outputs.row(step), outputs.classes)});
  }
  return frames;
}

}  // namespace glyphmill::ocr
