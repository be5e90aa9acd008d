// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "glyphmill/training.h"

/// Steps of gradient descent over plain memory: every optimizer in one place, with a state that is
/// two arrays, whatever the library that computes the gradients offers.
namespace glyphmill::ocr {

/// One tensor of parameters and its gradient, both contiguous.
struct ParameterSpan {
  float* values = nullptr;
  float* gradients = nullptr;
  std::size_t size = 0;
};

/// Scales all gradients so that their length (Euclidean, over all of them) is at most `longest`; 0
/// leaves them. Returns the length before.
double clip_gradients(const std::vector<ParameterSpan>& parameters, double longest);

/// The learning rate that is usual with an optimizer.
double usual_learning_rate(OptimizerKind kind);

class Optimizer {
 public:
  /// `size` is that of all parameters together.
  Optimizer(OptimizerKind kind, double weight_decay, std::size_t size);

  /// Moves the parameters, always the same in the same order.
  void step(const std::vector<ParameterSpan>& parameters, double learning_rate);

  /// All that it remembers; sizes are fixed.
  struct State {
    std::uint64_t steps = 0;
    std::vector<float> first;
    std::vector<float> second;  ///< empty where the optimizer has one array
  };
  const State& state() const { return state_; }
  State& state() { return state_; }

 private:
  OptimizerKind kind_;
  float weight_decay_;
  State state_;
};

}  // namespace glyphmill::ocr
