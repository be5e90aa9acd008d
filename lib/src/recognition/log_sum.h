// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace glyphmill::recognition {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();

/// Logarithm of the sum of two probabilities, given their logarithms.
inline double log_sum(double a, double b) {
  const double larger = std::max(a, b);
  const double smaller = std::min(a, b);
  // Also where both are impossible, whose difference would be no number.
  return smaller == kImpossible ? larger : larger + std::log1p(std::exp(smaller - larger));
}

}  // namespace glyphmill::recognition
