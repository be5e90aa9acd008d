// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "glyphmill/ctc.h"

/// Which frames of a network's outputs say which character of a label.
namespace glyphmill::ocr {

/// A frame that says one character of the answer, which the alignment pairs with one of the label.
struct SpokenFrame {
  std::size_t step = 0;
  std::uint32_t truth = 0;   ///< class of the label's character
  std::uint32_t answer = 0;  ///< the most probable class in this step, never the blank
  std::uint32_t rival = 0;   ///< the most probable that is neither `truth` nor the blank; 0: none

  bool is_right() const { return truth == answer; }
};

/// The frames of the greedy answer, one a character, the step where it is surest; characters that
/// the label lacks are left out. In the order of the steps.
std::vector<SpokenFrame> spoken_frames(const LogProbabilities& outputs,
                                       const std::vector<std::uint32_t>& label);

}  // namespace glyphmill::ocr
