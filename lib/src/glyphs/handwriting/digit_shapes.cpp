// SPDX-License-Identifier: Apache-2.0
// How the ten digits are written: the points that the pen passes, each measure with its mean and
// deviation, each form with its share of the writers.
#include "glyphs/handwriting/sketch.h"

namespace glyphmill::glyphs {
namespace {

void zero(Sketch& s) {
  const double rx = s.vary(0.35, 0.08);
  const double diagonal = s.vary(0.72, 0.05);  // 0.71 a true ellipse, more: squarer
  const double egg = s.vary(0, 0.05);          // wider at the top (+) or at the bottom (-)
  const double from = s.vary(0.05, 0.10);
  const double side = s.chance(0.9) ? -1 : 1;  // against the clock, or with it
  const double dx = diagonal * rx * side;
  const double dy = diagonal * 0.5;
  s.start(from * -side, s.vary(0.02, 0.02));
  s.to(dx * (1 + egg), 0.5 - dy);
  s.to(rx * side, 0.5);
  s.to(dx * (1 - egg), 0.5 + dy);
  s.to(s.vary(0, 0.04), 1);
  s.to(-dx * (1 - egg), 0.5 + dy);
  s.to(-rx * side, 0.5);
  s.to(-dx * (1 + egg), s.vary(0.5 - dy, 0.03));
  if (s.chance(0.15)) {  // left open
    s.to(-rx * side * s.vary(0.45, 0.12), s.vary(0.04, 0.03));
    return;
  }
  s.to(from * -side, s.vary(0.02, 0.03));
  if (s.chance(0.35)) {  // runs on into the figure
    s.to(s.vary(0.5, 0.15) * rx * side, s.vary(0.05, 0.07));
  }
}

void one(Sketch& s) {
  const bool flag = s.chance(s.writer().continental ? 0.6 : 0.09);
  const bool foot = s.chance(flag ? 0.5 : 0.04);
  const double lean = s.vary(0.08, 0.14);
  if (flag) {
    const double reach = s.vary(0.2, 0.07);
    s.start(lean - reach, s.vary(0.2, 0.07));
    s.reversal(lean, 0);
  } else {
    s.start(lean, 0);
  }
  // A bar on its own is drawn straighter than others.
  s.to(lean / 2 + s.vary(0, 0.015) - 0.6 * s.writer().bow, 0.5);
  s.to(0, 1);
  if (!foot) return;
  const double half = s.vary(0.2, 0.05);
  const double tilt = s.vary(0, 0.02);
  s.start(-half, 1 + tilt);
  s.to(half, 1 - tilt);
}

void two(Sketch& s) {
  const double width = s.vary(0.58, 0.1);
  const double belly = s.vary(0.23, 0.05);  // height of the turn at the right
  const double foot = s.vary(0.02, 0.06);   // end of the base above its start
  const double tail = width + s.vary(0.12, 0.12);
  s.start(s.vary(0.05, 0.06), s.vary(0.19, 0.07));
  s.to(s.vary(0.45, 0.06) * width, 0);
  s.to(width * s.vary(0.9, 0.07), belly);
  s.to(width * s.vary(0.68, 0.05), s.vary(0.52, 0.05));
  if (s.chance(s.writer().curly ? 0.8 : 0.45)) {
    const double size = s.vary(0.21, 0.07);  // of the loop
    s.to(s.vary(0.26, 0.06), 0.93);
    s.to(s.vary(0.07, 0.04), 1);
    s.to(s.vary(-0.03, 0.05), 1 - 0.6 * size);
    s.to(s.vary(0.08, 0.05), 1 - 1.2 * size);
    s.to(s.vary(0.4, 0.07), 0.95 - 0.5 * size + s.vary(0.04, 0.03));
  } else {
    s.to(s.vary(0.2, 0.03), 0.82);
    s.corner(0, s.vary(0.98, 0.02));
    s.to(s.vary(0.3, 0.06), s.vary(0.97, 0.03) - foot / 2);
  }
  s.to(tail, s.vary(0.98, 0.04) - foot);
}

void two_angular(Sketch& s) {
  const double width = s.vary(0.52, 0.07);
  s.start(0, s.vary(0.12, 0.06));
  s.to(s.vary(0.22, 0.04), s.vary(0.02, 0.02));
  s.corner(width, s.vary(0.14, 0.05));
  s.to(width / 2, s.vary(0.58, 0.04));
  s.corner(s.vary(-0.02, 0.03), 0.98);
  s.to(width * 0.5, s.vary(0.98, 0.02));
  s.to(width + s.vary(0.05, 0.06), s.vary(0.97, 0.03));
}

/// The lower bow of 3 and 5 from its height `top` on; ends in an open hook.
void lower_bow(Sketch& s, double width, double top) {
  const double deepest = 1;
  const double middle = (top + deepest) / 2;
  s.to(width, s.vary(middle, 0.03));
  s.to(width * s.vary(0.82, 0.05), s.vary(0.9, 0.02));
  s.to(width * s.vary(0.45, 0.07), deepest);
  s.to(s.vary(-0.01, 0.07), s.vary(0.91, 0.06));
}

void three(Sketch& s) {
  const double waist = s.vary(0.45, 0.05);
  const double width = s.vary(0.5, 0.08);
  if (s.chance(0.1)) {  // flat-topped
    s.start(s.vary(0.03, 0.04), s.vary(0.04, 0.03));
    s.corner(width * s.vary(0.92, 0.07), s.vary(0.03, 0.02));
    s.corner(s.vary(0.22, 0.05), waist - 0.05);
    s.to(width * 0.75, waist + 0.08);
    lower_bow(s, width, waist);
    return;
  }
  s.start(s.vary(0.02, 0.08), s.vary(0.12, 0.06));
  s.to(s.vary(0.25, 0.07), 0);
  s.to(width * s.vary(0.9, 0.1), s.vary(0.17, 0.03));
  s.to(width * s.vary(0.72, 0.08), waist - s.vary(0.09, 0.02));
  const double depth = s.vary(0.2, 0.08);
  if (s.chance(s.writer().curly ? 0.4 : 0.1)) {  // a small loop at the waist
    s.to(depth - 0.03, waist + 0.02);
    s.to(depth - 0.02, waist - 0.06);
  } else {
    s.reversal(depth, waist);
  }
  s.to(width * s.vary(0.78, 0.07), waist + s.vary(0.07, 0.025));
  lower_bow(s, width * s.vary(1, 0.13), waist);
}

void four(Sketch& s) {
  const double bar = s.vary(0.56, 0.06);
  const double stem = s.vary(0.45, 0.05);
  const double over = s.vary(0.12, 0.07);  // how far the bar goes beyond the stem
  const double tilt = s.vary(0.02, 0.04);
  if (s.chance(0.15)) {  // closed
    s.start(stem, 0);
    s.to(stem * s.vary(0.5, 0.06), bar * 0.52);
    s.corner(0, bar + tilt);
    s.to(stem * 0.6, bar);
    s.to(stem + over, bar - tilt);
    s.start(stem, s.vary(0.01, 0.03));
  } else {
    const double top = s.vary(0.07, 0.06);
    s.start(s.vary(0.1, 0.06), top);
    s.to(s.vary(0.05, 0.03), top + 0.55 * (bar - top));
    s.corner(0, bar + tilt);
    s.to(stem * 0.55, s.vary(bar, 0.015));
    s.to(stem + over, bar - tilt);
    s.start(stem + s.vary(0.04, 0.03), s.vary(0, 0.04));
  }
  s.to(stem + s.vary(0.01, 0.02), 0.5);
  s.to(stem + s.vary(-0.03, 0.04), s.vary(1, 0.03));
}

/// Without lifting the pen: from the left down, over to the right and up, then down the stem.
void four_in_one(Sketch& s) {
  const double bar = s.vary(0.5, 0.05);
  const double stem = s.vary(0.48, 0.05);
  s.start(s.vary(0.08, 0.05), s.vary(0.02, 0.04));
  s.to(s.vary(0.02, 0.03), bar * 0.6);
  s.to(s.vary(0.08, 0.04), bar);
  s.to(stem * 0.65, bar - s.vary(0.04, 0.02));
  s.to(stem, bar * 0.55);
  s.reversal(stem + s.vary(0.04, 0.03), s.vary(0.04, 0.04));
  s.to(stem, 0.5);
  s.to(stem + s.vary(-0.03, 0.04), 1);
}

void five(Sketch& s) {
  const double width = s.vary(0.45, 0.08);
  const double bar = s.vary(0.58, 0.12);
  const double rise = s.vary(0.04, 0.05);
  const double waist = s.vary(0.41, 0.06);
  const double back = s.vary(0.12, 0.04);
  const double foot = back - s.vary(0.05, 0.03);
  const bool joined = s.chance(0.4);
  if (joined) {
    s.start(bar, s.vary(0.03, 0.02) - rise);
    s.to((bar + back) / 2, 0.04 - rise / 2);
    s.corner(back, s.vary(0.05, 0.02));
  } else {
    s.start(back, s.vary(0.05, 0.04));
  }
  s.to((back + foot) / 2, 0.05 + 0.5 * (waist - 0.05));
  s.corner(foot, waist);
  s.to(s.vary(0.27, 0.04), waist - s.vary(0.03, 0.03));
  lower_bow(s, width, waist - 0.05);
  if (joined) return;
  s.start(back + s.vary(0, 0.03), s.vary(0.04, 0.03));
  s.to((back + bar) / 2, 0.03 - rise / 2);
  s.to(bar, s.vary(0.03, 0.02) - rise);
}

/// In one sweep, like an S.
void five_swift(Sketch& s) {
  const double width = s.vary(0.46, 0.06);
  s.start(s.vary(0.58, 0.08), s.vary(0, 0.03));
  s.to(s.vary(0.27, 0.04), s.vary(0.05, 0.02));
  s.to(s.vary(0.1, 0.03), s.vary(0.25, 0.03));
  s.to(s.vary(0.24, 0.04), s.vary(0.43, 0.03));
  lower_bow(s, width, s.vary(0.42, 0.04));
}

void six(Sketch& s) {
  const double loop = s.vary(0.5, 0.09);  // height of the loop
  const double width = s.vary(0.47, 0.08);
  const double reach = s.vary(0.31, 0.12);  // of the stem's start to the right
  const double top = 1 - loop;
  const double sag = s.vary(0.06, 0.04);  // of the stem against a straight one
  s.start(reach, 0);
  s.to(reach * 0.5 - sag, 0.28);
  s.to(s.vary(0, 0.02), s.vary(0.66, 0.04));
  s.to(s.vary(0.07, 0.03), 0.92);
  s.to(width * s.vary(0.52, 0.06), 1);
  s.to(width, 1 - loop * s.vary(0.5, 0.08));
  s.to(width * s.vary(0.58, 0.12), top);
  s.to(s.vary(0.14, 0.05), top + loop * s.vary(0.33, 0.1));
  if (s.chance(0.65)) s.to(s.vary(0.04, 0.04), s.vary(0.84, 0.06));
}

void seven(Sketch& s) {
  const double width = s.vary(0.52, 0.09);
  const double foot = width * s.vary(0.44, 0.14);
  const double rise = s.vary(0.03, 0.05);
  const double sag = s.vary(0.03, 0.05);
  if (s.chance(0.35)) {  // with a serif
    s.start(s.vary(-0.02, 0.03), s.vary(0.25, 0.07));
    s.corner(s.vary(0.02, 0.03), s.vary(0.07, 0.03) + rise);
  } else {
    s.start(0, s.vary(0.08, 0.04) + rise);
  }
  s.to(width * 0.5, s.vary(0.05, 0.035));
  s.corner(width, s.vary(0.04, 0.03) - rise);
  s.to(foot + (width - foot) * 0.52 - sag, s.vary(0.48, 0.03));
  s.to(foot, 1);
  if (!s.chance(s.writer().continental ? 0.75 : 0.05)) return;
  const double bar = s.vary(0.5, 0.05);
  const double middle = foot + (width - foot) * (1 - bar) - sag;
  const double half = s.vary(0.18, 0.05);
  const double tilt = s.vary(0.02, 0.03);
  s.start(middle - half, bar + tilt);
  s.to(middle + half, bar - tilt);
}

/// In one go: an S from the top right and back up across it.
void eight(Sketch& s) {
  const double waist = s.vary(0.47, 0.06);
  const double upper = s.vary(0.24, 0.055);  // half widths
  const double lower = s.vary(0.23, 0.06);
  const double start = s.vary(0.65, 0.3) * upper;
  s.start(start, s.vary(0.1, 0.05));
  s.to(s.vary(0, 0.04), 0);
  s.to(-upper, s.vary(0.2, 0.04));
  s.to(s.vary(0, 0.04), waist);
  s.to(lower, s.vary(0.76, 0.04));
  s.to(s.vary(0, 0.04), 1);
  s.to(-lower, s.vary(0.78, 0.04));
  s.to(s.vary(0, 0.04), waist + s.vary(0.03, 0.03));
  if (s.chance(0.75)) {
    s.to(upper * s.vary(1, 0.1), s.vary(0.2, 0.05));
    s.to(start * s.vary(1, 0.25), s.vary(0.05, 0.05));
  } else {  // misses the start
    s.to(upper * s.vary(1.3, 0.25), s.vary(0.12, 0.06));
  }
}

/// A ring of a height and half a width around (x, middle).
void ring(Sketch& s, double x, double middle, double half_width, double half_height) {
  s.start(x, middle - half_height);
  s.to(x - half_width, middle);
  s.to(x, middle + half_height);
  s.to(x + half_width, middle);
  s.to(x + s.vary(0.03, 0.04), middle - half_height);
}

void eight_of_rings(Sketch& s) {
  const double waist = s.vary(0.46, 0.03);
  ring(s, 0, waist / 2, s.vary(0.2, 0.04), waist / 2);
  ring(s, s.vary(0, 0.03), (1 + waist) / 2, s.vary(0.25, 0.04), (1 - waist) / 2);
}

void nine(Sketch& s) {
  const double bowl = s.vary(0.44, 0.08);  // height of the bowl
  const double width = s.vary(0.41, 0.08);
  const double right = width + s.vary(0.01, 0.025);
  if (s.chance(0.2)) {  // open at the top, nearly a 4
    s.start(width * s.vary(0.55, 0.12), s.vary(0.03, 0.03));
  } else {
    s.start(right * s.vary(0.9, 0.1), s.vary(0.1, 0.06));
    s.to(width * s.vary(0.58, 0.1), 0);
  }
  s.to(width * s.vary(0.12, 0.05), bowl * 0.35);
  s.to(width * s.vary(0.1, 0.06), bowl * 0.78);
  s.to(width * s.vary(0.42, 0.08), bowl);
  s.to(width * 0.85, bowl * s.vary(0.62, 0.1));
  s.reversal(right, s.vary(0.08, 0.06));
  if (s.chance(s.writer().curly ? 0.45 : 0.12)) {  // curled
    s.to(right * s.vary(0.98, 0.03), 0.6);
    s.to(right * s.vary(0.85, 0.05), 0.88);
    s.to(right * s.vary(0.5, 0.07), 1);
    s.to(s.vary(0.03, 0.05), s.vary(0.9, 0.04));
  } else {
    s.to(right * s.vary(0.95, 0.06), 0.5);
    s.to(right * s.vary(0.85, 0.2), 1);
  }
}

}  // namespace

void sketch_digit(char digit, Sketch& s) {
  switch (digit) {
    case '0':
      return zero(s);
    case '1':
      return one(s);
    case '2':
      return s.chance(0.15) ? two_angular(s) : two(s);
    case '3':
      return three(s);
    case '4':
      return s.chance(0.15) ? four_in_one(s) : four(s);
    case '5':
      return s.chance(0.2) ? five_swift(s) : five(s);
    case '6':
      return six(s);
    case '7':
      return seven(s);
    case '8':
      return s.chance(0.1) ? eight_of_rings(s) : eight(s);
    default:
      return nine(s);
  }
}

}  // namespace glyphmill::glyphs
