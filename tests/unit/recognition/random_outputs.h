// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "glyphmill/ctc.h"
#include "glyphmill/random.h"

namespace glyphmill {

/// Outputs of a recogniser that knows nothing.
struct RandomOutputs {
  RandomOutputs(std::size_t step_count, std::size_t class_count, std::uint64_t seed,
                double contrast = 2)
      : steps(step_count), classes(class_count), values(steps * classes) {
    SampleRng rng({seed, 0, stage_id("outputs")});
    for (std::size_t step = 0; step < steps; ++step) {
      double sum = 0;
      for (std::size_t c = 0; c < classes; ++c) {
        const double value = contrast * rng.normal(0, 1);
        values[step * classes + c] = static_cast<float>(value);
        sum += std::exp(value);
      }
      for (std::size_t c = 0; c < classes; ++c) {
        values[step * classes + c] -= static_cast<float>(std::log(sum));
      }
    }
  }

  LogProbabilities view() const { return {values.data(), steps, classes}; }

  std::size_t steps;
  std::size_t classes;
  std::vector<float> values;
};

/// One string a character.
inline std::vector<std::string> letters(const std::string& ascii) {
  std::vector<std::string> result;
  for (const char c : ascii) result.emplace_back(1, c);
  return result;
}

}  // namespace glyphmill
