// SPDX-License-Identifier: Apache-2.0
#include "search_problems.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "glyphmill/random.h"

namespace glyphmill::bench {
namespace {

using search::Outcome;
using search::Point;
using search::Space;

constexpr double kPi = 3.14159265358979323846;

/// As in Surjanovic and Bingham, "Virtual library of simulation experiments", on the unit cube.
double branin(const std::vector<double>& u) {
  const double x = 15 * u[0] - 5;
  const double y = 15 * u[1];
  const double a = y - 5.1 / (4 * kPi * kPi) * x * x + 5 / kPi * x - 6;
  return a * a + 10 * (1 - 1 / (8 * kPi)) * std::cos(x) + 10;
}

double hartmann6(const std::vector<double>& u) {
  constexpr double kHeight[4] = {1.0, 1.2, 3.0, 3.2};
  constexpr double kWidth[4][6] = {{10, 3, 17, 3.5, 1.7, 8},
                                   {0.05, 10, 17, 0.1, 8, 14},
                                   {3, 3.5, 1.7, 10, 17, 8},
                                   {17, 8, 0.05, 10, 0.1, 14}};
  constexpr double kCentre[4][6] = {{.1312, .1696, .5569, .0124, .8283, .5886},
                                    {.2329, .4135, .8307, .3736, .1004, .9991},
                                    {.2348, .1451, .3522, .2883, .3047, .6650},
                                    {.4047, .8828, .8732, .5743, .1091, .0381}};
  double sum = 0;
  for (int i = 0; i < 4; ++i) {
    double square = 0;
    for (std::size_t k = 0; k < 6; ++k) {
      square += kWidth[i][k] * (u[k] - kCentre[i][k]) * (u[k] - kCentre[i][k]);
    }
    sum -= kHeight[i] * std::exp(-square);
  }
  return sum;
}

/// A function whose optimum the seed puts elsewhere in the cube: a search that begins in the
/// middle, or likes edges, must not profit.
class Displaced final : public Problem {
 public:
  Displaced(double (*function)(const std::vector<double>&), std::size_t dimensions, double least,
            std::uint64_t seed)
      : function_(function), least_(least) {
    SampleRng rng({seed, 0, stage_id("search_bench.displaced")});
    for (std::size_t i = 0; i < dimensions; ++i) {
      space_.parameters.push_back({"x" + std::to_string(i), search::Reals{{0, 1}}});
      mirrored_.push_back(rng.bernoulli(0.5));
      power_.push_back(std::exp2(rng.uniform({-1, 1})));
    }
  }
  const Space& space() const override { return space_; }
  Outcome score(const Point& point) override { return Outcome::of(value(point)); }
  double regret(const Point& point) const override { return value(point) - least_; }

 private:
  double value(const Point& point) const {
    std::vector<double> u;
    for (std::size_t i = 0; i < power_.size(); ++i) {
      const double x = point.real("x" + std::to_string(i));
      u.push_back(std::pow(mirrored_[i] ? 1 - x : x, power_[i]));
    }
    return function_(u);
  }

  double (*function_)(const std::vector<double>&);
  double least_;
  Space space_;
  std::vector<bool> mirrored_;
  std::vector<double> power_;
};

/// Like the loss of a recogniser: a valley in the learning rate whose place depends on the
/// optimizer, worth of size that saturates, high rates that diverge.
class OcrLike final : public Problem {
 public:
  explicit OcrLike(std::uint64_t seed)
      : plan_(search::parse_plan(R"(
parameters:
  architecture: [plain, residual]
  conv_layers: {integer: [1, 3]}
  growth_2: {real: [1, 2], when: {conv_layers: [2, 3]}}
  growth_3: {real: [1, 2], when: {conv_layers: 3}}
  lstm_layers: {integer: [1, 3]}
  hidden_1: [64, 128, 256]
  hidden_2: {choice: [64, 128, 256], when: {lstm_layers: [2, 3]}}
  linear_1: [128, 256, 512]
  linear_2: [128, 256, 512]
  learning_rate: {real: [1e-5, 1e-1], log: true}
  batch_size: [16, 32, 64]
  optimizer: [Adadelta, Adagrad, Adam, AdamW, Adamax, SGD]
)",
                                 "ocr")),
        noise_({seed, 1, stage_id("search_bench.noise")}) {
    SampleRng rng({seed, 0, stage_id("search_bench.ocr")});
    architecture_ = rng.bernoulli(0.5) ? "plain" : "residual";
    for (double& best : layers_) best = static_cast<double>(rng.uniform_int(1, 3));
    for (double& best : growth_) best = rng.uniform({1, 2});
    for (double& best : sizes_) best = static_cast<double>(rng.uniform_int(0, 2));
    batch_ = static_cast<double>(rng.uniform_int(0, 2));
    rate_ = rng.uniform({-3.5, -1.8});
    for (std::size_t i = 0; i < shift_.size(); ++i) {
      shift_[i] = rng.uniform({-1, 0.5});
      penalty_[i] = rng.uniform({0.01, 0.15});
    }
    penalty_[static_cast<std::size_t>(rng.uniform_int(0, 5))] = 0;
  }

  const Space& space() const override { return plan_.space; }

  Outcome score(const Point& point) override {
    const double rate = std::log10(point.real("learning_rate"));
    if (rate > best_rate(point) + 1.2) return Outcome::failed("the loss diverged");
    if (noise_.bernoulli(0.03)) return Outcome::failed("out of time");
    return Outcome::of(regret(point) + noise_.normal(0, 0.005));
  }

  double regret(const Point& point) const override {
    const double rate = (std::log10(point.real("learning_rate")) - best_rate(point)) / 2;
    double sum = 0.4 * rate * rate + penalty_[optimizer_of(point)];
    if (point.text("architecture") != architecture_) sum += 0.04;
    sum += 0.03 * square(point.real("conv_layers") - layers_[0]);
    sum += 0.02 * square(point.real("lstm_layers") - layers_[1]);
    if (point.has("growth_2")) sum += 0.05 * square(point.real("growth_2") - growth_[0]);
    if (point.has("growth_3")) sum += 0.05 * square(point.real("growth_3") - growth_[1]);
    const char* const names[] = {"hidden_1", "hidden_2", "linear_1", "linear_2"};
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
      if (!point.has(names[i])) continue;
      const double octave = std::log2(point.real(names[i]) / (i < 2 ? 64 : 128));
      sum += 0.008 * square(octave - sizes_[i]);
    }
    return sum + 0.008 * square(std::log2(point.real("batch_size") / 16) - batch_);
  }

 private:
  static double square(double x) { return x * x; }

  static std::size_t optimizer_of(const Point& point) {
    constexpr std::array<std::string_view, 6> kNames{"Adadelta", "Adagrad", "Adam",
                                                     "AdamW",    "Adamax",  "SGD"};
    const auto* const found = std::find(kNames.begin(), kNames.end(), point.text("optimizer"));
    return static_cast<std::size_t>(found - kNames.begin());
  }

  /// Larger batches bear higher rates.
  double best_rate(const Point& point) const {
    return rate_ + shift_[optimizer_of(point)] +
           0.15 * (std::log2(point.real("batch_size") / 16) - batch_);
  }

  search::Plan plan_;
  SampleRng noise_;
  std::string architecture_;
  std::array<double, 2> layers_{};
  std::array<double, 2> growth_{};
  std::array<double, 4> sizes_{};
  std::array<double, 6> shift_{};
  std::array<double, 6> penalty_{};
  double batch_ = 0;
  double rate_ = 0;
};

}  // namespace

const std::vector<ProblemKind>& problem_kinds() {
  static const std::vector<ProblemKind> kinds{
      {"Branin",
       [](std::uint64_t seed) -> std::unique_ptr<Problem> {
         return std::make_unique<Displaced>(branin, 2, 0.397887357729739, seed);
       }},
      {"Hartmann6",
       [](std::uint64_t seed) -> std::unique_ptr<Problem> {
         return std::make_unique<Displaced>(hartmann6, 6, -3.32236801141551, seed);
       }},
      {"OCR-like", [](std::uint64_t seed) -> std::unique_ptr<Problem> {
         return std::make_unique<OcrLike>(seed);
       }}};
  return kinds;
}

}  // namespace glyphmill::bench
