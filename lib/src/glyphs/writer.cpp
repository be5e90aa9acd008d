// SPDX-License-Identifier: Apache-2.0
#include "glyphs/writer.h"

#include <algorithm>

namespace glyphmill::glyphs {
namespace {

/// All built-in writers come from this one job.
constexpr std::uint64_t kWriterSeed = 0;

}  // namespace

double bell(SampleRng& rng) {
  const std::uint32_t a = rng.bits();
  const std::uint32_t b = rng.bits();
  const std::uint32_t sum = (a & 0xffff) + (a >> 16) + (b & 0xffff) + (b >> 16);
  // 2 / 65535 has mean 2, variance 4 / 12.
  return (sum / 65535.0 - 2) * 1.7320508075688772;
}

Writer writer(std::uint64_t index) {
  SampleRng rng({kWriterSeed, index, stage_id("handwriting.writer")});
  const auto habit = [&](double mean, double deviation) { return mean + deviation * bell(rng); };
  Writer w;
  w.slant = habit(0.16, 0.22);
  w.turn = habit(0, 0.03);
  w.breadth = habit(1, 0.17);
  w.pen = std::max(1.3, habit(2.9, 0.8));
  w.roundness = habit(1.02, 0.12);
  w.sharpness = std::clamp(habit(0.6, 0.25), 0.0, 1.0);
  w.haste = std::clamp(habit(0.1, 0.1), 0.0, 0.4);
  w.unrest = std::max(0.004, habit(0.02, 0.007));
  w.bend = habit(0, 0.07);
  w.thinning = std::max(0.0, habit(0.12, 0.12));
  w.lift = std::max(0.0, habit(0.15, 0.2));
  w.softness = habit(1.15, 0.12);
  w.continental = rng.bernoulli(1.0 / 7);
  w.curly = rng.bernoulli(0.25);
  return w;
}

}  // namespace glyphmill::glyphs
