// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "glyphmill/fields.h"

namespace glyphmill {

/// Of every factor.
inline constexpr Bounds kFactorBounds{0.001, 1000};

/// How much more often than evenly labels hold what a recogniser gets wrong: factors, 1 is even,
/// 0.001 .. 1000, at most 10,000. What is not named has 1. Characters are UTF-8.
///
/// Codes are drawn one character after the other, c at place p behind b with a probability
/// proportional to
///
///     characters[c] * positions[p][c] * pairs[bc] * (repeats if c == b)
///
/// independently of other codes; nothing stands before the first. Of every other kind of labels 16
/// candidates are taken from the law that holds without weights, and one of them with a probability
/// proportional to the product of its characters' factors. So factors hold as they stand where they
/// are mild, and no label comes more than 16 times as often as it did.
struct LabelWeights {
  std::map<std::string, double> characters;  ///< by character, at any place
  std::map<std::string, double> pairs;       ///< by two characters, directly one after the other
  double repeats = 1;                        ///< of a character directly after itself
  /// By place in the label, from 1, and character.
  std::map<std::uint64_t, std::map<std::string, double>> positions;

  bool empty() const {
    return characters.empty() && pairs.empty() && repeats == 1 && positions.empty();
  }
};

}  // namespace glyphmill
