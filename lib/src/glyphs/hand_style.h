// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace glyphmill::glyphs {

/// How a character is written, whatever it says: what the characters of one writer have in common.
/// Every value is one quotient of whole numbers and so the same on every machine.
struct HandStyle {
  /// Lean to the right, px per px of height: 0 upright, 1 is 45 degrees. The shear x += slant * y
  /// (y downwards) sets the ink upright: -mu11 / mu02 of its central moments, as the deskewing of
  /// digits uses it (Teague, "Image analysis via the general theory of moments", J. Opt. Soc. Am.
  /// 70, 1980, for the moments).
  double slant = 0;
  /// px. Twice the area over the length of the outline: w / (1 + w / l) for a stroke of width w and
  /// length l, so a little less than the pen for short strokes; whatever the level of the ink.
  double stroke_width = 0;
  /// Width over height of the box that holds every pixel above 0.
  double aspect = 0;
  /// Height of that box over that of the picture, 0 .. 1.
  double size = 0;
  /// Darkness of the ink, 0 .. 1: the mean level of the picture, each pixel weighted by its level.
  double ink = 0;
};

/// The style of a picture with bright ink on 0: `rows` x `cols` bytes, `stride` bytes from row to
/// row. Beyond its edges the picture goes on as 0. All values are 0 where there is no ink.
/// Thread-safe. Sides up to 65535 px.
HandStyle measure_style(const std::uint8_t* pixels, int rows, int cols, std::size_t stride);

}  // namespace glyphmill::glyphs
