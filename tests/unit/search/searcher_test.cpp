// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "glyphmill/random.h"
#include "glyphmill/search.h"
#include "support/messages.h"

namespace glyphmill::search {
namespace {

using test::message_of;

const std::vector<Method> kMethods{Method::kRandom, Method::kGaussianProcess, Method::kTreeParzen};

Plan plan_of(const std::string& parameters, Method method, std::uint64_t seed = 1) {
  Plan plan = parse_plan("parameters:\n" + parameters, "space");
  plan.method = method;
  plan.seed = seed;
  return plan;
}

constexpr char kMixed[] = R"(
  layers: {integer: [1, 3]}
  growth: {real: [1, 2], when: {layers: [2, 3]}}
  rate: {real: [1e-4, 1e-1], log: true}
  optimizer: [Adam, SGD, Adagrad]
)";

double mixed_score(const Point& point) {
  const double rate = std::log10(point.real("rate")) + 2.5;
  const double growth = point.has("growth") ? point.real("growth") - 1.3 : 0.4;
  return rate * rate + growth * growth + (point.text("optimizer") == "SGD" ? 0 : 0.5);
}

/// A bowl with its bottom where the seed says.
double best_in_bowl(Method method, std::uint64_t seed, int trials) {
  SampleRng rng({seed, 0, stage_id("test.bowl")});
  const double x = rng.uniform01();
  const double y = rng.uniform01();
  Searcher searcher(plan_of("  x: {real: [0, 1]}\n  y: {real: [0, 1]}\n", method, seed));
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < trials; ++i) {
    const Trial trial = searcher.ask().value();
    const double score = std::hypot(trial.point.real("x") - x, trial.point.real("y") - y);
    best = std::min(best, score);
    searcher.tell(trial.number, Outcome::of(score));
  }
  return best;
}

/// Were it no better than random, 16 of 20 would be its own once in 170 times.
TEST(Searcher, FindsABottomSoonerThanRandomPoints) {
  for (const Method method : {Method::kGaussianProcess, Method::kTreeParzen}) {
    int better = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      better += best_in_bowl(method, seed, 40) < best_in_bowl(Method::kRandom, seed, 40);
    }
    EXPECT_GE(better, 16) << static_cast<int>(method);
  }
}

TEST(Searcher, AsksTheSameOfTheSameOutcomesWhetherResumedOrNot) {
  for (const Method method : kMethods) {
    Searcher whole(plan_of(kMixed, method));
    Searcher resumed(plan_of(kMixed, method));
    for (std::uint64_t i = 0; i < 30; ++i) {
      const Trial trial = whole.ask().value();
      const Outcome outcome =
          i % 5 == 3 ? Outcome::failed("diverged") : Outcome::of(mixed_score(trial.point));
      whole.tell(trial.number, outcome);
      resumed = Searcher(plan_of(kMixed, method), resumed.trials());
      EXPECT_EQ(resumed.ask().value().point, trial.point) << i;
      resumed.tell(i, outcome);
    }
    Searcher other(plan_of(kMixed, method, 2));
    EXPECT_NE(other.ask().value().point, whole.trials().front().point);
  }
}

TEST(Searcher, AsksPointsOfTheSpaceEachOnce) {
  for (const Method method : kMethods) {
    Searcher searcher(plan_of(kMixed, method));
    std::set<std::string> asked;
    int with_growth = 0;
    for (int i = 0; i < 60; ++i) {
      const Trial trial = searcher.ask().value();
      check_point(searcher.plan().space, trial.point);
      EXPECT_EQ(trial.point.has("growth"), trial.point.integer("layers") >= 2);
      with_growth += trial.point.has("growth");
      EXPECT_TRUE(asked.insert(spelled(trial.point)).second);
      searcher.tell(trial.number, Outcome::of(mixed_score(trial.point)));
    }
    EXPECT_GT(with_growth, 0);
    EXPECT_LT(with_growth, 60);
  }
}

/// 3 values of a; 2 of b with two of them; 2 of c with one of those: 1 + 2 * (1 + 2) = 7 points.
constexpr char kSmall[] = R"(
  a: [1, 2, 3]
  b: {choice: [true, false], when: {a: [2, 3]}}
  c: {integer: [2, 4], step: 2, when: {b: true}}
)";

TEST(Searcher, ExhaustsASpace) {
  for (const Method method : kMethods) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      Searcher searcher(plan_of(kSmall, method, seed));
      std::set<std::string> asked;
      while (const std::optional<Trial> trial = searcher.ask()) {
        EXPECT_TRUE(asked.insert(spelled(trial->point)).second);
        searcher.tell(trial->number, Outcome::of(static_cast<double>(trial->number)));
      }
      EXPECT_EQ(asked.size(), 7U);
      EXPECT_FALSE(searcher.ask());
    }
  }
}

TEST(Searcher, ExhaustsALargerGridWithoutOutcomes) {
  for (const Method method : kMethods) {
    Searcher searcher(
        plan_of("  a: {integer: [1, 9]}\n  b: {integer: [-3, 3], step: 3}\n"
                "  w: {integer: [1, 6], log: true}\n",
                method));
    std::set<std::string> asked;
    while (const std::optional<Trial> trial = searcher.ask()) asked.insert(spelled(trial->point));
    EXPECT_EQ(asked.size(), 9U * 3U * 6U);
    EXPECT_EQ(searcher.trials().size(), asked.size());
  }
}

TEST(Searcher, OfOneFixedPointAsksOnce) {
  for (const Method method : kMethods) {
    Searcher searcher(plan_of("  height: 32\n", method));
    EXPECT_EQ(searcher.ask().value().point.integer("height"), 32);
    EXPECT_FALSE(searcher.ask());
    // Such trials can come from elsewhere.
    std::vector<Trial> many;
    for (std::uint64_t i = 0; i < 20; ++i) {
      many.push_back({i, searcher.trials().front().point, Outcome::of(0)});
    }
    EXPECT_FALSE(Searcher(searcher.plan(), many).ask());
  }
}

/// Mean distance from their middle.
double spread_of(const std::vector<Point>& points) {
  const auto n = static_cast<double>(points.size());
  double x = 0;
  double y = 0;
  for (const Point& point : points) {
    x += point.real("x") / n;
    y += point.real("y") / n;
  }
  double sum = 0;
  for (const Point& point : points) sum += std::hypot(point.real("x") - x, point.real("y") - y);
  return sum / n;
}

/// Searches that know the same ask at nearly one place; one that has asked there, elsewhere.
TEST(Searcher, KeepsAwayFromTrialsThatAreOut) {
  Searcher searcher(
      plan_of("  x: {real: [0, 1]}\n  y: {real: [0, 1]}\n", Method::kGaussianProcess));
  for (int i = 0; i < 12; ++i) {
    const Trial trial = searcher.ask().value();
    const double score = std::hypot(trial.point.real("x") - 0.3, trial.point.real("y") - 0.6);
    searcher.tell(trial.number, Outcome::of(score));
  }
  std::vector<Point> alone;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    Plan plan = searcher.plan();
    plan.seed = seed;
    alone.push_back(Searcher(plan, searcher.trials()).ask()->point);
  }
  std::vector<Point> out;
  for (int i = 0; i < 8; ++i) out.push_back(searcher.ask()->point);
  EXPECT_GT(spread_of(out), 10 * spread_of(alone));
}

TEST(Searcher, TakesOutcomesInAnyOrder) {
  Searcher searcher(plan_of(kMixed, Method::kGaussianProcess));
  for (int round = 0; round < 6; ++round) {
    std::vector<Trial> out;
    for (int i = 0; i < 4; ++i) out.push_back(searcher.ask().value());
    std::reverse(out.begin(), out.end());
    for (const Trial& trial : out) {
      searcher.tell(trial.number, Outcome::of(mixed_score(trial.point)));
    }
  }
  EXPECT_LT(best_trial(searcher.trials())->outcome->value, 0.5);
}

/// A third of the space fails, and the slope leads to it: were failures ignored, or taken for
/// middling, the search would go on failing there. Random points would fail 50 +- 6 times of 150.
TEST(Searcher, LeavesWhereItFails) {
  int failed = 0;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    Searcher searcher(
        plan_of("  x: {real: [0, 1]}\n  y: {real: [0, 1]}\n", Method::kGaussianProcess, seed));
    for (int i = 0; i < 50; ++i) {
      const Trial trial = searcher.ask().value();
      const double x = trial.point.real("x");
      const bool fails = x > 0.67;
      failed += i >= 20 && fails;
      searcher.tell(trial.number, fails ? Outcome::failed("diverged") : Outcome::of(1 - x));
    }
  }
  EXPECT_LT(failed, 50 - 4 * 6);
}

TEST(Searcher, TakesAllThatFailAndAllThatAreEqual) {
  for (const Method method : kMethods) {
    Searcher searcher(plan_of(kMixed, method));
    for (int i = 0; i < 15; ++i) searcher.tell(searcher.ask()->number, Outcome::failed("no data"));
    for (int i = 0; i < 15; ++i) searcher.tell(searcher.ask()->number, Outcome::of(0));
    EXPECT_TRUE(searcher.ask());
  }
}

TEST(Searcher, TakesScoresOfAnySize) {
  const double most = std::numeric_limits<double>::max();
  for (const Method method : kMethods) {
    Searcher searcher(plan_of(kMixed, method));
    for (int i = 0; i < 30; ++i) {
      const Trial trial = searcher.ask().value();
      check_point(searcher.plan().space, trial.point);
      const std::vector<double> scores{most, -most, 1e-300, 0};
      searcher.tell(trial.number, Outcome::of(scores[trial.number % scores.size()]));
    }
  }
}

TEST(Outcome, ThatIsNotFiniteHasFailed) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double value : {infinity, -infinity, std::nan("")}) {
    EXPECT_EQ(Outcome::of(value).state, Outcome::State::kFailed);
    Searcher searcher(plan_of(kMixed, Method::kRandom));
    searcher.tell(searcher.ask()->number, {Outcome::State::kComplete, value, ""});
    EXPECT_EQ(searcher.trials().front().outcome->state, Outcome::State::kFailed);
    EXPECT_EQ(best_trial(searcher.trials()), nullptr);
  }
  EXPECT_EQ(Outcome::of(infinity).message, "the score must be finite. Got: inf");
}

TEST(Searcher, RefusesOutcomesOfOtherTrials) {
  Searcher searcher(plan_of(kMixed, Method::kRandom));
  const auto tell = [&](std::uint64_t number) { searcher.tell(number, Outcome::of(1)); };
  EXPECT_EQ(message_of([&] { tell(0); }), "trial: must be one that is out. Got: 0");
  const std::uint64_t number = searcher.ask()->number;
  searcher.tell(number, Outcome::interrupted());
  tell(number);
  EXPECT_EQ(message_of([&] { tell(number); }), "trial: must be one that is out. Got: 0");
  std::vector<Trial> earlier = searcher.trials();
  earlier.front().number = 3;
  EXPECT_EQ(message_of([&] { Searcher(searcher.plan(), earlier); }),
            "trial 0: numbers must be 0, 1, 2, ... Got: 3");
  earlier.front() = {0, Point()};
  EXPECT_EQ(message_of([&] { Searcher(searcher.plan(), earlier); }),
            "trial 0: layers: must be in the point, in the space's order. Got: nothing");
}

}  // namespace
}  // namespace glyphmill::search
