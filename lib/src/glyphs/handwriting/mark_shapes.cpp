// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "glyphs/handwriting/sketch.h"

namespace glyphmill::glyphs {
namespace {

void hyphen(Sketch& s) {
  const double half = s.vary(0.2, 0.04);
  const double middle = s.vary(0.52, 0.05);
  s.start(-half, middle + s.vary(0.01, 0.015));
  s.to(half, middle - s.vary(0.01, 0.015));
}

/// Leans to the right in a hand that leans to the left, too.
void slash(Sketch& s) {
  const double half = s.vary(0.22, 0.04) + std::max(0.0, -s.writer().slant) / 2;
  s.start(half, s.vary(-0.02, 0.03));
  s.to(s.vary(0, 0.02) - 0.6 * s.writer().bow, 0.5);
  s.to(-half, s.vary(1.02, 0.03));
}

/// Pens leave a dot by a touch, many by a very short stroke.
void dot(Sketch& s) {
  const double y = s.vary(0.97, 0.02);
  s.start(0, y);
  s.to(s.vary(0.01, 0.02), y + s.vary(0.01, 0.015));
}

void comma(Sketch& s) {
  const double y = s.vary(0.93, 0.02);
  const double length = s.vary(0.23, 0.03);
  s.start(0.02, y);
  s.to(s.vary(0.03, 0.015), y + 0.4 * length);
  s.to(s.vary(-0.05, 0.025), y + length);
}

}  // namespace

void sketch_mark(char mark, Sketch& s) {
  switch (mark) {
    case '-':
      return hyphen(s);
    case '/':
      return slash(s);
    case '.':
      return dot(s);
    default:
      return comma(s);
  }
}

}  // namespace glyphmill::glyphs
