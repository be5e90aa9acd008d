// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "glyphs/strokes.h"

namespace glyphmill::glyphs {

/// A square of paper that a round pen draws on. Re-used from character to character.
class Paper {
 public:
  /// Blank, `side` px high and wide.
  void clear(int side);

  /// Draws the line, px, (0, 0) being the corner of the first pixel. What lies outside is cut.
  void draw(const std::vector<LinePoint>& line);

  int side() const { return side_; }
  /// Ink of pixel (x, y): 0 .. 255, soft over about `softness` px at the line's edge.
  std::uint8_t ink(int x, int y, float softness) const;

 private:
  void segment(const LinePoint& from, const LinePoint& to);

  int side_ = 0;
  std::vector<float> inside_;  // px from the line's edge inwards, row after row
};

}  // namespace glyphmill::glyphs
