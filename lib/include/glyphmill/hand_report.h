// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "glyphmill/generator.h"

namespace glyphmill {

/// How far the digits of one sequence look written by one person, measured from the pixels.
///
/// A share is the part of the variance of a trait, each digit compared with its like only, that
/// lies between sequences: the intraclass correlation ICC(1) of a one-way analysis of variance
/// (Shrout and Fleiss, "Intraclass correlations", Psychological Bulletin 86, 1979). Its expectation
/// is about 0 where every digit is by another hand, and it is 1 where all digits of a sequence are
/// alike. It is an estimate: unbiased components of variance, so a little below 0 may happen.
struct HandReport {
  std::uint64_t samples = 0;     ///< sequences with at least one digit that was measured
  std::uint64_t characters = 0;  ///< digits measured
  double slant_between_share = 0;
  double stroke_width_between_share = 0;
  /// Standard error of both shares where the true one is 0: what chance alone gives.
  double chance = 0;
};

/// Draws the first `samples` samples (fewer where the recipe has fewer) and measures every digit
/// inside its box. Operations and the image's width are left out: a turned image leans as a whole,
/// noise has outlines, and what is reduced to fit has thinner strokes than its neighbour.
HandReport hand_report(const Generator& generator, std::uint64_t samples = 1000);

/// Three lines for people.
std::string to_text(const HandReport& report);

}  // namespace glyphmill
