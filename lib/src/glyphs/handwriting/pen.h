// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "glyphs/handwriting/strokes.h"

namespace glyphmill::glyphs {

/// A piece of paper that a round pen draws on. Re-used from character to character.
class Paper {
 public:
  /// Blank, of so many px.
  void clear(int width, int height);

  int width() const { return width_; }
  int height() const { return height_; }

  /// Draws the line, px, (0, 0) being the corner of the first pixel. What lies outside is cut.
  void draw(const std::vector<LinePoint>& line);

  /// Writes height x width grey levels, row after row: ink 255, soft over about `softness` px at
  /// the line's edge, ground 0.
  void develop(float softness, std::uint8_t* ink) const;

 private:
  void segment(const LinePoint& from, const LinePoint& to);

  int width_ = 0;
  int height_ = 0;
  std::size_t stride_ = 0;
  std::vector<float> inside_;  // px from the line's edge inwards, row after row
};

}  // namespace glyphmill::glyphs
