// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "glyphmill/ctc.h"

namespace glyphmill::recognition {

/// The characters of the text of `classes`, placed by its most probable alignment (the algorithm of
/// A. J. Viterbi, 1967). Requires that the text can be.
std::vector<DecodedCharacter> placed_characters(OutputKind kind, const LogProbabilities& outputs,
                                                const std::vector<std::uint32_t>& classes);

}  // namespace glyphmill::recognition
