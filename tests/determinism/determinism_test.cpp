// SPDX-License-Identifier: Apache-2.0
// The promise: same recipe and seed, same bytes, whoever makes them and in whatever order.
#include <gtest/gtest.h>

#include <numeric>
#include <thread>

#include "glyphmill/balance.h"
#include "glyphmill/generator.h"
#include "glyphmill/runner.h"
#include "support/own_images.h"
#include "support/recipes.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

using test::TempDir;
using test::tree_of;

std::map<std::string, std::string> data_set(const Generator& generator, unsigned threads) {
  const TempDir dir;
  RunOptions options;
  options.output = dir.path("out");
  options.threads = threads;
  write_dataset(generator, options);
  return tree_of(dir.path("out"));
}

/// Phone numbers with dashes, each digit changed, most of them in one hand, in images of one size.
Recipe handwriting(std::uint64_t count) {
  Recipe recipe = phones_recipe();
  recipe.seed = 99;
  recipe.count = count;
  std::get<PhoneOptions>(recipe.labels).dashes = true;
  auto& look = std::get<DigitLook>(recipe.look);
  look.glyphs.writers = 60;
  look.glyphs.writer_consistency = 0.8;
  look.augment.rotation_range = 10;
  look.augment.width_shift_range = 0.1;
  look.augment.shear_range = 15;
  look.augment.zoom_range = {0.9, 1.2};
  look.augment.brightness_range = {0.8, 1.2};
  look.compose.width = 200;
  look.compose.spacing_px = {-3, 8};
  return recipe;
}

/// Labelled images, as they are asked for by all threads before any of them is decoded.
Recipe labelled_images(std::uint64_t count) {
  static const TempDir dir;
  test::write_own_images(dir.path(), test::numbered_labels(150));
  Recipe recipe = test::images_recipe(dir.path(), 99);
  recipe.count = count;
  recipe.ops = {{"affine", 0.5, AffineOptions{}}, {"gaussian_noise", 1, GaussianNoiseOptions{}}};
  return recipe;
}

/// Codes and dates with weights, in one data set.
Recipe weighted(std::uint64_t count) {
  Recipe recipe = parse_recipe(
      "mix: [{name: codes, labels: {length: [4, 8], weights: {pairs: {'00': 5}, repeats: 2}}},"
      "      {name: dates, labels: {kind: date, weights: {positions: {8: {'1': 9}}}}}]",
      "");
  recipe.seed = 99;
  recipe.count = count;
  return recipe;
}

class Determinism : public testing::TestWithParam<const char*> {
 protected:
  static Recipe recipe(std::uint64_t count) {
    const std::string name = GetParam();
    if (name == "handwriting") return handwriting(count);
    if (name == "images") return labelled_images(count);
    if (name == "weighted") return weighted(count);
    return name == "codes" ? test::codes(count, 99) : test::dates(count, 99);
  }
};

TEST_P(Determinism, BytesAreTheSameForOneTwoAndSevenThreads) {
  const Generator generator(recipe(400));
  const auto one = data_set(generator, 1);
  EXPECT_EQ(one.size(), 405u);
  EXPECT_EQ(one, data_set(generator, 2));
  EXPECT_EQ(one, data_set(generator, 7));
}

TEST_P(Determinism, OneSampleAloneIsTheSameFileAsInTheWholeRun) {
  const Generator generator(recipe(120));
  const auto whole = data_set(generator, 2);
  for (std::uint64_t k : {0u, 49u, 50u, 119u}) {
    const TempDir dir;
    RunOptions options;
    options.output = dir.path("out");
    write_one(generator, k, options);
    const auto alone = tree_of(dir.path("out"));
    ASSERT_EQ(alone.size(), 1u);
    const auto found = whole.find(alone.begin()->first);
    ASSERT_NE(found, whole.end()) << alone.begin()->first;
    EXPECT_EQ(found->second, alone.begin()->second);
  }
}

TEST_P(Determinism, ARunIsThePrefixOfALongerOne) {
  constexpr std::uint64_t kCount = 120;
  const Generator run(recipe(kCount));
  const Generator longer(recipe(50 * kCount));
  Sample a, b;
  Generator::Scratch scratch_a, scratch_b;
  for (std::uint64_t k = 0; k < kCount; ++k) {
    run.sample(k, a, scratch_a);
    longer.sample(k, b, scratch_b);
    EXPECT_EQ(a.label, b.label);
    ASSERT_EQ(a.image.size(), b.image.size());
    EXPECT_EQ(cv::norm(a.image, b.image, cv::NORM_INF), 0) << k;
  }
}

TEST_P(Determinism, ThreadsThatShareAGeneratorInAnyOrderAgree) {
  constexpr std::uint64_t kCount = 64;
  const Generator generator(recipe(kCount));
  std::vector<cv::Mat> images(4 * kCount);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      Generator::Scratch scratch;
      for (std::uint64_t i = 0; i < kCount; ++i) {
        const std::uint64_t k = permuted(i, kCount, {t, 0, 0});
        Sample sample;
        generator.sample(k, sample, scratch);
        images[t * kCount + k] = sample.image;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = kCount; i < images.size(); ++i) {
    const cv::Mat& expected = images[i % kCount];
    ASSERT_EQ(images[i].size(), expected.size());
    cv::Mat difference;
    cv::absdiff(images[i], expected, difference);
    EXPECT_EQ(cv::countNonZero(difference.reshape(1)), 0) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, Determinism,
                         testing::Values("codes", "dates", "handwriting", "images", "weighted"),
                         [](const auto& each) { return std::string(each.param); });

TEST(PackedDeterminism, BytesAreTheSameForOneTwoAndSevenThreads) {
  for (const Format format : {Format::kNpz, Format::kPickle}) {
    Recipe recipe = handwriting(400);
    recipe.output.format = {format};
    const Generator generator(recipe);
    const auto one = data_set(generator, 1);
    EXPECT_EQ(one.size(), 6u);
    EXPECT_EQ(one, data_set(generator, 2));
    EXPECT_EQ(one, data_set(generator, 7));
  }
}

TEST(PackedDeterminism, ASplitIsTheSameWhateverElseIsMade) {
  Recipe recipe = handwriting(200);
  recipe.splits = parse_splits("train:0.7,test:0.3");
  for (const Split& split : parse_splits("train:0.7,test:0.3")) {
    recipe.split = split.name;
    EXPECT_EQ(data_set(Generator(recipe), 1), data_set(Generator(recipe), 7)) << split.name;
  }
}

}  // namespace
}  // namespace glyphmill
