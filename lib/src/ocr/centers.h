// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace glyphmill::ocr {

/// The center of each class's features, see glyphmill/center_loss.h.
class Centers {
 public:
  Centers(std::size_t classes, std::size_t features);

  std::size_t features() const { return features_; }
  bool has(std::uint32_t character) const { return state_.seen[character] != 0; }
  const float* of(std::uint32_t character) const {
    return state_.values.data() + character * features_;
  }

  /// Moves the centers of `characters` towards their features, a row for each of them.
  void follow(const float* rows, const std::vector<std::uint32_t>& characters, double rate);

  /// All that it remembers; sizes are fixed.
  struct State {
    std::vector<float> values;       ///< (classes, features)
    std::vector<std::uint8_t> seen;  ///< of each class: 1 if it has a center
  };
  const State& state() const { return state_; }
  State& state() { return state_; }

 private:
  std::size_t features_;
  State state_;
};

/// Euclidean.
double distance(const float* a, const float* b, std::size_t size);

}  // namespace glyphmill::ocr
