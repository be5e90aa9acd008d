// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "glyphmill/hand_report.h"
#include "glyphmill/sample.h"
#include "glyphs/hand_style.h"

namespace glyphmill::report {

/// Collects the styles of the digits of sequences for a HandReport.
class HandStatistics {
 public:
  /// What is added from now on belongs to a further sequence.
  void next_sequence() { ++sequences_; }
  /// One digit, '0' .. '9'. Requires an earlier next_sequence().
  void add(char digit, const glyphs::HandStyle& style);
  /// The digits of a sample as one sequence. Boxes are taken for upright; ink is what differs from
  /// the sample's paper.
  void add(const Sample& sample);

  HandReport report() const;

 private:
  struct Measured {
    std::size_t sequence;
    char digit;
    glyphs::HandStyle style;
  };

  double between_share(double glyphs::HandStyle::*trait) const;

  std::size_t sequences_ = 0;
  std::vector<Measured> measured_;
};

}  // namespace glyphmill::report
