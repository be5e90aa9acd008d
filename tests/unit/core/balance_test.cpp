// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/balance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

namespace glyphmill {
namespace {

TEST(Permuted, IsAPermutationAtEverySize) {
  for (std::uint64_t size : {1u, 2u, 3u, 10u, 63u, 64u, 65u, 100u, 366u, 1000u, 4097u}) {
    std::set<std::uint64_t> images;
    for (std::uint64_t i = 0; i < size; ++i) {
      const std::uint64_t image = permuted(i, size, {9, 4, 2});
      EXPECT_LT(image, size);
      images.insert(image);
    }
    EXPECT_EQ(images.size(), size);
  }
}

TEST(Permuted, ReachesTheLargestSizes) {
  constexpr std::uint64_t kHuge = 10000000000000000000u;
  std::set<std::uint64_t> images;
  for (std::uint64_t i = 0; i < 1000; ++i) images.insert(permuted(i, kHuge, {1, 0, 0}));
  EXPECT_EQ(images.size(), 1000u);
  EXPECT_LT(*images.rbegin(), kHuge);
}

TEST(Permuted, EveryPlaceIsEquallyLikelyOverKeys) {
  for (std::uint64_t size : {10u, 80u}) {
    constexpr std::uint64_t kKeys = 20000;
    std::vector<int> counts(size);
    for (std::uint64_t key = 0; key < kKeys; ++key) ++counts[permuted(3, size, {key, 0, 0})];
    const double p = 1.0 / static_cast<double>(size);
    const double bound = 4.5 * std::sqrt(kKeys * p * (1 - p));
    for (int count : counts) EXPECT_NEAR(count, kKeys * p, bound);
  }
}

TEST(Permuted, SampleWordOfTheKeyMatters) {
  for (std::uint64_t size : {10u, 1000u}) {
    int equal = 0;
    for (std::uint64_t i = 0; i < size; ++i) {
      equal += permuted(i, size, {1, 5, 0}) == permuted(i, size, {1, 6, 0});
    }
    EXPECT_LT(equal, 8);
  }
}

TEST(BalancedClass, EachClassOncePerRun) {
  for (std::uint64_t run = 0; run < 5; ++run) {
    std::set<std::uint64_t> seen;
    for (std::uint64_t k = 0; k < 7; ++k) seen.insert(balanced_class(7, {1, run * 7 + k, 3}));
    EXPECT_EQ(seen.size(), 7u);
  }
}

TEST(BalancedChoice, EveryPrefixHasItsShare) {
  for (double fraction : {0.0, 0.001, 0.1, 0.25, 1.0 / 3, 0.4, 0.5, 0.6, 0.7, 0.9, 0.999, 1.0}) {
    int count = 0;
    for (std::uint64_t k = 0; k < 3000; ++k) {
      count += balanced_choice(fraction, {17, k, 1});
      const double expected = fraction * static_cast<double>(k + 1);
      EXPECT_LE(std::abs(count - expected), 1 + 1e-5) << fraction << " at " << k;
    }
    const bool is_decimal = fraction != 1.0 / 3;  // honoured as 0.333333333
    if (is_decimal) {
      EXPECT_EQ(count, std::lround(fraction * 3000)) << fraction;
    }
  }
}

TEST(BalancedChoice, OneTenthIsExactAtEveryMultipleOfTen) {
  int count = 0;
  for (std::uint64_t k = 0; k < 100000; ++k) {
    count += balanced_choice(0.1, {5, k, 1});
    if ((k + 1) % 10 == 0) {
      ASSERT_EQ(count, static_cast<int>((k + 1) / 10));
    }
  }
}

TEST(BalancedChoice, WhichOneOfAPairIsRandom) {
  int first = 0;
  constexpr int kPairs = 10000;
  for (std::uint64_t pair = 0; pair < kPairs; ++pair) {
    first += balanced_choice(0.5, {5, 2 * pair, 1});
  }
  EXPECT_NEAR(first, kPairs / 2, 4 * std::sqrt(kPairs * 0.25));
}

TEST(BalancedChoice, StagesChooseIndependently) {
  int both = 0;
  constexpr int kSamples = 20000;
  for (std::uint64_t k = 0; k < kSamples; ++k) {
    both += balanced_choice(0.5, {5, k, stage_id("affine")}) &&
            balanced_choice(0.5, {5, k, stage_id("invert")});
  }
  EXPECT_NEAR(both, kSamples / 4, 4 * std::sqrt(kSamples * 0.25));
}

TEST(BalancedChoice, HoldsFarOut) {
  constexpr std::uint64_t kFar = 1000000000000;
  int count = 0;
  for (std::uint64_t k = 0; k < 1000; ++k) count += balanced_choice(0.3, {5, kFar + k, 1});
  EXPECT_EQ(count, 300);
}

}  // namespace
}  // namespace glyphmill
