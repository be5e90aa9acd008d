// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/random.h"
#include "glyphs/handwriting/strokes.h"
#include "glyphs/handwriting/writer.h"

namespace glyphmill::glyphs {

/// One character as one writer puts it down once: takes the points of a shape in the order of
/// writing and lets each stray as the writer's hand does. The shape's field is about 0.6 wide and 1
/// high, (0, 0) at the top left.
class Sketch {
 public:
  Sketch(const Writer& writer, SampleRng& rng, Strokes& strokes)
      : writer_(writer), rng_(rng), strokes_(strokes) {}

  const Writer& writer() const { return writer_; }

  /// A measure of the shape, drawn by the law `bell`.
  double vary(double mean, double deviation) { return mean + deviation * bell(rng_); }
  bool chance(double probability) { return rng_.bernoulli(probability); }

  /// Puts the pen down.
  void start(double x, double y) {
    strokes_.starts.push_back(strokes_.points.size());
    point(x, y, 0);
  }
  /// Goes on through a point in a smooth curve.
  void to(double x, double y) { point(x, y, 0); }
  /// Goes on to a corner.
  void corner(double x, double y) { point(x, y, writer_.sharpness); }
  /// The same, where the pen turns back whoever writes.
  void reversal(double x, double y) { point(x, y, 0.5 + 0.5 * writer_.sharpness); }

 private:
  void point(double x, double y, double sharpness) {
    strokes_.points.push_back({vary(x, writer_.unrest), vary(y, writer_.unrest), sharpness});
  }

  const Writer& writer_;
  SampleRng& rng_;
  Strokes& strokes_;
};

/// Draws the shape of a digit, '0' .. '9', in one of the ways that it is written.
void sketch_digit(char digit, Sketch& sketch);

/// Draws the shape of '-', '/', '.' or ',' where it stands in a line whose digits reach from 0
/// to 1.
void sketch_mark(char mark, Sketch& sketch);

}  // namespace glyphmill::glyphs
