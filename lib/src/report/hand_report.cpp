// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/hand_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/hand_statistics.h"

namespace glyphmill {
namespace {

/// To two decimals, 0 never with a sign.
double rounded(double share) { return std::round(share * 100) / 100 + 0.0; }

}  // namespace

HandReport hand_report(const Generator& generator, std::uint64_t samples) {
  Recipe bare = generator.recipe();
  bare.ops.clear();
  bare.output = {};
  if (auto* digits = std::get_if<DigitLook>(&bare.look)) digits->compose.width.reset();
  for (MixPart& part : bare.mix) {
    part.ops.clear();
    if (auto* digits = std::get_if<DigitLook>(&part.look)) digits->compose.width.reset();
  }
  const Generator source(bare);
  report::HandStatistics statistics;
  Sample sample;
  Generator::Scratch scratch;
  for (std::uint64_t k = 0; k < std::min(samples, source.count()); ++k) {
    source.sample(k, sample, scratch);
    statistics.add(sample);
  }
  return statistics.report();
}

std::string to_text(const HandReport& report) {
  return fmt::format(
      "{} digits of {} sequences. Share of the variance that lies between sequences\n"
      "(0: every digit by another hand; 1: one hand a sequence; chance alone: +-{:.3f}):\n"
      "slant {:.2f}, stroke width {:.2f}\n",
      report.characters, report.samples, report.chance, rounded(report.slant_between_share),
      rounded(report.stroke_width_between_share));
}

}  // namespace glyphmill
