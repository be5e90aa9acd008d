// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <set>

#include "glyphmill/digits.h"
#include "glyphmill/error.h"
#include "support/drawn_digits.h"
#include "support/messages.h"

namespace glyphmill {
namespace {

using test::bars;
using test::message_of;

DigitSet::Options in_parts(std::vector<Range> parts) {
  DigitSet::Options options;
  options.name = "bars";
  options.parts = std::move(parts);
  options.seed = 5;
  return options;
}

/// Every picture that many draws of a character give, and how often.
std::map<std::uint32_t, int> drawn(const DigitSet& set, char character, std::size_t part,
                                   int draws) {
  std::map<std::uint32_t, int> counts;
  SampleRng rng({1, 2, 3});
  for (int i = 0; i < draws; ++i) ++counts[set.pick(character, part, std::nullopt, rng)];
  return counts;
}

TEST(DigitSet, KnowsWhereTheInkIs) {
  const DigitSet set({bars("01", 1, 28, 20)}, in_parts({{0, 1}}));
  EXPECT_EQ(set.rows(), 28);
  EXPECT_EQ(set.cols(), 20);
  EXPECT_EQ(set.picture(0).ink, cv::Rect(9, 4, 2, 20));
  EXPECT_EQ(set.picture(1).ink, cv::Rect(8, 4, 3, 20));
}

TEST(DigitSet, CountsByCharacter) {
  const DigitSet set({bars("07", 3), bars("-", 2)}, in_parts({{0, 1}}));
  EXPECT_EQ(set.count('0', 0), 3u);
  EXPECT_EQ(set.count('7', 0), 3u);
  EXPECT_EQ(set.count('-', 0), 2u);
  EXPECT_EQ(set.count('1', 0), 0u);
  EXPECT_EQ(set.style_count(0), 1u);
}

TEST(DigitSet, DrawsEveryPictureOfACharacterEvenly) {
  const DigitSet set({bars("37", 10)}, in_parts({{0, 1}}));
  constexpr int kDraws = 10000;
  const auto counts = drawn(set, '7', 0, kDraws);
  ASSERT_EQ(counts.size(), 10u);
  for (const auto& [picture, count] : counts) {
    EXPECT_EQ(picture % 2, 1u);  // the bars alternate 3, 7, 3, 7, ...
    EXPECT_NEAR(count, kDraws / 10, 4 * std::sqrt(kDraws * 0.1 * 0.9));
  }
}

TEST(DigitSet, PartsShareNoPictureAndLeaveNoneOut) {
  const DigitSet set({bars("0123", 40)}, in_parts({{0, 0.8}, {0.8, 0.9}, {0.9, 1}}));
  for (const char character : {'0', '1', '2', '3'}) {
    std::set<std::uint32_t> seen;
    std::size_t total = 0;
    const std::size_t sizes[] = {32, 4, 4};
    for (std::size_t part = 0; part < 3; ++part) {
      EXPECT_EQ(set.count(character, part), sizes[part]);
      for (const auto& [picture, count] : drawn(set, character, part, 2000)) {
        seen.insert(picture);
        ++total;
      }
    }
    EXPECT_EQ(seen.size(), 40u);
    EXPECT_EQ(total, 40u);
  }
}

TEST(DigitSet, APartOfOneSplitIsTheSameAlone) {
  const DigitSet all({bars("5", 50)}, in_parts({{0, 0.6}, {0.6, 1}}));
  const DigitSet alone({bars("5", 50)}, in_parts({{0.6, 1}}));
  EXPECT_EQ(drawn(all, '5', 1, 500), drawn(alone, '5', 0, 500));
}

TEST(DigitSet, CopiesOfOnePictureAreInOnePart) {
  const InkImages once = bars("6", 30);
  const DigitSet set({once, once, once}, in_parts({{0, 0.5}, {0.5, 1}}));
  EXPECT_EQ(set.count('6', 0) + set.count('6', 1), 90u);
  std::set<int> levels[2];  // every picture of `once` has a level of its own
  for (std::size_t part = 0; part < 2; ++part) {
    for (const auto& [picture, count] : drawn(set, '6', part, 2000)) {
      const cv::Rect ink = set.picture(picture).ink;
      levels[part].insert(set.picture(picture).pixels[ink.y * set.cols() + ink.x]);
    }
  }
  EXPECT_EQ(levels[0].size() + levels[1].size(), 30u);
  for (const int level : levels[0]) EXPECT_EQ(levels[1].count(level), 0u) << level;
}

TEST(DigitSet, APictureOfNothingButInkShowsNoCharacter) {
  InkImages full = bars("4", 2);
  std::memset(const_cast<std::uint8_t*>(full.at(1)), 255, full.area());
  EXPECT_EQ(message_of(
                [&] {
                  DigitSet({full}, in_parts({{0, 1}}));
                },
                ErrorCode::kFormat),
            "bars: every picture must show its character. Got: picture 1 ('4') without ink");
}

TEST(DigitSet, RefusesWhatCannotBeDrawn) {
  EXPECT_EQ(message_of(
                [] {
                  DigitSet({InkImages{}}, in_parts({{0, 1}}));
                },
                ErrorCode::kInvalidArgument),
            "bars: must have at least one picture. Got: none");
  InkImages blank = bars("4", 2);
  std::memset(const_cast<std::uint8_t*>(blank.at(1)), 0, blank.area());
  EXPECT_EQ(message_of(
                [&] {
                  DigitSet({blank}, in_parts({{0, 1}}));
                },
                ErrorCode::kFormat),
            "bars: every picture must show its character. Got: picture 1 ('4') without ink");
}

}  // namespace
}  // namespace glyphmill
