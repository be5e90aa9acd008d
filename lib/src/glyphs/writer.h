// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "glyphmill/random.h"

/// Who writes. A writer's habits are drawn once; each character then strays from them a little.
///
/// Every law here is `bell`: mean + deviation x a number of mean 0 and deviation 1 that never
/// exceeds +-3.46. "once more" is the further deviation of a single character.
///
///     habit       mean   deviation  once more  unit
///     slant       0.16   0.22       0.07       px to the right per px upwards
///     turn        0      0.03       0.04       px downwards per px to the right, as a rotation
///     breadth     1      0.17       0.08       factor on all widths
///     pen         2.9    0.8        0.15       px wide, of a digit that is 20 px high; >= 1.3
///     roundness   1.02   0.12       -          factor on the curves' tangents
///     sharpness   0.6    0.25       -          of corners, cut to 0 .. 1
///     haste       0.1    0.1        -          share by which turns are cut short, cut to 0 .. 0.4
///     unrest      0.02   0.007      -          heights that a point strays; >= 0.004
///     bend        0      0.07       0.07       heights that the middle of the field sags
///     thinning    0.12   0.12       -          share of the pen's width lost at speed, >= 0
///     lift        0.15   0.2        -          share of the pen's width lost at strokes' ends, >=
///     0 softness    1.15   0.12       -          px over which an edge fades
///
/// One writer in seven is continental: a bar through 7, flags on 1. One in four is curly: loops in
/// 2 and 3, curled tails of 9.
namespace glyphmill::glyphs {

/// A number of mean 0 and deviation 1 that never exceeds +-3.46: the sum of four uniform ones
/// (Irwin and Hall), from integers alone and therefore the same everywhere.
double bell(SampleRng& rng);

struct Writer {
  double slant = 0;
  double turn = 0;
  double breadth = 1;
  double pen = 2.6;
  double roundness = 1;
  double sharpness = 1;
  double haste = 0;
  double unrest = 0;
  double bend = 0;
  double thinning = 0;
  double lift = 0;
  double softness = 1;
  bool continental = false;
  bool curly = false;
};

Writer writer(std::uint64_t index);

}  // namespace glyphmill::glyphs
