// SPDX-License-Identifier: Apache-2.0
#include "ocr/spoken_frames.h"

#include "glyphmill/recognition.h"
#include "recognition/greedy.h"

namespace glyphmill::ocr {
namespace {

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
  const recognition::GreedyAnswer answer = recognition::greedy_answer(OutputKind::kCtc, outputs);
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
