// SPDX-License-Identifier: Apache-2.0
// The noise has the law it promises. Seeds are fixed, so a verdict never changes from run to run;
// bounds are four standard deviations of the statistic.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "glyphmill/ops/gaussian_noise.h"
#include "glyphmill/ops/salt_pepper.h"

namespace glyphmill {
namespace {

constexpr int kRows = 400;
constexpr int kColumns = 1000;

cv::Mat noisy_gray(int level, double sigma, const StreamKey& key, int type = CV_8UC3) {
  return gaussian_noise(cv::Mat(kRows, kColumns, type, cv::Scalar::all(level)), {sigma}, key);
}

double probability_between(double low, double high) {  // keeps its digits in the upper tail
  return low > 0 ? normal_cdf(-low) - normal_cdf(-high) : normal_cdf(high) - normal_cdf(low);
}

/// P(result = v) for round(sigma z) added to `level` and clipped.
std::vector<double> law_of(int level, double sigma_gray) {
  std::vector<double> law(256);
  for (int v = 0; v < 256; ++v) {
    const double low = v == 0 ? -1e9 : (v - level - 0.5) / sigma_gray;
    const double high = v == 255 ? 1e9 : (v - level + 0.5) / sigma_gray;
    law[static_cast<std::size_t>(v)] = probability_between(low, high);
  }
  return law;
}

/// Chi-square of `counts` against `law`; neighbouring classes are merged until ten are expected.
/// Within four standard deviations of what it should be: (chi2 - dof) / sqrt(2 dof).
void expect_follows(const std::vector<double>& counts, const std::vector<double>& law,
                    const std::string& what) {
  double total = 0;
  for (double count : counts) total += count;
  double chi_square = 0;
  double expected = 0;
  double found = 0;
  double left = total;
  int classes = 0;
  for (std::size_t i = 0; i < law.size(); ++i) {
    expected += law[i] * total;
    found += counts[i];
    left -= law[i] * total;
    if ((expected < 10 || left < 10) && i + 1 < law.size()) continue;
    if (expected > 0) {
      chi_square += (found - expected) * (found - expected) / expected;
      ++classes;
    }
    expected = found = 0;
  }
  const double dof = classes - 1;
  ASSERT_GT(dof, 0) << what;
  EXPECT_NEAR(chi_square, dof, 4 * std::sqrt(2 * dof)) << what;
}

std::vector<double> histogram_of(const cv::Mat& image) {
  std::vector<double> counts(256);
  for (auto v = image.datastart; v != image.dataend; ++v) ++counts[*v];
  return counts;
}

TEST(GaussianNoiseLaw, GrayLevelsFollowTheRoundedAndClippedNormalLaw) {
  std::uint64_t sample = 0;
  for (const int level : {0, 3, 128, 251, 255}) {
    for (const double sigma : {0.002, 0.01, 0.05, 0.155, 0.5, 1.0}) {
      const cv::Mat noisy = noisy_gray(level, sigma, {11, sample++, 1});
      expect_follows(histogram_of(noisy), law_of(level, 255 * sigma),
                     std::to_string(level) + " " + std::to_string(sigma));
    }
  }
}

TEST(GaussianNoiseLaw, MomentsAreThoseOfTheNormalLaw) {
  const double sigma = 255 * 0.1;
  const cv::Mat noisy = noisy_gray(128, 0.1, {12, 0, 1});
  double sums[5] = {};
  for (auto v = noisy.datastart; v != noisy.dataend; ++v) {
    const double noise = *v - 128.0;
    for (int power = 1; power <= 4; ++power) sums[power] += std::pow(noise / sigma, power);
  }
  const auto n = static_cast<double>(noisy.total() * 3);
  // Rounding adds a uniform error of variance 1/12 gray level (Sheppard).
  const double rounding = 1 / (12 * sigma * sigma);
  EXPECT_NEAR(sums[1] / n, 0, 4 / std::sqrt(n));
  EXPECT_NEAR(sums[2] / n, 1 + rounding, 4 * std::sqrt(2 / n));
  EXPECT_NEAR(sums[3] / n, 0, 4 * std::sqrt(15 / n));
  EXPECT_NEAR(sums[4] / n, 3 + 6 * rounding, 4 * std::sqrt(96 / n));
}

TEST(GaussianNoiseLaw, TailsAreAsHeavyAsTheyShouldBe) {
  const double sigma = 255 * 0.1;
  const cv::Mat noisy = noisy_gray(128, 0.1, {13, 0, 1});
  const auto n = static_cast<double>(noisy.total() * 3);
  for (const int multiple : {1, 2, 3, 4}) {
    const double beyond = std::ceil(multiple * sigma) - 0.5;
    double above = 0;
    double below = 0;
    for (auto v = noisy.datastart; v != noisy.dataend; ++v) {
      above += *v - 128.0 > beyond;
      below += 128.0 - *v > beyond;
    }
    const double p = normal_cdf(-beyond / sigma);
    EXPECT_NEAR(above, n * p, 4 * std::sqrt(n * p)) << multiple;
    EXPECT_NEAR(below, n * p, 4 * std::sqrt(n * p)) << multiple;
  }
}

/// Sum of the products of two images' noise over n pairs, in units of sqrt(n) sigma^2: standard
/// normal where they are independent.
double correlation(const cv::Mat& a, const cv::Mat& b, double sigma_gray) {
  cv::Mat left;
  cv::Mat right;
  a.convertTo(left, CV_64F, 1 / sigma_gray, -128 / sigma_gray);
  b.convertTo(right, CV_64F, 1 / sigma_gray, -128 / sigma_gray);
  return left.dot(right) / std::sqrt(static_cast<double>(left.total() * 3));
}

TEST(GaussianNoiseLaw, NeighboursAreIndependent) {
  const cv::Mat noisy = noisy_gray(128, 0.1, {14, 0, 1});
  const auto expect_independent = [&](int dx, int dy) {
    const cv::Rect first(0, 0, kColumns - dx, kRows - dy);
    const double r = correlation(noisy(first), noisy(first + cv::Point(dx, dy)), 25.5);
    EXPECT_NEAR(r, 0, 4) << dx << ", " << dy;
  };
  for (const int dx : {1, 2, 3, 8, 64, 256}) expect_independent(dx, 0);
  for (const int dy : {1, 2, 8, 64}) expect_independent(0, dy);
  expect_independent(1, 1);
}

TEST(GaussianNoiseLaw, ValuesAtEveryDistanceInTheStreamAreIndependent) {
  const cv::Mat noisy = noisy_gray(128, 0.1, {14, 1, 1}).reshape(1, 1);
  for (const int lag : {1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 63, 64, 128, 255, 256, 257, 512}) {
    const cv::Mat first = noisy.colRange(0, noisy.cols - lag);
    const cv::Mat second = noisy.colRange(lag, noisy.cols);
    cv::Mat left;
    cv::Mat right;
    first.convertTo(left, CV_64F, 1 / 25.5, -128 / 25.5);
    second.convertTo(right, CV_64F, 1 / 25.5, -128 / 25.5);
    const auto n = static_cast<double>(left.total());
    EXPECT_NEAR(left.dot(right) / std::sqrt(n), 0, 4) << lag;
    // Nor does one value tell how large another is: the squares have variance 2 and mean 1.
    const double squares = left.mul(left).dot(right.mul(right)) / n;
    EXPECT_NEAR(squares, 1, 4 * std::sqrt(8 / n)) << lag;
  }
}

TEST(GaussianNoiseLaw, ChannelsAreIndependent) {
  const cv::Mat noisy = noisy_gray(128, 0.1, {15, 0, 1});
  cv::Mat channels[3];
  for (int c = 0; c < 3; ++c) cv::extractChannel(noisy, channels[c], c);
  for (int c = 0; c < 3; ++c) {
    const cv::Mat& next = channels[(c + 1) % 3];
    // correlation() counts three values a pixel; a channel has one.
    EXPECT_NEAR(correlation(channels[c], next, 25.5) * std::sqrt(3), 0, 4) << c;
  }
}

TEST(GaussianNoiseLaw, SamplesStagesAndSeedsAreIndependent) {
  const cv::Mat noisy = noisy_gray(128, 0.1, {16, 4, 1});
  for (const StreamKey& other : {StreamKey{16, 5, 1}, StreamKey{16, 4, 2}, StreamKey{17, 4, 1},
                                 StreamKey{16, (std::uint64_t{1} << 32) + 4, 1}}) {
    EXPECT_NEAR(correlation(noisy, noisy_gray(128, 0.1, other), 25.5), 0, 4);
  }
}

TEST(GaussianNoiseLaw, LeavesNoPatternInTheMeanOfManySamples) {
  constexpr int kSamples = 400;
  cv::Mat sum(50, 285, CV_64FC3, cv::Scalar::all(0));
  const cv::Mat flat(50, 285, CV_8UC3, cv::Scalar::all(128));
  for (std::uint64_t sample = 0; sample < kSamples; ++sample) {
    cv::Mat noise;
    gaussian_noise(flat, {0.1}, {18, sample, 1}).convertTo(noise, CV_64F, 1, -128);
    sum += noise;
  }
  const double variance = kSamples * (25.5 * 25.5 + 1.0 / 12);
  const auto dof = static_cast<double>(sum.total() * 3);
  EXPECT_NEAR(sum.dot(sum) / variance, dof, 4 * std::sqrt(2 * dof));
}

TEST(GaussianNoiseLaw, ClippingLosesHalfOfTheNoiseOnBlackAndWhite) {
  for (const int level : {0, 255}) {
    const cv::Mat noisy = noisy_gray(level, 0.155, {19, static_cast<std::uint64_t>(level), 1});
    const auto n = static_cast<double>(noisy.total() * 3);
    double untouched = 0;
    for (auto v = noisy.datastart; v != noisy.dataend; ++v) untouched += *v == level;
    const double p = normal_cdf(0.5 / (0.155 * 255));
    EXPECT_NEAR(untouched, n * p, 4 * std::sqrt(n * p * (1 - p))) << level;
  }
}

cv::Mat hits_of(const SaltPepperParams& params, const StreamKey& key) {
  return salt_pepper(cv::Mat(kRows, kColumns, CV_8UC1, cv::Scalar(128)), params, key);
}

TEST(SaltPepperLaw, HitsTheAskedShareWithTheAskedMixture) {
  std::uint64_t sample = 0;
  for (const double amount : {0.0001, 0.01, 0.1, 0.5, 0.97}) {
    for (const double salt_share : {0.0, 0.2, 0.5, 1.0}) {
      const cv::Mat image = hits_of({amount, salt_share}, {21, sample++, 1});
      const double n = kRows * kColumns;
      const double salt = cv::countNonZero(image == 255);
      const double pepper = cv::countNonZero(image == 0);
      const double hits = salt + pepper;
      EXPECT_EQ(hits, cv::countNonZero(image != 128));
      EXPECT_NEAR(hits, n * amount, 4 * std::sqrt(n * amount * (1 - amount))) << amount;
      EXPECT_NEAR(salt, hits * salt_share, 4 * std::sqrt(hits * salt_share * (1 - salt_share)))
          << amount << " " << salt_share;
    }
  }
}

TEST(SaltPepperLaw, GapsAreGeometric) {
  for (const double amount : {0.01, 0.3}) {
    const cv::Mat image = hits_of({amount, 0.5}, {22, 0, 1});
    std::vector<double> counts(1000);
    std::vector<double> law(counts.size());
    std::size_t gap = 0;
    for (auto v = image.datastart; v != image.dataend; ++v) {
      if (*v == 128) {
        ++gap;
        continue;
      }
      ++counts[std::min(gap, counts.size() - 1)];
      gap = 0;
    }
    for (std::size_t i = 0; i < law.size(); ++i) {
      const double reached = std::pow(1 - amount, static_cast<double>(i));
      law[i] = i + 1 < law.size() ? reached * amount : reached;
    }
    expect_follows(counts, law, std::to_string(amount));
  }
}

TEST(SaltPepperLaw, ColourDoesNotDependOnTheGapBefore) {
  const cv::Mat image = hits_of({0.01, 0.5}, {22, 1, 1});
  double hits[2] = {};  // after a short gap, after a long one
  double salt[2] = {};
  int gap = 0;
  for (auto v = image.datastart; v != image.dataend; ++v, ++gap) {
    if (*v == 128) continue;
    const int is_long = gap > 69;  // the median: 0.99^69 = 1/2
    ++hits[is_long];
    salt[is_long] += *v == 255;
    gap = -1;
  }
  for (int i = 0; i < 2; ++i) EXPECT_NEAR(salt[i], hits[i] / 2, 4 * std::sqrt(hits[i] / 4)) << i;
}

TEST(SaltPepperLaw, HitsFormNoPatternAlongRowsOrColumns) {
  const double amount = 0.1;
  const cv::Mat hits = hits_of({amount, 0.5}, {23, 0, 1}) != 128;
  for (const bool along_rows : {true, false}) {
    const cv::Rect first(0, 0, kColumns - along_rows, kRows - !along_rows);
    const cv::Mat both = hits(first) & hits(first + cv::Point(along_rows, !along_rows));
    const double n = first.area();
    const double p = amount * amount;
    // Overlapping pairs share a pixel: Var <= n (p (1 - p) + 2 (amount^3 - p^2)).
    const double variance = n * (p * (1 - p) + 2 * (amount * p - p * p));
    EXPECT_NEAR(cv::countNonZero(both), n * p, 4 * std::sqrt(variance)) << along_rows;
  }
}

TEST(SaltPepperLaw, EveryPlaceIsHitAlike) {
  constexpr int kSamples = 2000;
  const double amount = 0.1;
  cv::Mat sum(20, 30, CV_64F, cv::Scalar(0));
  const cv::Mat flat(20, 30, CV_8UC1, cv::Scalar(128));
  for (std::uint64_t sample = 0; sample < kSamples; ++sample) {
    cv::Mat hits;
    cv::Mat(salt_pepper(flat, {amount, 0.5}, {24, sample, 1}) != 128)
        .convertTo(hits, CV_64F, 1 / 255.0);
    sum += hits;
  }
  sum -= kSamples * amount;
  const auto dof = static_cast<double>(sum.total());
  EXPECT_NEAR(sum.dot(sum) / (kSamples * amount * (1 - amount)), dof, 4 * std::sqrt(2 * dof));
}

}  // namespace
}  // namespace glyphmill
