// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

#include "core/philox.h"

namespace glyphmill {
namespace {

using Words = std::array<std::uint32_t, 4>;

// Known answers published with the generator (kat_vectors of Random123).
TEST(Philox, PublishedKnownAnswers) {
  EXPECT_EQ(core::philox_block({0, 0, 0}, 0),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(core::philox_block({0xffffffffffffffff, 0xffffffffffffffff, 0xffffffff}, 0xffffffff),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  // counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0
  EXPECT_EQ(core::philox_block({0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3}, 0x243f6a88),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(StageId, IsFnv1a) {
  EXPECT_EQ(stage_id(""), 0x811c9dc5u);
  EXPECT_EQ(stage_id("a"), 0xe40c292cu);
  EXPECT_EQ(stage_id("foobar"), 0xbf9cf968u);
}

TEST(SampleRng, DependsOnSeedSampleAndStage) {
  std::set<std::uint32_t> firsts;
  for (const StreamKey& key : {StreamKey{1, 2, 3}, StreamKey{2, 2, 3}, StreamKey{1, 3, 3},
                               StreamKey{1, 2, 4}, StreamKey{1, std::uint64_t{2} << 32, 3}}) {
    firsts.insert(SampleRng(key).bits());
  }
  EXPECT_EQ(firsts.size(), 5u);
  EXPECT_EQ(SampleRng({1, 2, 3}).bits(), SampleRng({1, 2, 3}).bits());
}

TEST(SampleRng, DerivedStreamsDiffer) {
  std::set<std::uint32_t> firsts;
  for (std::uint64_t part = 0; part < 100; ++part) {
    firsts.insert(SampleRng(derived({1, 2, 3}, part)).bits());
  }
  EXPECT_EQ(firsts.size(), 100u);
}

TEST(SampleRng, Uniform01StaysInsideAndFillsTenBinsEvenly) {
  constexpr int kDraws = 100000;
  SampleRng rng({7, 0, 0});
  std::vector<int> bins(10);
  for (int i = 0; i < kDraws; ++i) {
    const double value = rng.uniform01();
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    ++bins[static_cast<std::size_t>(value * 10)];
  }
  const double bound = 4 * std::sqrt(kDraws * 0.1 * 0.9);
  for (int count : bins) EXPECT_NEAR(count, kDraws / 10, bound);
}

TEST(SampleRng, UniformOfAPointIsThatPoint) {
  SampleRng rng({7, 0, 0});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(rng.uniform({0.155, 0.155}), 0.155);
}

TEST(SampleRng, UniformIntReachesBothEndsEvenly) {
  constexpr int kDraws = 60000;
  SampleRng rng({11, 0, 0});
  std::vector<int> counts(6);
  for (int i = 0; i < kDraws; ++i) {
    const auto value = rng.uniform_int(-2, 3);
    ASSERT_GE(value, -2);
    ASSERT_LE(value, 3);
    ++counts[static_cast<std::size_t>(value + 2)];
  }
  const double bound = 4 * std::sqrt(kDraws * (1.0 / 6) * (5.0 / 6));
  for (int count : counts) EXPECT_NEAR(count, kDraws / 6, bound);
}

TEST(SampleRng, UniformIntTakesTheWidestIntervals) {
  SampleRng rng({11, 0, 0});
  constexpr auto kLow = std::numeric_limits<std::int64_t>::min();
  constexpr auto kHigh = std::numeric_limits<std::int64_t>::max();
  int negative = 0;
  for (int i = 0; i < 1000; ++i) negative += rng.uniform_int(kLow, kHigh) < 0;
  EXPECT_NEAR(negative, 500, 4 * std::sqrt(250.0));
  for (int i = 0; i < 1000; ++i) {
    const auto value = rng.uniform_int(-5000000000, 5000000000);
    ASSERT_LE(std::abs(value), 5000000000);
  }
  EXPECT_EQ(rng.uniform_int(kHigh, kHigh), kHigh);
}

TEST(SampleRng, BernoulliIsNeverAtZeroAndAlwaysAtOne) {
  SampleRng rng({5, 0, 0});
  int hits = 0;
  for (int i = 0; i < 10000; ++i) {
    EXPECT_FALSE(rng.bernoulli(0));
    EXPECT_TRUE(rng.bernoulli(1));
    hits += rng.bernoulli(0.3);
  }
  EXPECT_NEAR(hits, 3000, 4 * std::sqrt(10000 * 0.3 * 0.7));
}

TEST(SampleRng, NormalHasItsMeanVarianceAndShape) {
  constexpr int kDraws = 200000;
  SampleRng rng({3, 0, 0});
  double sum = 0;
  double squares = 0;
  int within_one = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double z = (rng.normal(285, 10) - 285) / 10;
    sum += z;
    squares += z * z;
    within_one += std::abs(z) < 1;
  }
  EXPECT_NEAR(sum / kDraws, 0, 4 / std::sqrt(kDraws));
  EXPECT_NEAR(squares / kDraws, 1, 4 * std::sqrt(2.0 / kDraws));
  EXPECT_NEAR(within_one, 0.682689 * kDraws, 4 * std::sqrt(kDraws * 0.6827 * 0.3173));
}

TEST(SampleRng, TruncatedNormalKeepsTheLawInside) {
  constexpr int kDraws = 100000;
  SampleRng rng({3, 1, 0});
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = rng.truncated_normal(0, 1, -0.5, 2);
    ASSERT_GE(value, -0.5);
    ASSERT_LE(value, 2);
    sum += value;
  }
  // E = (phi(a) - phi(b)) / (Phi(b) - Phi(a)); its standard deviation is below 1.
  const auto density = [](double z) { return std::exp(-z * z / 2) / std::sqrt(2 * M_PI); };
  const double expected = (density(-0.5) - density(2)) / (normal_cdf(2) - normal_cdf(-0.5));
  EXPECT_NEAR(sum / kDraws, expected, 4 / std::sqrt(kDraws));
}

TEST(SampleRng, TruncatedNormalFarInATailStaysInside) {
  SampleRng rng({3, 2, 0});
  for (int i = 0; i < 1000; ++i) {
    const double above = rng.truncated_normal(0, 1, 8, 9);
    EXPECT_GE(above, 8);
    EXPECT_LE(above, 9);
    const double below = rng.truncated_normal(0, 1, -60, -50);
    EXPECT_GE(below, -60);
    EXPECT_LE(below, -50);
  }
  EXPECT_EQ(rng.truncated_normal(3, 0, 4, 5), 4);
  EXPECT_EQ(rng.truncated_normal(3, 0, 1, 5), 3);
}

TEST(NormalQuantile, InvertsTheDistributionFunction) {
  for (double z = -7; z <= 7; z += 0.125) {
    const double p = normal_cdf(z);
    // Close to 1 the probability itself has few digits left.
    EXPECT_NEAR(normal_quantile(p), z, z < 3 ? 1e-12 * (1 + std::abs(z)) : 1e-3) << p;
  }
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(normal_quantile(1e-300), -37.0471, 1e-4);
}

}  // namespace
}  // namespace glyphmill
