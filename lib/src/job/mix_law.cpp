// SPDX-License-Identifier: Apache-2.0
#include "job/mix_law.h"

#include <algorithm>
#include <cmath>

namespace glyphmill::job {
namespace {

__extension__ using Wide = unsigned __int128;

/// ceil(n * weight / left): of the first n samples those that the part has.
std::uint64_t served(std::uint64_t n, std::uint64_t weight, std::uint64_t left) {
  return static_cast<std::uint64_t>((static_cast<Wide>(n) * weight + left - 1) / left);
}

}  // namespace

MixLaw::MixLaw(const std::vector<double>& weights) {
  constexpr double kDecimals = 1e6;
  std::uint64_t sum = 0;
  for (std::size_t part = 0; part < weights.size(); ++part) {
    const auto weight = static_cast<std::uint64_t>(std::llround(weights[part] * kDecimals));
    steps_.push_back({part, weight, 0});
    sum += weight;
  }
  std::stable_sort(steps_.begin(), steps_.end(),
                   [](const Step& a, const Step& b) { return a.weight > b.weight; });
  for (Step& step : steps_) {
    step.left = sum;
    sum -= step.weight;
  }
}

MixLaw::Place MixLaw::at(std::uint64_t k) const {
  for (const Step& step : steps_) {
    const std::uint64_t before = served(k, step.weight, step.left);
    if (served(k + 1, step.weight, step.left) > before) return {step.part, before};
    k -= before;
  }
  return {steps_.back().part, k};  // not reached: the last part serves all that is left
}

std::uint64_t MixLaw::count(std::size_t part, std::uint64_t n) const {
  for (const Step& step : steps_) {
    const std::uint64_t own = served(n, step.weight, step.left);
    if (step.part == part) return own;
    n -= own;
  }
  return 0;
}

}  // namespace glyphmill::job
