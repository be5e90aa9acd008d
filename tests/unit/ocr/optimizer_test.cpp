// SPDX-License-Identifier: Apache-2.0
#include "ocr/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace glyphmill::ocr {
namespace {

const std::vector<OptimizerKind> kKinds{OptimizerKind::kAdadelta, OptimizerKind::kAdagrad,
                                        OptimizerKind::kAdam,     OptimizerKind::kAdamW,
                                        OptimizerKind::kAdamax,   OptimizerKind::kSgd};

/// Two tensors and the gradient of half their squared distance to a target.
struct Bowl {
  std::vector<float> values{5, -3, 0.5F};
  std::vector<float> gradients = std::vector<float>(3);
  const std::vector<float> target{1, 2, -1};

  std::vector<ParameterSpan> spans() {
    return {{values.data(), gradients.data(), 1}, {values.data() + 1, gradients.data() + 1, 2}};
  }
  void compute() {
    for (std::size_t i = 0; i < values.size(); ++i) gradients[i] = values[i] - target[i];
  }
  double distance() const {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += std::pow(values[i] - target[i], 2);
    return std::sqrt(sum);
  }
};

double distance_after(OptimizerKind kind, int steps, double rate) {
  Bowl bowl;
  Optimizer optimizer(kind, 0, bowl.values.size());
  for (int i = 0; i < steps; ++i) {
    bowl.compute();
    optimizer.step(bowl.spans(), rate);
  }
  return bowl.distance();
}

TEST(Optimizer, EachFindsTheBottomOfABowl) {
  for (const OptimizerKind kind : kKinds) {
    // Adadelta begins with steps of the size of its epsilon, whatever the rate.
    const bool slow = kind == OptimizerKind::kAdadelta;
    EXPECT_LT(distance_after(kind, slow ? 20000 : 3000, slow ? 1 : 0.1), 0.05)
        << static_cast<int>(kind);
  }
}

TEST(Optimizer, TheFirstStepsAreThoseOfTheFormulas) {
  // One parameter of value 1 with the gradients 0.5 and then -0.2, computed by hand.
  const auto after_two = [](OptimizerKind kind, double rate) {
    float value = 1;
    float gradient = 0;
    Optimizer optimizer(kind, 0, 1);
    for (const float given : {0.5F, -0.2F}) {
      gradient = given;
      optimizer.step({{&value, &gradient, 1}}, rate);
    }
    return static_cast<double>(value);
  };
  // v = 0.5; 0.9 * 0.5 - 0.2 = 0.25
  EXPECT_NEAR(after_two(OptimizerKind::kSgd, 0.1), 1 - 0.1 * 0.5 - 0.1 * 0.25, 1e-6);
  EXPECT_NEAR(after_two(OptimizerKind::kAdagrad, 0.1), 1 - 0.1 + 0.1 * 0.2 / std::sqrt(0.29), 1e-6);
  const double mean = 0.9 * 0.05 - 0.1 * 0.2;
  const double square = 0.999 * 0.00025 + 0.001 * 0.04;
  EXPECT_NEAR(after_two(OptimizerKind::kAdam, 0.1),
              1 - 0.1 - 0.1 * (mean / 0.19) / std::sqrt(square / 0.001999), 1e-5);
  // The largest gradient is 0.5 and fades by 0.001.
  EXPECT_NEAR(after_two(OptimizerKind::kAdamax, 0.1), 1 - 0.1 - 0.1 / 0.19 * mean / 0.4995, 1e-5);
  const double moved = std::sqrt(1e-6 / (0.1 * 0.25 + 1e-6)) * 0.5;
  const double kept = 0.1 * moved * moved;
  const double second = 0.9 * 0.025 + 0.1 * 0.04;
  EXPECT_NEAR(after_two(OptimizerKind::kAdadelta, 1),
              1 - moved + std::sqrt((kept + 1e-6) / (second + 1e-6)) * 0.2, 1e-6);
}

TEST(Optimizer, DecayPullsTowardsZeroAndThatOfAdamWIsDecoupled) {
  for (const OptimizerKind kind : kKinds) {
    float value = 2;
    float gradient = 0;
    Optimizer optimizer(kind, 0.1, 1);
    optimizer.step({{&value, &gradient, 1}}, 0.1);
    EXPECT_LT(value, 2) << static_cast<int>(kind);
    if (kind == OptimizerKind::kAdamW) {
      EXPECT_NEAR(value, 2 - 0.1 * 0.1 * 2, 1e-6);
    }
  }
}

TEST(Optimizer, ItsStateIsAllThatItRemembers) {
  for (const OptimizerKind kind : kKinds) {
    Bowl whole;
    Optimizer one(kind, 0.01, 3);
    Bowl halves;
    Optimizer first(kind, 0.01, 3);
    Optimizer second(kind, 0.01, 3);
    for (int i = 0; i < 10; ++i) {
      whole.compute();
      one.step(whole.spans(), 0.05);
      halves.compute();
      if (i == 5) second.state() = first.state();
      (i < 5 ? first : second).step(halves.spans(), 0.05);
    }
    EXPECT_EQ(whole.values, halves.values) << static_cast<int>(kind);
  }
}

TEST(ClipGradients, LengthIsThatOfAllTensorsTogether) {
  Bowl bowl;
  bowl.gradients = {3, 0, 4};
  EXPECT_DOUBLE_EQ(clip_gradients(bowl.spans(), 10), 5);
  EXPECT_EQ(bowl.gradients, (std::vector<float>{3, 0, 4}));
  EXPECT_DOUBLE_EQ(clip_gradients(bowl.spans(), 0), 5);
  EXPECT_EQ(bowl.gradients, (std::vector<float>{3, 0, 4}));
  EXPECT_DOUBLE_EQ(clip_gradients(bowl.spans(), 1), 5);
  EXPECT_NEAR(bowl.gradients[0], 0.6, 1e-6);
  EXPECT_NEAR(bowl.gradients[2], 0.8, 1e-6);
}

}  // namespace
}  // namespace glyphmill::ocr
