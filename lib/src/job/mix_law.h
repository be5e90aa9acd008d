// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace glyphmill::job {

/// Gives each sample to one of several parts by their weights. Random access in O(parts).
///
/// The heaviest part has ceil(n w / W) of the first n samples, W being the sum of all weights; what
/// is left is a sequence of its own, divided among the others in the same way. A part's count is
/// more than n w / W - 1 and less than n w / W + H(P - 1): what is left after i divisions exceeds
/// its due by nothing and falls short of it by e_i < 1 + e_(i-1) W_(i+1) / W_i, W_i being the
/// weights that were to be divided; a part takes w / W_i of that error, which is at most
/// w (1 / W_2 + ... + 1 / W_i), and in falling order of weights W_(i-m) >= (m + 1) w.
class MixLaw {
 public:
  /// Weights to six decimals, 0.000001 .. 1000000; at least one, at most 64.
  explicit MixLaw(const std::vector<double>& weights);

  struct Place {
    std::size_t part = 0;
    std::uint64_t index = 0;  ///< among the samples of the part
  };
  Place at(std::uint64_t k) const;

  /// How many of the first n samples are of a part.
  std::uint64_t count(std::size_t part, std::uint64_t n) const;

 private:
  struct Step {
    std::size_t part = 0;
    std::uint64_t weight = 0;
    std::uint64_t left = 0;  // weights that are not yet served, this one among them
  };
  std::vector<Step> steps_;  // heaviest first
};

}  // namespace glyphmill::job
