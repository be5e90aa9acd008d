// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "glyphmill/random.h"

/// Who writes. A writer's habits are drawn once; each character then strays from them a little.
///
/// Every law here is `bell`: mean + deviation x a number of mean 0 and deviation 1 that never
/// exceeds +-3.46. "Once more" is the further deviation of a single character.
///
///     habit       mean   deviation  once more  unit and limits
///     slant       0.16   0.22       0.07       heights to the right per height upwards
///     turn        0      0.03       0.04       rotation, radians, clockwise
///     breadth     1.2    0.2        0.1        factor on all widths; once more: relative
///     pen         3.0    0.8        0.15       width, px of a digit 20 px high; at least 1.6
///     roundness   1.02   0.12       -          factor on the curves' tangents
///     sharpness   0.6    0.25       -          of corners; 0 none .. 1 pointed
///     haste       0.1    0.1        -          share of the way by which turns are cut; 0 .. 0.4
///     unrest      0.02   0.007      -          deviation of a point's place, heights; at least
///     0.004 bow         0      0.045      0.045      heights by which half-way up lies to the
///     right spread      0      -          0.04       heights by which the right side is taller
///     thinning    0.05   0.08       -          share of the width lost at full speed; at least 0
///     lift        0.05   0.15       -          share of the width lost at a stroke's end; 0 .. 0.7
///     softness    1.0    0.12       -          px over which an edge fades
///
/// One writer in seven is continental (a bar through 7, a flag on 1), one in four curly (loops in 2
/// and 3, curled tails of 9): shares of the forms are in digit_shapes.cpp.
namespace glyphmill::glyphs {

/// A number of mean 0 and deviation 1 that never exceeds +-3.46: the sum of four uniform ones
/// (Irwin and Hall), from integers alone and therefore the same everywhere.
double bell(SampleRng& rng);

/// Habits, of the table above.
struct Writer {
  double slant = 0;
  double turn = 0;
  double breadth = 1;
  double pen = 3;
  double roundness = 1;
  double sharpness = 1;
  double haste = 0;
  double unrest = 0;
  double bow = 0;
  double spread = 0;
  double thinning = 0;
  double lift = 0;
  double softness = 1;
  bool continental = false;
  bool curly = false;
};

/// The habits of writer `index`: of no other, and not of how many there are.
Writer writer(std::uint64_t index);

/// What the habits are while one character is written.
Writer strayed(const Writer& writer, SampleRng& rng);

}  // namespace glyphmill::glyphs
