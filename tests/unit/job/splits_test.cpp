// SPDX-License-Identifier: Apache-2.0
#include "job/splits.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "glyphmill/error.h"
#include "glyphmill/generator.h"
#include "job/recipe_fields.h"
#include "support/messages.h"

namespace glyphmill {
namespace {

using test::message_of;

Recipe split_recipe(std::uint64_t count) {
  Recipe recipe = digits_recipe();
  recipe.seed = 11;
  recipe.count = count;
  std::get<DigitLook>(recipe.look).glyphs.writers = 40;
  recipe.splits = parse_splits("train:0.8,val:0.1,test:0.1");
  return recipe;
}

std::set<double> pictures_of(const Sample& sample) {
  std::set<double> pictures;
  for (const DrawnValue& value : sample.drawn) {
    if (value.name == "picture") pictures.insert(value.value);
  }
  return pictures;
}

TEST(Splits, DivideTheSamplesInOrder) {
  const std::vector<SplitRange> ranges = split_ranges(parse_splits("a:0.8,b:0.1,c:0.1"), 1001);
  ASSERT_EQ(ranges.size(), 3u);
  EXPECT_EQ(ranges[0].first, 0u);
  EXPECT_EQ(ranges[0].end, 801u);
  EXPECT_EQ(ranges[1].first, 801u);
  EXPECT_EQ(ranges[1].end, ranges[2].first);
  EXPECT_EQ(ranges[2].end, 1001u);
  EXPECT_EQ(ranges[2].share.max, 1);
}

TEST(Splits, NoDigitPictureIsSharedBetweenSplits) {
  const Recipe recipe = split_recipe(1000);
  const Generator generator(recipe);
  std::map<double, std::set<int>> splits_of_picture;
  for (std::uint64_t k = 0; k < 1000; ++k) {
    const int split = k < 800 ? 0 : k < 900 ? 1 : 2;
    for (const double picture : pictures_of(generator.sample(k))) {
      splits_of_picture[picture].insert(split);
    }
  }
  EXPECT_GT(splits_of_picture.size(), 390u);  // of 400
  for (const auto& [picture, splits] : splits_of_picture) EXPECT_EQ(splits.size(), 1u) << picture;
}

TEST(Splits, OneAloneIsAsAmongTheOthers) {
  Recipe recipe = split_recipe(50);
  const Generator all(recipe);
  recipe.split = "val";
  const Generator val(recipe);
  EXPECT_EQ(all.count(), 50u);
  EXPECT_EQ(val.count(), 5u);
  for (std::uint64_t k = 0; k < 5; ++k) {
    const Sample a = all.sample(40 + k), b = val.sample(k);
    EXPECT_EQ(a.index, b.index);
    EXPECT_EQ(a.label, b.label);
    EXPECT_EQ(val.label(k).label, b.label);
    ASSERT_EQ(a.image.size(), b.image.size());
    EXPECT_EQ(cv::norm(a.image, b.image, cv::NORM_INF), 0);
  }
}

TEST(Splits, OneAloneGivesNoLabelsOfAnother) {
  Recipe recipe = split_recipe(50);
  recipe.split = "train";
  const Generator train(recipe);
  EXPECT_EQ(message_of([&] { train.label(40); }, ErrorCode::kInvalidArgument),
            "sample: index must be below 40. Got: 40");
}

TEST(Splits, ComeBackFromYaml) {
  Recipe recipe = split_recipe(10);
  recipe.split = "test";
  const Recipe back = parse_recipe(to_yaml(recipe), "r.yaml");
  ASSERT_EQ(back.splits.size(), 3u);
  EXPECT_EQ(back.splits[2].name, "test");
  EXPECT_EQ(back.splits[2].share, 0.1);
  EXPECT_EQ(back.split, "test");
}

TEST(Splits, AreRefusedByName) {
  const auto refusal = [](const std::string& splits) {
    return message_of(
        [&] {
          Recipe recipe = digits_recipe();
          recipe.splits = parse_splits(splits);
          check_splits(recipe);
        },
        ErrorCode::kInvalidArgument);
  };
  EXPECT_EQ(refusal("a:0.5,b:0.4"), "splits: shares must sum to 1. Got: 0.9");
  EXPECT_EQ(refusal("a:0.5,a:0.5"), "splits: names must differ. Got: a twice");
  EXPECT_EQ(refusal("a:1,b:0"), "splits.b: must be above 0 and at most 1. Got: 0");
  EXPECT_EQ(refusal("a/b:1"), "splits: names must be letters, digits, '_' and '-'. Got: a/b");
  EXPECT_EQ(refusal("train"),
            "must be NAME:SHARE,NAME:SHARE,... as in train:0.8,val:0.1,test:0.1. Got: train");
  EXPECT_EQ(refusal("a:0.5,b:2"), "must be between 0 and 1. Got: 2");
  Recipe unknown = split_recipe(10);
  unknown.split = "dev";
  EXPECT_EQ(message_of([&] { check_splits(unknown); }, ErrorCode::kInvalidArgument),
            "split: must be one of the splits (test, train, val). Got: dev");
}

TEST(Splits, WhatTheyDoNotShare) {
  const auto separation = [](Recipe recipe, Disjoint disjoint) {
    recipe.splits = parse_splits("a:0.5,b:0.5");
    recipe.disjoint = disjoint;
    const Separation found = separation_of(recipe, recipe.look);
    return std::make_pair(found.glyphs, found.labels);
  };
  const Recipe tiles = codes_recipe();
  const Recipe digits = digits_recipe();
  Recipe mix;
  mix.mix = {{"a", 1, digits.labels, digits.look, {}}, {"b", 1, tiles.labels, tiles.look, {}}};
  using Pair = std::pair<bool, bool>;
  EXPECT_EQ(separation(tiles, Disjoint::kAuto), Pair(false, false));
  EXPECT_EQ(separation(digits, Disjoint::kAuto), Pair(true, false));
  EXPECT_EQ(separation(mix, Disjoint::kAuto), Pair(false, false));
  for (const Recipe& recipe : {tiles, digits, mix}) {
    EXPECT_EQ(separation(recipe, Disjoint::kNone), Pair(false, false));
    EXPECT_EQ(separation(recipe, Disjoint::kGlyphs), Pair(true, false));
    EXPECT_EQ(separation(recipe, Disjoint::kLabels), Pair(false, true));
    EXPECT_EQ(separation(recipe, Disjoint::kBoth), Pair(true, true));
  }
}

/// Two sorts of handwriting with the same pictures.
Recipe mixed_hands() {
  Recipe recipe = split_recipe(600);
  recipe.splits = parse_splits("a:0.5,b:0.5");
  auto look = std::get<DigitLook>(recipe.look);
  recipe.mix = {{"codes", 2, recipe.labels, look, {}}, {"phones", 1, PhoneOptions{}, look, {}}};
  return recipe;
}

TEST(Splits, PartsOfAMixShareNoPictureEither) {
  const Generator generator(mixed_hands());
  std::set<double> pictures[2];
  for (std::uint64_t k = 0; k < generator.count(); ++k) {
    for (const double picture : pictures_of(generator.sample(k))) {
      pictures[k >= 300].insert(picture);
    }
  }
  EXPECT_GT(pictures[0].size(), 150u);  // of 200: twenty writers' ten digits
  for (const double picture : pictures[0]) EXPECT_EQ(pictures[1].count(picture), 0u) << picture;
}

TEST(Splits, PartsOfAMixDivideOneSetOfPictures) {
  for (const bool height : {false, true}) {
    Recipe recipe = mixed_hands();
    auto& look = std::get<DigitLook>(recipe.mix[1].look);
    if (height) {
      look.compose.height = 40;
    } else {
      look.glyphs.writers = 41;
    }
    EXPECT_EQ(message_of([&] { check_splits(recipe); }, ErrorCode::kInvalidArgument),
              "disjoint: parts of a mix must take the same pictures of the built-in hand: the same "
              "glyphs.writers and compose.height. Got: mix.codes and mix.phones");
    recipe.disjoint = Disjoint::kNone;
    check_splits(recipe);
  }
}

TEST(Splits, CountsOfOne) {
  Recipe recipe = split_recipe(1000);
  EXPECT_EQ(sample_count(recipe), 1000u);
  recipe.split = "val";
  EXPECT_EQ(sample_count(recipe), 100u);
}

TEST(Splits, ASplitWithoutSamplesIsRefused) {
  const Recipe recipe = split_recipe(3);
  EXPECT_EQ(message_of([&] { Generator generator(recipe); }, ErrorCode::kInvalidArgument),
            "splits.test: must have at least one sample. Got: none of 3");
}

TEST(Splits, ASplitWithoutPicturesOfADigitIsRefused) {
  Recipe recipe = split_recipe(100);
  std::get<DigitLook>(recipe.look).glyphs.writers = 2;
  EXPECT_EQ(message_of([&] { Generator generator(recipe); }, ErrorCode::kInvalidArgument),
            "splits.val: no picture of '0' in the built-in handwriting");
}

}  // namespace
}  // namespace glyphmill
