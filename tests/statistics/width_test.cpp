// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "glyphmill/generator.h"
#include "support/recipes.h"

namespace glyphmill {
namespace {

struct Moments {
  double mean = 0;
  double stddev = 0;
  int narrowest = 1 << 30;
  int widest = 0;
};

Moments widths_of(const Recipe& recipe) {
  const Generator generator(recipe);
  Sample sample;
  Generator::Scratch scratch;
  Moments moments;
  double sum = 0;
  double squares = 0;
  for (std::uint64_t k = 0; k < generator.count(); ++k) {
    generator.sample(k, sample, scratch);
    sum += sample.image.cols;
    squares += static_cast<double>(sample.image.cols) * sample.image.cols;
    moments.narrowest = std::min(moments.narrowest, sample.image.cols);
    moments.widest = std::max(moments.widest, sample.image.cols);
  }
  const auto n = static_cast<double>(generator.count());
  moments.mean = sum / n;
  moments.stddev = std::sqrt(squares / n - moments.mean * moments.mean);
  return moments;
}

TEST(Widths, FollowTheNormalLawOfTheSource) {
  constexpr std::uint64_t kSamples = 20000;
  const Moments moments = widths_of(test::plain(test::codes(kSamples)));
  // Rounding to whole pixels adds 1/12 to the variance.
  const double sigma = std::sqrt(100 + 1.0 / 12);
  EXPECT_NEAR(moments.mean, 285, 4 * sigma / std::sqrt(kSamples));
  EXPECT_NEAR(moments.stddev, sigma, 4 * sigma / std::sqrt(2.0 * kSamples));
}

TEST(Widths, ObeyTheAskedMeanAndDeviation) {
  constexpr std::uint64_t kSamples = 5000;
  Recipe recipe = test::plain(test::codes(kSamples));
  std::get<TileLook>(recipe.look).compose.width_mean = 250;
  std::get<TileLook>(recipe.look).compose.width_stddev = 25;
  const Moments moments = widths_of(recipe);
  EXPECT_NEAR(moments.mean, 250, 4 * 25 / std::sqrt(kSamples));
  EXPECT_NEAR(moments.stddev, 25, 4 * 25 / std::sqrt(2.0 * kSamples));
}

TEST(Widths, AreTruncatedWhereGlyphsWouldBeUnreadable) {
  Recipe recipe = test::plain(test::codes(3000));
  std::get<TileLook>(recipe.look).compose.width_mean = 150;
  std::get<TileLook>(recipe.look).compose.width_stddev = 60;
  const Moments moments = widths_of(recipe);
  EXPECT_GE(moments.narrowest, narrowest_width(std::get<TileLook>(recipe.look).compose, 10));
  EXPECT_LE(moments.narrowest, narrowest_width(std::get<TileLook>(recipe.look).compose, 10) + 3);
  EXPECT_LE(moments.widest, 2 * 150);
  EXPECT_GE(moments.widest, 2 * 150 - 12);
}

TEST(Widths, GrowWithTheTextWhenNoMeanIsAsked) {
  Recipe recipe = test::plain(test::codes(500));
  std::get<CodeOptions>(recipe.labels).length = {4, 4};
  const Moments short_codes = widths_of(recipe);
  EXPECT_NEAR(short_codes.mean, 4 * 28.5, 4 * 10 / std::sqrt(500.0));
  // Ten pixels either way would make slivers of short codes.
  EXPECT_LE(short_codes.stddev, 0.05 * 4 * 28.5);
  std::get<TileLook>(recipe.look).compose.height = 32;
  EXPECT_NEAR(widths_of(recipe).mean, 4 * 28.5 * 32 / 50, 4 * 6.5 / std::sqrt(500.0));
}

}  // namespace
}  // namespace glyphmill
