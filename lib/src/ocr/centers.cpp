// SPDX-License-Identifier: Apache-2.0
#include "ocr/centers.h"

#include <cmath>
#include <map>

namespace glyphmill::ocr {

Centers::Centers(std::size_t classes, std::size_t features) : features_(features) {
  state_.values.resize(classes * features);
  state_.seen.resize(classes);
}

void Centers::follow(const float* rows, const std::vector<std::uint32_t>& characters, double rate) {
  struct Sum {
    std::vector<double> values;
    double count = 0;
  };
  std::map<std::uint32_t, Sum> sums;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    Sum& sum = sums[characters[i]];
    sum.values.resize(features_);
    sum.count += 1;
    for (std::size_t k = 0; k < features_; ++k) sum.values[k] += rows[i * features_ + k];
  }
  for (const auto& [character, sum] : sums) {
    float* const center = state_.values.data() + character * features_;
    for (std::size_t k = 0; k < features_; ++k) {
      const double old = center[k];
      center[k] = static_cast<float>(
          has(character) ? old - rate * (sum.count * old - sum.values[k]) / (1 + sum.count)
                         : sum.values[k] / sum.count);
    }
    state_.seen[character] = 1;
  }
}

double distance(const float* a, const float* b, std::size_t size) {
  double square = 0;
  for (std::size_t k = 0; k < size; ++k) {
    const double difference = static_cast<double>(a[k]) - b[k];
    square += difference * difference;
  }
  return std::sqrt(square);
}

}  // namespace glyphmill::ocr
