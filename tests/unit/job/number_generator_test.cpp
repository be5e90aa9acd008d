// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/number_generator.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <cmath>
#include <thread>

#include "glyphmill/generator.h"
#include "support/drawn_digits.h"
#include "support/messages.h"
#include "support/pixels.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

using test::bars;
using test::message_of;
using test::same_pixels;
using test::TempDir;

constexpr ErrorCode kInvalid = ErrorCode::kInvalidArgument;

TEST(DigitImageDataset, IsTheBuiltInHandwritingWhereNothingIsSaid) {
  const DigitImageDataset digits;
  EXPECT_EQ(digits.size(), 10000u);
  EXPECT_EQ(digits.get_example_size(), cv::Size(28, 28));
  for (int digit = 0; digit < 10; ++digit) {
    EXPECT_EQ(digits.get_digit_examples(digit).size(), 1000u) << digit;
  }
}

TEST(DigitImageDataset, GivesThePicturesOfADigitInOrderAndKeepsThemAlive) {
  std::vector<cv::Mat> threes;
  {
    const DigitImageDataset digits(bars("0123", 5, 20, 24));
    EXPECT_EQ(digits.size(), 20u);
    EXPECT_EQ(digits.get_example_size(), cv::Size(24, 20));
    EXPECT_TRUE(digits.get_digit_examples(4).empty());
    threes = digits.get_digit_examples(3);
  }
  ASSERT_EQ(threes.size(), 5u);
  for (int n = 0; n < 5; ++n) {
    const cv::Mat& three = threes[static_cast<std::size_t>(n)];
    ASSERT_EQ(three.size(), cv::Size(24, 20));
    EXPECT_EQ(cv::countNonZero(three), 5 * 12);
    EXPECT_EQ(three.at<uchar>(10, 12), 255 - n);
  }
}

TEST(DigitImageDataset, DrawsADigitsPicturesEvenly) {
  const DigitImageDataset digits(bars("0123", 4));
  SampleRng rng({1, 2, stage_id("test")});
  std::array<int, 4> seen{};
  constexpr int kDraws = 4000;
  for (int n = 0; n < kDraws; ++n) {
    const cv::Mat two = digits.random_sample_digit(2, rng);
    ASSERT_EQ(cv::countNonZero(two), 4 * 20);
    ++seen.at(static_cast<std::size_t>(255 - two.at<uchar>(14, 14)));
  }
  const double deviation = std::sqrt(kDraws * 0.25 * 0.75);
  for (const int count : seen) EXPECT_NEAR(count, kDraws / 4, 4 * deviation);
}

TEST(DigitImageDataset, IsReadAsItWasWritten) {
  const TempDir dir;
  const DigitImageDataset written(bars("5309", 3, 20, 20));
  written.save(dir.path("a.pickle"));
  const DigitImageDataset read = DigitImageDataset::load(dir.path("a.pickle"));
  EXPECT_EQ(read.size(), 12u);
  for (int digit = 0; digit < 10; ++digit) {
    const std::vector<cv::Mat> expected = written.get_digit_examples(digit);
    const std::vector<cv::Mat> found = read.get_digit_examples(digit);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_TRUE(same_pixels(found[i], expected[i]));
  }
  read.save(dir.path("b.pickle"));
  EXPECT_EQ(test::read_all(dir.path("a.pickle")), test::read_all(dir.path("b.pickle")));
  const GenericDataset generic = GenericDataset::load(dir.path("a.pickle"));
  EXPECT_EQ(generic.get_data().labels[1], "3");
  EXPECT_EQ(generic.size(), 12u);
}

TEST(DigitImageDataset, RefusesByName) {
  const auto made = [](const InkImages& images, ErrorCode code = kInvalid) {
    return message_of([&] { (void)DigitImageDataset(images); }, code);
  };
  EXPECT_EQ(made({}), "the digit set: must have at least one picture. Got: none");
  EXPECT_EQ(made(bars("1-", 2)), "the digit set: must have pictures of 0 .. 9 only. Got: -");
  EXPECT_EQ(made(bars("1", 1, 28, 1001)),
            "the digit set: must have 1 to 1000 rows and columns. Got: 28 x 1001");
  InkImages negative = bars("1", 1);
  negative.rows = -28;
  EXPECT_NE(made(negative), "");
  EXPECT_EQ(made(bars("1", 1, 8, 8), ErrorCode::kFormat),
            "the digit set: every picture must show its character. Got: picture 0 ('1') without "
            "ink");
  const DigitImageDataset digits(bars("12", 1));
  SampleRng rng({});
  const auto drawn = [&](int digit) {
    return message_of([&] { (void)digits.random_sample_digit(digit, rng); }, kInvalid);
  };
  EXPECT_EQ(drawn(3), "digit: must have a picture in the digit set. Got: 3");
  EXPECT_EQ(drawn(-1), "digit: must be 0 .. 9. Got: -1");
  EXPECT_EQ(message_of([&] { (void)digits.get_digit_examples(10); }, kInvalid),
            "digit: must be 0 .. 9. Got: 10");
  EXPECT_NE(message_of([] { (void)DigitImageDataset::load("/nonexistent"); }, ErrorCode::kNotFound),
            "");
}

/// Columns of paper and of ink by turns, from the left edge, in the middle row.
std::vector<int> runs(const cv::Mat& image) {
  std::vector<int> result(1, 0);
  bool ink = false;
  for (int x = 0; x < image.cols; ++x) {
    const bool here = image.at<uchar>(image.rows / 2, x) < 255;
    if (here != ink) result.push_back(0);
    ink = here;
    ++result.back();
  }
  return result;
}

TEST(DigitSequenceImageGenerator, SpacesAndCentresDarkDigitsOnWhite) {
  const DigitImageDataset digits(bars("0123456789", 1));
  const DigitSequenceImageGenerator generator(digits, {5, 5}, 31);
  const cv::Mat image = generator.generate_from_data({0, 2, 5}, 1);
  ASSERT_EQ(image.type(), CV_8UC1);
  ASSERT_EQ(image.size(), cv::Size(31, 28));
  // 2 + 5 + 4 + 5 + 7 = 23 of 31
  EXPECT_EQ(runs(image), (std::vector<int>{4, 2, 5, 4, 5, 7, 4}));
  EXPECT_EQ(image.at<uchar>(14, 4), 0);
  EXPECT_EQ(image.at<uchar>(3, 4), 255);
  EXPECT_EQ(image.at<uchar>(4, 4), 0);
}

TEST(DigitSequenceImageGenerator, DrawsEveryGapFromTheWholeRange) {
  const DigitImageDataset digits(bars("01", 1));
  const DigitSequenceImageGenerator generator(digits, {2, 6}, 60);
  std::array<int, 7> seen{};
  int different = 0;
  constexpr int kImages = 500;
  for (std::uint64_t k = 0; k < kImages; ++k) {
    const std::vector<int> found = runs(generator.generate_from_data({0, 1, 0}, 3, k));
    ASSERT_EQ(found.size(), 7u);
    ++seen.at(static_cast<std::size_t>(found[2]));
    ++seen.at(static_cast<std::size_t>(found[4]));
    different += found[2] != found[4];
  }
  for (int gap = 2; gap <= 6; ++gap) {
    EXPECT_NEAR(seen.at(static_cast<std::size_t>(gap)), 2 * kImages / 5,
                4 * std::sqrt(2 * kImages * 0.2 * 0.8));
  }
  EXPECT_NEAR(different, kImages * 0.8, 4 * std::sqrt(kImages * 0.2 * 0.8));
}

TEST(DigitSequenceImageGenerator, ReducesWhatIsWiderAndCentresItInTheRows) {
  const DigitImageDataset digits(bars("9", 1));  // 2 x 20 px
  const DigitSequenceImageGenerator generator(digits, {18, 18}, 21);
  const cv::Mat image = generator.generate_from_data({9, 9, 9}, 1);  // 42 px
  ASSERT_EQ(image.size(), cv::Size(21, 28));
  cv::Mat ink;
  cv::bitwise_not(image, ink);
  const cv::Rect box = cv::boundingRect(ink);
  EXPECT_EQ(box.width, 21);
  EXPECT_NEAR(box.height, 10, 1);
  EXPECT_NEAR(box.y + box.height / 2.0, 14, 0.6);
}

TEST(DigitSequenceImageGenerator, ScalesPicturesOfAnotherHeight) {
  const DigitImageDataset digits(bars("012", 1, 56, 56));  // 4 x 48 px
  const cv::Mat image = DigitSequenceImageGenerator(digits, {1, 1}, 8).generate_from_data({2}, 1);
  EXPECT_EQ(runs(image), (std::vector<int>{3, 2, 3}));
  EXPECT_EQ(cv::countNonZero(image == 0), 2 * 24);
}

TEST(DigitSequenceImageGenerator, MakesWhitePaperOfNoDigits) {
  const DigitImageDataset digits(bars("0", 1));
  const cv::Mat image = DigitSequenceImageGenerator(digits, {1, 1}, 9).generate_from_data({}, 1);
  EXPECT_TRUE(same_pixels(image, cv::Mat(28, 9, CV_8UC1, cv::Scalar(255))));
}

TEST(DigitSequenceImageGenerator, OutlivesItsDigitsAndMoves) {
  std::optional<DigitImageDataset> digits(bars("01", 3));
  DigitSequenceImageGenerator generator(*digits, {3, 9}, 40);
  const cv::Mat expected = generator.generate_from_data({0, 1, 1}, 8);
  digits.reset();
  const DigitSequenceImageGenerator moved = std::move(generator);
  EXPECT_TRUE(same_pixels(moved.generate_from_data({0, 1, 1}, 8), expected));
}

TEST(DigitSequenceImageGenerator, MakesWhatARecipeMakes) {
  Recipe recipe = digits_recipe();
  recipe.seed = 77;
  recipe.count = 5;
  recipe.labels = ListOptions{{"90210"}};
  recipe.ops.clear();
  DigitLook look;
  look.compose.width = 100;
  look.compose.spacing_px = {4, 10};
  recipe.look = look;
  const Generator recipes(recipe);
  const DigitSequenceImageGenerator generator(DigitImageDataset(), {4, 10}, 100);
  for (std::uint64_t k = 0; k < 5; ++k) {
    EXPECT_TRUE(
        same_pixels(generator.generate_from_data({9, 0, 2, 1, 0}, 77, k), recipes.sample(k).image));
  }
}

TEST(DigitSequenceImageGenerator, ThreadsMakeTheSame) {
  const DigitSequenceImageGenerator generator(DigitImageDataset(), {0, 10}, 120);
  const auto made = [&generator](std::uint64_t k) {
    return generator.generate_from_data({1, 2, 3, 4, 5, 6}, 4, k);
  };
  std::vector<std::vector<cv::Mat>> images(3);
  std::vector<std::thread> threads;
  for (std::vector<cv::Mat>& own : images) {
    threads.emplace_back([&own, &made] {
      for (std::uint64_t k = 0; k < 50; ++k) own.push_back(made(k));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::uint64_t k = 50; k-- > 0;) {
    for (const auto& own : images) ASSERT_TRUE(same_pixels(own[k], made(k))) << k;
  }
  EXPECT_FALSE(same_pixels(images[0][0], images[0][1]));
}

TEST(DigitSequenceImageGenerator, RefusesByName) {
  const DigitImageDataset digits(bars("01", 1));
  const auto made = [&](const IntegerRange& spacing, int width) {
    return message_of([&] { DigitSequenceImageGenerator(digits, spacing, width); }, kInvalid);
  };
  const std::string spacing_rule = "spacing_range: must be between -512 and 10000. Got: ";
  EXPECT_EQ(made({-513, 0}, 9), spacing_rule + "[-513, 0]");
  EXPECT_EQ(made({0, 10001}, 9), spacing_rule + "[0, 10001]");
  EXPECT_EQ(made({5, 4}, 9), "spacing_range: min must not be above max. Got: [5, 4]");
  EXPECT_EQ(made({0, 1}, 0), "image_width: must be between 1 and 65536. Got: 0");
  EXPECT_EQ(made({0, 1}, -7), "image_width: must be between 1 and 65536. Got: -7");
  EXPECT_EQ(made({0, 1}, 65537), "image_width: must be between 1 and 65536. Got: 65537");
  const DigitSequenceImageGenerator generator(digits, {0, 1}, 3);
  const auto drawn = [&](const std::vector<int>& sequence) {
    return message_of([&] { (void)generator.generate_from_data(sequence, 1); }, kInvalid);
  };
  EXPECT_EQ(drawn({0, 10}), "digits: must be 0 .. 9. Got: 10");
  EXPECT_EQ(drawn({-1}), "digits: must be 0 .. 9. Got: -1");
  EXPECT_EQ(drawn({0, 2}), "digits: no picture of '2' in the digit set");
  EXPECT_EQ(drawn({0, 1, 0, 1}), "digits: must be at most one for each of 3 columns. Got: 4");
  EXPECT_EQ(drawn({0, 1, 0}), "");
  const DigitSequenceImageGenerator wide(digits, {0, 10000}, 65536);
  EXPECT_EQ(
      message_of([&] { (void)wide.generate_from_data(std::vector<int>(65536, 1), 1); }, kInvalid),
      "digits: must make a line of at most 9586980 px. Got: up to 657185008");
}

/// The default digits as if nobody had said anything, before and after.
class DefaultDigits : public testing::Test {
 protected:
  DefaultDigits() { forget(); }
  ~DefaultDigits() override { forget(); }

  static void forget() {
    unsetenv("NG_DEFAULT_DIGIT_DATASET");
    set_default_dataset_filepath("");
  }

  std::string digits_file(const std::string& characters) const {
    const std::string path = dir_.path(characters);
    DigitImageDataset(bars(characters, 1)).save(path);
    return path;
  }

  const TempDir dir_;
};

TEST_F(DefaultDigits, OneCallMakesTheFirstImageOfASeed) {
  const DigitSequenceImageGenerator generator(DigitImageDataset(), {4, 10}, 100);
  for (const std::uint64_t seed : {0u, 9u}) {
    EXPECT_TRUE(same_pixels(generate_numbers_sequence({1, 2, 3}, {4, 10}, 100, seed),
                            generator.generate_from_data({1, 2, 3}, seed)));
  }
  EXPECT_TRUE(same_pixels(generate_numbers_sequence({1, 2, 3}, {4, 10}, 100),
                          generator.generate_from_data({1, 2, 3}, 0)));
  EXPECT_FALSE(same_pixels(generate_numbers_sequence({1, 2, 3}, {4, 10}, 100, 1),
                           generate_numbers_sequence({1, 2, 3}, {4, 10}, 100, 2)));
}

TEST_F(DefaultDigits, AreThoseOfTheCallOfTheEnvironmentAndBuiltIn) {
  EXPECT_EQ(default_digit_dataset().size(), 10000u);
  setenv("NG_DEFAULT_DIGIT_DATASET", digits_file("012").c_str(), 1);
  EXPECT_EQ(default_digit_dataset().size(), 10000u);  // read once and kept
  set_default_dataset_filepath("");
  EXPECT_EQ(default_digit_dataset().size(), 3u);
  set_default_dataset_filepath(digits_file("12345"));
  EXPECT_EQ(default_digit_dataset().size(), 5u);
  EXPECT_EQ(runs(generate_numbers_sequence({1, 2}, {4, 4}, 15)), (std::vector<int>{3, 2, 4, 3, 3}));
  set_default_dataset_filepath("");
  EXPECT_EQ(default_digit_dataset().size(), 3u);
  setenv("NG_DEFAULT_DIGIT_DATASET", "", 1);
  set_default_dataset_filepath("");
  EXPECT_EQ(default_digit_dataset().size(), 10000u);
}

TEST_F(DefaultDigits, StayWhereAFileCannotBeRead) {
  set_default_dataset_filepath(digits_file("01"));
  EXPECT_NE(message_of([] { set_default_dataset_filepath("/nonexistent"); }, ErrorCode::kNotFound),
            "");
  EXPECT_EQ(default_digit_dataset().size(), 2u);
  setenv("NG_DEFAULT_DIGIT_DATASET", "/nonexistent", 1);
  set_default_dataset_filepath("");
  EXPECT_NE(message_of([] { (void)default_digit_dataset(); }, ErrorCode::kNotFound), "");
  unsetenv("NG_DEFAULT_DIGIT_DATASET");
  EXPECT_EQ(default_digit_dataset().size(), 10000u);
}

TEST_F(DefaultDigits, ServeThreadsWhileTheyAreSet) {
  const std::string small = digits_file("01"), large = digits_file("0123");
  std::vector<std::thread> threads;
  std::array<bool, 3> right{};
  for (bool& own : right) {
    threads.emplace_back([&own, &small, &large] {
      own = true;
      for (int n = 0; n < 20; ++n) {
        set_default_dataset_filepath(n % 2 == 0 ? small : large);
        const std::size_t size = default_digit_dataset().size();
        const cv::Mat image = generate_numbers_sequence({0, 1}, {4, 4}, 15);
        own = own && (size == 2 || size == 4) && runs(image) == std::vector<int>{3, 2, 4, 3, 3};
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const bool own : right) EXPECT_TRUE(own);
}

}  // namespace
}  // namespace glyphmill
