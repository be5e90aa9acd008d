// SPDX-License-Identifier: Apache-2.0
#include "ocr/optimizer.h"

#include <algorithm>
#include <cmath>

namespace glyphmill::ocr {
namespace {

// The values that the papers recommend.
constexpr float kMomentum = 0.9F;
constexpr float kBeta1 = 0.9F;
constexpr float kBeta2 = 0.999F;
constexpr float kAdamEpsilon = 1e-8F;
constexpr float kRho = 0.9F;
constexpr float kAdadeltaEpsilon = 1e-6F;
constexpr float kAdagradEpsilon = 1e-10F;

/// The state of one tensor.
struct Slots {
  float* first;
  float* second;
};

/// `update(value, gradient, first, second)` for each parameter.
template <class Update>
void for_each(const ParameterSpan& span, const Slots& slots, const Update& update) {
  for (std::size_t i = 0; i < span.size; ++i) {
    update(span.values[i], span.gradients[i], slots.first[i], slots.second[i]);
  }
}

/// Kingma, Ba: "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.
void adam(const ParameterSpan& span, const Slots& slots, float rate, double steps) {
  const auto correction1 = static_cast<float>(1 - std::pow(kBeta1, steps));
  const auto correction2 = static_cast<float>(std::sqrt(1 - std::pow(kBeta2, steps)));
  for_each(span, slots, [=](float& value, float gradient, float& mean, float& square) {
    mean = kBeta1 * mean + (1 - kBeta1) * gradient;
    square = kBeta2 * square + (1 - kBeta2) * gradient * gradient;
    value -= rate / correction1 * mean / (std::sqrt(square) / correction2 + kAdamEpsilon);
  });
}

/// The same paper, algorithm 2.
void adamax(const ParameterSpan& span, const Slots& slots, float rate, double steps) {
  const auto correction = static_cast<float>(1 - std::pow(kBeta1, steps));
  for_each(span, slots, [=](float& value, float gradient, float& mean, float& largest) {
    mean = kBeta1 * mean + (1 - kBeta1) * gradient;
    largest = std::max(kBeta2 * largest, std::abs(gradient) + kAdamEpsilon);
    value -= rate / correction * mean / largest;
  });
}

/// Zeiler: "ADADELTA: an adaptive learning rate method", 2012, algorithm 1.
void adadelta(const ParameterSpan& span, const Slots& slots, float rate) {
  for_each(span, slots, [=](float& value, float gradient, float& square, float& moved) {
    square = kRho * square + (1 - kRho) * gradient * gradient;
    const float move =
        std::sqrt(moved + kAdadeltaEpsilon) / std::sqrt(square + kAdadeltaEpsilon) * gradient;
    moved = kRho * moved + (1 - kRho) * move * move;
    value -= rate * move;
  });
}

/// Duchi, Hazan, Singer: "Adaptive subgradient methods", JMLR 12, 2011.
void adagrad(const ParameterSpan& span, const Slots& slots, float rate) {
  for (std::size_t i = 0; i < span.size; ++i) {
    const float gradient = span.gradients[i];
    slots.first[i] += gradient * gradient;
    span.values[i] -= rate * gradient / (std::sqrt(slots.first[i]) + kAdagradEpsilon);
  }
}

/// With momentum (Sutskever et al., ICML 2013, without Nesterov's step ahead).
void sgd(const ParameterSpan& span, const Slots& slots, float rate) {
  for (std::size_t i = 0; i < span.size; ++i) {
    slots.first[i] = kMomentum * slots.first[i] + span.gradients[i];
    span.values[i] -= rate * slots.first[i];
  }
}

bool has_second(OptimizerKind kind) {
  return kind != OptimizerKind::kSgd && kind != OptimizerKind::kAdagrad;
}

}  // namespace

double clip_gradients(const std::vector<ParameterSpan>& parameters, double longest) {
  double square = 0;
  for (const ParameterSpan& span : parameters) {
    for (std::size_t i = 0; i < span.size; ++i) {
      square += static_cast<double>(span.gradients[i]) * span.gradients[i];
    }
  }
  const double length = std::sqrt(square);
  if (longest <= 0 || length <= longest) return length;
  const auto scale = static_cast<float>(longest / length);
  for (const ParameterSpan& span : parameters) {
    for (std::size_t i = 0; i < span.size; ++i) span.gradients[i] *= scale;
  }
  return length;
}

double usual_learning_rate(OptimizerKind kind) {
  switch (kind) {
    case OptimizerKind::kAdadelta:
      return 1;
    case OptimizerKind::kAdagrad:
      return 0.02;
    case OptimizerKind::kAdamax:
      return 0.004;
    case OptimizerKind::kSgd:
      return 0.02;
    case OptimizerKind::kAdam:
    case OptimizerKind::kAdamW:
      break;
  }
  return 0.002;
}

Optimizer::Optimizer(OptimizerKind kind, double weight_decay, std::size_t size)
    : kind_(kind), weight_decay_(static_cast<float>(weight_decay)) {
  state_.first.resize(size);
  state_.second.resize(has_second(kind) ? size : 0);
}

void Optimizer::step(const std::vector<ParameterSpan>& parameters, double learning_rate) {
  const auto rate = static_cast<float>(learning_rate);
  ++state_.steps;
  const auto steps = static_cast<double>(state_.steps);
  std::size_t place = 0;
  for (const ParameterSpan& span : parameters) {
    const Slots slots{state_.first.data() + place,
                      state_.second.empty() ? nullptr : state_.second.data() + place};
    place += span.size;
    if (weight_decay_ > 0) {
      // Loshchilov, Hutter: "Decoupled weight decay regularization", ICLR 2019.
      const bool decoupled = kind_ == OptimizerKind::kAdamW;
      for (std::size_t i = 0; i < span.size; ++i) {
        if (decoupled) {
          span.values[i] -= rate * weight_decay_ * span.values[i];
        } else {
          span.gradients[i] += weight_decay_ * span.values[i];
        }
      }
    }
    switch (kind_) {
      case OptimizerKind::kAdadelta:
        adadelta(span, slots, rate);
        break;
      case OptimizerKind::kAdagrad:
        adagrad(span, slots, rate);
        break;
      case OptimizerKind::kAdam:
      case OptimizerKind::kAdamW:
        adam(span, slots, rate, steps);
        break;
      case OptimizerKind::kAdamax:
        adamax(span, slots, rate, steps);
        break;
      case OptimizerKind::kSgd:
        sgd(span, slots, rate);
        break;
    }
  }
}

}  // namespace glyphmill::ocr
