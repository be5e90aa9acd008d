// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/generator.h"

#include <gtest/gtest.h>

#include <map>
#include <opencv2/imgproc.hpp>
#include <set>

#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "support/messages.h"
#include "support/pixels.h"
#include "support/recipes.h"

namespace glyphmill {
namespace {

using test::message_of;
using test::same_pixels;

TEST(Generator, ASampleDependsOnNeitherOrderNorCountNorScratch) {
  const Generator small(test::codes(20));
  const Generator large(test::codes(100000));
  Sample reused;
  Generator::Scratch scratch;
  for (std::uint64_t k : {19u, 0u, 7u, 7u, 3u}) {
    large.sample(k, reused, scratch);
    const Sample fresh = small.sample(k);
    EXPECT_EQ(fresh.label, reused.label);
    EXPECT_TRUE(same_pixels(fresh.image, reused.image)) << k;
    ASSERT_EQ(fresh.characters.size(), reused.characters.size());
    for (std::size_t i = 0; i < fresh.characters.size(); ++i) {
      EXPECT_EQ(fresh.characters[i].quad, reused.characters[i].quad);
    }
  }
}

TEST(Generator, AnotherSeedMakesOtherSamples) {
  const Generator a(test::codes(10, 1));
  const Generator b(test::codes(10, 2));
  int equal_labels = 0;
  for (std::uint64_t k = 0; k < 10; ++k) {
    equal_labels += a.sample(k).label == b.sample(k).label;
    EXPECT_FALSE(same_pixels(a.sample(k).image, b.sample(k).image));
  }
  EXPECT_LE(equal_labels, 1);
}

TEST(Generator, FillsInTheCount) {
  Recipe recipe = codes_recipe();
  recipe.seed = 3;
  EXPECT_EQ(Generator(recipe).count(), 100u);
  recipe = dates_recipe();
  recipe.seed = 3;
  EXPECT_EQ(Generator(recipe).count(), 3650u);
}

TEST(Generator, DrawnTextAndLabelOfADate) {
  const Generator generator(test::dates(50));
  for (std::uint64_t k = 0; k < 50; ++k) {
    const Sample sample = generator.sample(k);
    EXPECT_EQ(sample.label.size(), 8u);
    EXPECT_EQ(sample.text, sample.label.substr(0, 4) + "年" + sample.label.substr(4, 2) + "月" +
                               sample.label.substr(6, 2) + "日");
    EXPECT_EQ(sample.characters.size(), 11u);
  }
}

TEST(Generator, EveryCharacterStaysInsideTheImageWhenRotated) {
  Recipe recipe = test::codes(200);
  std::get<AffineOptions>(recipe.ops[0].options).angle_deg = {-12, 12};
  recipe.ops[0].probability = 1;
  const Generator generator(recipe);
  for (std::uint64_t k = 0; k < generator.count(); ++k) {
    const Sample sample = generator.sample(k);
    for (const CharacterBox& character : sample.characters) {
      const cv::Rect2f box = bounds_of(character.quad);
      EXPECT_GE(box.x, -0.01) << k;
      EXPECT_GE(box.y, -0.01) << k;
      EXPECT_LE(box.x + box.width, static_cast<float>(sample.image.cols) + 0.01f) << k;
      EXPECT_LE(box.y + box.height, static_cast<float>(sample.image.rows) + 0.01f) << k;
    }
  }
}

/// Distance in px of a place from the nearest of the sample's quadrilaterals; negative inside.
double outside(const Sample& sample, const cv::Point2f& place) {
  double nearest = std::numeric_limits<double>::max();
  for (const CharacterBox& character : sample.characters) {
    const std::vector<cv::Point2f> corners(character.quad.begin(), character.quad.end());
    nearest = std::min(nearest, -cv::pointPolygonTest(corners, place, true));
  }
  return nearest;
}

TEST(Generator, InkOfRotatedSamplesLiesInItsQuadrilaterals) {
  // Bilinear sampling carries ink to the centres of pixels up to a pixel away.
  constexpr double kReach = 1;
  Recipe recipe = test::codes(40);
  recipe.ops.resize(1);
  recipe.ops[0].probability = 1;
  std::get<AffineOptions>(recipe.ops[0].options).angle_deg = {-10, 10};
  const Generator generator(recipe);
  for (std::uint64_t k = 0; k < generator.count(); ++k) {
    const Sample sample = generator.sample(k);
    int ink = 0;
    for (int y = 0; y < sample.image.rows; ++y) {
      for (int x = 0; x < sample.image.cols; ++x) {
        const cv::Vec3b& pixel = sample.image.at<cv::Vec3b>(y, x);
        if (cv::Vec3d(pixel) == cv::Vec3d(sample.paper.val)) continue;
        ++ink;
        const cv::Point2f centre(static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f);
        EXPECT_LE(outside(sample, centre), kReach) << k << " at " << x << ", " << y;
      }
    }
    EXPECT_GT(ink, 500) << k;
  }
}

TEST(Generator, RotatedCornersArePaper) {
  Recipe recipe = test::codes(100);
  recipe.ops.resize(1);
  std::get<AffineOptions>(recipe.ops[0].options).angle_deg = {5, 10};
  recipe.ops[0].probability = 1;
  const Generator generator(recipe);
  for (std::uint64_t k = 0; k < generator.count(); ++k) {
    const Sample sample = generator.sample(k);
    const int right = sample.image.cols - 1;
    for (const cv::Point& corner :
         {cv::Point(0, 0), cv::Point(right, 0), cv::Point(0, 49), cv::Point(right, 49)}) {
      for (int c = 0; c < 3; ++c) {
        EXPECT_NEAR(sample.image.at<cv::Vec3b>(corner)[c], sample.paper[c], 1) << k;
      }
    }
  }
}

TEST(Generator, ExactlyTheAskedShareIsRotated) {
  for (const double fraction : {0.5, 0.25, 0.1, 0.0, 1.0}) {
    Recipe recipe = test::codes(200);
    recipe.ops[0].probability = fraction;
    const Generator generator(recipe);
    int rotated = 0;
    for (std::uint64_t k = 0; k < 200; ++k) {
      const Sample sample = generator.sample(k);
      for (const DrawnValue& value : sample.drawn) {
        if (value.name != "angle_deg") continue;
        ++rotated;
        EXPECT_LE(std::abs(value.value), 3);
      }
    }
    EXPECT_EQ(rotated, std::lround(200 * fraction));
  }
}

TEST(Generator, LooksAreUsedEquallyOften) {
  const Generator generator(test::plain(test::codes(120)));
  std::map<double, int> uses;
  for (std::uint64_t k = 0; k < 120; ++k) {
    for (const DrawnValue& value : generator.sample(k).drawn) {
      if (value.name == "look") ++uses[value.value];
    }
  }
  ASSERT_GE(uses.size(), 3u);
  for (const auto& [look, count] : uses) {
    EXPECT_EQ(count, 120 / static_cast<int>(uses.size())) << look;
  }
}

// --per-date 10^13 asked for more shards than could ever be counted.
TEST(Generator, RefusesCountsThatNoRecipeMaySpell) {
  const std::string rule = "count: must be between 1 and 1000000000000. Got: ";
  Recipe recipe = dates_recipe();
  recipe.seed = 1;
  std::get<DateOptions>(recipe.labels).per_date = 10000000000000;
  EXPECT_EQ(message_of([&] { Generator{recipe}; }), rule + "3650000000000000");
  EXPECT_EQ(message_of([&] { Generator{test::codes(0)}; }), rule + "0");
}

TEST(Generator, RefusalsNameTheRule) {
  Recipe recipe = test::codes(10);
  recipe.seed.reset();
  EXPECT_EQ(message_of([&] { Generator{recipe}; }),
            "seed: must be given to make samples. Got: auto");
  recipe = test::codes(1001);
  std::get<CodeOptions>(recipe.labels).length = {3, 3};
  std::get<CodeOptions>(recipe.labels).balance = Balance::kUnique;
  EXPECT_EQ(message_of([&] { Generator{recipe}; }),
            "count: must not exceed the 1000 different labels that there are. Got: 1001");
  recipe = test::codes(10);
  std::get<TileLook>(recipe.look).glyphs.tiles = "builtin:stamps";
  EXPECT_NE(message_of([&] { Generator{recipe}; }).find("builtin:stamps"), std::string::npos);
  recipe = test::codes(10);
  std::get<CodeOptions>(recipe.labels).alphabet = "01Ж";
  EXPECT_NE(message_of([&] { Generator{recipe}; }).find("no tile for 'Ж'"), std::string::npos);
  const Generator generator(test::codes(10));
  EXPECT_EQ(message_of([&] { generator.sample(10); }), "sample: index must be below 10. Got: 10");
}

TEST(Generator, TellsWhatAllImagesHaveInCommon) {
  const ImageShape colour = Generator(test::codes(5)).image_shape();
  EXPECT_EQ(colour.height, 50);
  EXPECT_EQ(colour.width, 0);  // a draw for each
  EXPECT_EQ(colour.channels, 3);
  Recipe recipe = digits_recipe();
  recipe.seed = 1;
  std::get<DigitLook>(recipe.look).glyphs.writers = 2;
  std::get<DigitLook>(recipe.look).compose.width = 200;
  const Generator digits(recipe);
  EXPECT_EQ(digits.image_shape().width, 200);
  EXPECT_EQ(digits.sample(0).image.cols, 200);
  EXPECT_EQ(digits.image_shape().channels, digits.sample(0).image.channels());
}

TEST(Generator, TellsTheCharactersOfItsLabels) {
  const auto characters = [](const std::string& yaml) {
    std::string joined;
    for (const std::string& each : Generator(parse_recipe(yaml, "r")).characters()) joined += each;
    return joined;
  };
  EXPECT_EQ(characters("seed: 1"), "0123456789");
  EXPECT_EQ(characters("{seed: 1, labels: {alphabet: '915'}}"), "159");
  EXPECT_EQ(characters("{seed: 1, labels: {kind: pattern, pattern: '[13]2?'}}"), "123");
  // Of the label, not of what is drawn.
  const std::string date = "{seed: 1, labels: {kind: date, from: 2000-01-01, to: 2000-01-01, ";
  EXPECT_EQ(characters(date + "label_layout: '{YYYY}-{MM}'}}"), "-012");
  EXPECT_EQ(characters("{seed: 1, labels: {kind: list, texts: ['77', '1']}}"), "17");
}

}  // namespace
}  // namespace glyphmill
