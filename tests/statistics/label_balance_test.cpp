// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "glyphmill/labels.h"

namespace glyphmill {
namespace {

constexpr std::size_t kSize = 10;
constexpr std::size_t kLength = 10;
constexpr double kSigmas = 4;

std::unique_ptr<LabelSource> digits(Balance balance, std::uint64_t seed) {
  return make_labels(CodeOptions{{kLength, kLength}, "0123456789", balance}, seed);
}

/// Counts of the ordered pairs (digit at position p, digit at position p + distance).
class PairCounts {
 public:
  PairCounts(std::size_t position, std::size_t distance)
      : position_(position), distance_(distance), counts_(kSize * kSize) {}

  void add(const std::string& code) {
    const auto digit = [&](std::size_t p) { return static_cast<std::size_t>(code[p] - '0'); };
    ++counts_[digit(position_) * kSize + digit(position_ + distance_)];
    ++total_;
  }

  /// Sum of (count - expected)^2 / expected against equal shares.
  double chi_square() const {
    const double expected = total_ / static_cast<double>(counts_.size());
    double sum = 0;
    for (const double count : counts_) sum += (count - expected) * (count - expected) / expected;
    return sum;
  }

 private:
  std::size_t position_;
  std::size_t distance_;
  std::vector<double> counts_;
  double total_ = 0;
};

/// A chi-square variable of `freedom` degrees times `scale` has mean scale * freedom and variance
/// 2 * freedom * scale^2.
void expect_chi_square(double value, double freedom, double scale, const std::string& what) {
  EXPECT_NEAR(value, scale * freedom, kSigmas * scale * std::sqrt(2 * freedom)) << what;
}

std::string place(std::size_t position, std::size_t distance) {
  return "position " + std::to_string(position) + " distance " + std::to_string(distance);
}

double pair_chi_square(Balance balance, std::size_t position, std::size_t distance) {
  PairCounts counts(position, distance);
  LabelText out;
  for (const std::uint64_t seed : {11u, 12u, 13u, 14u}) {
    const auto source = digits(balance, seed);
    for (std::uint64_t k = 0; k < 10000; ++k) {
      source->at(k, out);
      counts.add(out.text);
    }
  }
  return counts.chi_square();
}

TEST(LabelBalance, IidPositionsAreUniformAndIndependent) {
  for (const std::size_t distance : {1u, 2u, 9u}) {
    for (std::size_t p = 0; p + distance < kLength; ++p) {
      const double freedom = kSize * kSize - 1;
      expect_chi_square(pair_chi_square(Balance::kIid, p, distance), freedom, 1,
                        place(p, distance));
    }
  }
}

// Digits at one position are even in every block, which leaves (A-1)^2 degrees of freedom; within a
// block each digit meets the ten others by a permutation, whose variance is A/(A-1) times a draw's.
TEST(LabelBalance, PositionLawLeavesPositionsIndependent) {
  for (const std::size_t distance : {1u, 2u, 9u}) {
    for (std::size_t p = 0; p + distance < kLength; ++p) {
      expect_chi_square(pair_chi_square(Balance::kPosition, p, distance), 81, 10.0 / 9,
                        place(p, distance));
    }
  }
}

TEST(LabelBalance, PairsAreExactAtNeighbours) {
  for (std::size_t p = 0; p + 1 < kLength; ++p) {
    EXPECT_EQ(pair_chi_square(Balance::kPairs, p, 1), 0) << p;
  }
}

// At distance 2 a block holds one permutation matrix for each digit in between: (A-1)^2 degrees of
// freedom, the variance A/(A-1) times that of draws. From distance 3 on the matrices mix, and the
// factor is 1.
TEST(LabelBalance, PairsLawLeavesDistantPositionsIndependent) {
  for (const std::size_t distance : {2u, 3u, 5u, 9u}) {
    const double scale = distance == 2 ? 10.0 / 9 : 1;
    for (std::size_t p = 0; p + distance < kLength; ++p) {
      expect_chi_square(pair_chi_square(Balance::kPairs, p, distance), 81, scale,
                        place(p, distance));
    }
  }
}

TEST(LabelBalance, UniqueCodesLookIndependent) {
  for (const std::size_t distance : {1u, 2u, 9u}) {
    for (std::size_t p = 0; p + distance < kLength; ++p) {
      const double freedom = kSize * kSize - 1;
      expect_chi_square(pair_chi_square(Balance::kUnique, p, distance), freedom, 1,
                        place(p, distance));
    }
  }
}

/// How often consecutive codes have the same digit at the same position: 1 in ten for draws, and
/// what a permutation leaves of that where a block may not repeat.
double repeat_rate(Balance balance, std::uint64_t codes) {
  const auto source = digits(balance, 21);
  LabelText last;
  LabelText next;
  double repeats = 0;
  source->at(0, last);
  for (std::uint64_t k = 1; k < codes; ++k) {
    source->at(k, next);
    for (std::size_t p = 0; p < kLength; ++p) repeats += last.text[p] == next.text[p];
    last = next;
  }
  return repeats / static_cast<double>((codes - 1) * kLength);
}

TEST(LabelBalance, ConsecutiveCodesAreNotAlike) {
  constexpr std::uint64_t kCodes = 20000;
  struct Case {
    Balance balance;
    double rate;
  };
  // A digit of a pairs block has 9 likes among the 99 other codes; in a position block it has none,
  // but one consecutive pair in ten spans two blocks.
  constexpr double kPairRate = 0.99 * 9 / 99 + 0.01 * 0.1;
  for (const Case& c : {Case{Balance::kIid, 0.1}, Case{Balance::kPosition, 0.01},
                        Case{Balance::kPairs, kPairRate}, Case{Balance::kUnique, 0.1}}) {
    const double n = kCodes * kLength;
    EXPECT_NEAR(repeat_rate(c.balance, kCodes), c.rate,
                kSigmas * std::sqrt(c.rate * (1 - c.rate) / n))
        << static_cast<int>(c.balance);
  }
}

// Every run of A samples holds each of A lengths once: of the counts of (place in the run, length)
// (A-1)^2 are free, and a permutation's have A/(A-1) times the variance of draws.
TEST(LabelBalance, LengthsComeInAnOrderThatLooksRandom) {
  constexpr std::uint64_t kRuns = 20000;
  const auto source = make_labels(CodeOptions{{1, kSize}, "0123456789", Balance::kIid}, 31);
  PairCounts places(0, 1);
  PairCounts neighbours(0, 1);  // the last length of a run and the first of the next
  LabelText out;
  char last = 0;
  const auto digit = [](std::uint64_t value) { return static_cast<char>('0' + value); };
  for (std::uint64_t k = 0; k < kRuns * kSize; ++k) {
    source->at(k, out);
    const char length = digit(out.text.size() - 1);
    places.add({digit(k % kSize), length});
    if (k > 0 && k % kSize == 0) neighbours.add({last, length});
    last = length;
  }
  expect_chi_square(places.chi_square(), 81, 10.0 / 9, "places");
  expect_chi_square(neighbours.chi_square(), 99, 1, "neighbours");
}

/// Of the codes of four seeds, pairs of a digit of one length and a digit of the next length's
/// code in the same run.
double chi_square_between_lengths(Balance balance, std::size_t position) {
  PairCounts counts(0, 1);
  LabelText out;
  for (const std::uint64_t seed : {41u, 42u, 43u, 44u}) {
    const auto source = make_labels(CodeOptions{{4, 5}, "0123456789", balance}, seed);
    for (std::uint64_t run = 0; run < 10000; ++run) {
      std::string digits(2, ' ');
      for (const std::uint64_t k : {2 * run, 2 * run + 1}) {
        source->at(k, out);
        digits[out.text.size() - 4] = out.text[position];
      }
      counts.add(digits);
    }
  }
  return counts.chi_square();
}

// Both margins of a block of n codes are even, which leaves (A-1)^2 degrees of freedom and n/(n-1)
// times the variance of draws.
TEST(LabelBalance, LengthsAreIndependentOfOneAnother) {
  for (std::size_t p = 0; p < 4; ++p) {
    const std::string what = "position " + std::to_string(p);
    expect_chi_square(chi_square_between_lengths(Balance::kIid, p), 99, 1, what);
    expect_chi_square(chi_square_between_lengths(Balance::kPosition, p), 81, 10.0 / 9, what);
    expect_chi_square(chi_square_between_lengths(Balance::kPairs, p), 81, 100.0 / 99, what);
  }
}

TEST(LabelBalance, DatesComeInAnOrderThatLooksRandom) {
  DateOptions year;  // 365 days of 2018
  constexpr std::uint64_t kRuns = 200;
  const auto source = make_labels(year, 5);
  // How many days of the year's first half the first half of a run has is hypergeometric.
  LabelText out;
  double first_halves = 0;
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    for (std::uint64_t i = 0; i < 182; ++i) {
      source->at(run * 365 + i, out);
      first_halves += out.label < "20180702";  // 182 days
    }
  }
  const double share = 182.0 / 365;
  const double variance = 182 * share * (1 - share) * (365.0 - 182) / 364;
  EXPECT_NEAR(first_halves, kRuns * 182 * share, kSigmas * std::sqrt(kRuns * variance));
}

}  // namespace
}  // namespace glyphmill
