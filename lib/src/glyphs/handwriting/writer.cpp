// SPDX-License-Identifier: Apache-2.0
#include "glyphs/handwriting/writer.h"

#include <algorithm>

namespace glyphmill::glyphs {
namespace {

constexpr double kThinnestPen = 1.6;

}  // namespace

double bell(SampleRng& rng) {
  const std::uint32_t a = rng.bits();
  const std::uint32_t b = rng.bits();
  const std::uint32_t sum = (a & 0xffff) + (a >> 16) + (b & 0xffff) + (b >> 16);
  // Four uniform numbers of 0 .. 1 have the mean 2 and the variance 4 / 12.
  return (sum / 65535.0 - 2) * 1.7320508075688772;
}

Writer writer(std::uint64_t index) {
  SampleRng rng({0, index, stage_id("handwriting.writer")});
  const auto habit = [&](double mean, double deviation) { return mean + deviation * bell(rng); };
  Writer w;
  w.slant = habit(0.16, 0.22);
  w.turn = habit(0, 0.03);
  w.breadth = habit(1.2, 0.2);
  w.pen = std::max(kThinnestPen, habit(3.0, 0.8));
  w.roundness = habit(1.02, 0.12);
  w.sharpness = std::clamp(habit(0.6, 0.25), 0.0, 1.0);
  w.haste = std::clamp(habit(0.1, 0.1), 0.0, 0.4);
  w.unrest = std::max(0.004, habit(0.02, 0.007));
  w.bow = habit(0, 0.045);
  w.thinning = std::max(0.0, habit(0.05, 0.08));
  w.lift = std::clamp(habit(0.05, 0.15), 0.0, 0.7);
  w.softness = habit(1.0, 0.12);
  w.continental = rng.bernoulli(1.0 / 7);
  w.curly = rng.bernoulli(0.25);
  return w;
}

Writer strayed(const Writer& writer, SampleRng& rng) {
  Writer w = writer;
  w.slant += 0.07 * bell(rng);
  w.turn += 0.04 * bell(rng);
  w.breadth *= 1 + 0.1 * bell(rng);
  w.pen = std::max(kThinnestPen, w.pen + 0.15 * bell(rng));
  w.bow += 0.045 * bell(rng);
  w.spread += 0.04 * bell(rng);
  return w;
}

}  // namespace glyphmill::glyphs
