// SPDX-License-Identifier: Apache-2.0
// A few samples against pictures that a person has looked at. Renew them with
//     GLYPHMILL_RENEW_GOLDEN=1 build/dev/tests/test_golden
// and say in the commit why they changed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "glyphmill/generator.h"
#include "support/recipes.h"

namespace glyphmill {
namespace {

/// Normal draws go through the C library's erfc and log, whose last bit is its own affair: a pixel
/// may differ by one grey level, and one in a thousand by more (a rounding that moves a glyph's
/// edge), but none by more than this.
constexpr double kShareBeyondOneLevel = 0.001;
constexpr double kHardLimit = 24;

struct Golden {
  const char* name;
  cv::Mat image;
};

cv::Mat first_of(const Recipe& recipe) { return Generator(recipe).sample(0).image; }

/// Lines of 200 x 28: two as they come, two each by one writer, two of changed digits, a phone
/// number that is reduced to fit.
cv::Mat handwriting_sheet() {
  Recipe plain = digits_recipe();
  plain.seed = 11;
  plain.count = 2;
  auto& look = std::get<DigitLook>(plain.look);
  look.glyphs.writers = 200;
  look.compose.width = 200;
  look.compose.spacing_px = {0, 3};
  Recipe one_hand = plain;
  std::get<DigitLook>(one_hand.look).glyphs.writer_consistency = 1;
  Recipe changed = plain;
  auto& augment = std::get<DigitLook>(changed.look).augment;
  augment.rotation_range = 15;
  augment.shear_range = 20;
  augment.zoom_range = {0.9, 1.3};
  augment.brightness_range = {0.5, 1};
  Recipe phone = plain;
  phone.count = 1;
  phone.labels = PhoneOptions{Country::kFr, true};
  std::vector<cv::Mat> lines;
  for (const Recipe& recipe : {plain, one_hand, changed, phone}) {
    const Generator generator(recipe);
    for (std::uint64_t k = 0; k < generator.count(); ++k) {
      lines.push_back(generator.sample(k).image);
    }
  }
  cv::Mat sheet;
  cv::vconcat(lines, sheet);
  return sheet;
}

std::vector<Golden> goldens() {
  Recipe gray = test::codes(1, 8);
  std::get<TileLook>(gray.look).compose.color = false;
  std::get<TileLook>(gray.look).compose.height = 32;
  Recipe noisy = test::codes(1, 9);
  for (Stage& stage : noisy.ops) stage.probability = 1;
  Recipe keep = test::plain(test::dates(1, 10));
  std::get<TileLook>(keep.look).compose.seams = Seams::kKeep;
  return {{"codes_plain", first_of(test::plain(test::codes(1, 7)))},
          {"codes_gray_32", first_of(test::plain(gray))},
          {"codes_all_ops", first_of(noisy)},
          {"dates_plain", first_of(test::plain(test::dates(1, 7)))},
          {"dates_seams_kept", first_of(keep)},
          {"handwriting", handwriting_sheet()}};
}

TEST(Golden, SamplesLookAsTheyDid) {
  for (const Golden& golden : goldens()) {
    const std::string path = std::string(GLYPHMILL_GOLDEN_DIR) + "/" + golden.name + ".png";
    if (std::getenv("GLYPHMILL_RENEW_GOLDEN") != nullptr) {
      ASSERT_TRUE(cv::imwrite(path, golden.image)) << path;
      continue;
    }
    const cv::Mat expected = cv::imread(path, cv::IMREAD_UNCHANGED);
    ASSERT_EQ(expected.size(), golden.image.size()) << golden.name;
    ASSERT_EQ(expected.type(), golden.image.type()) << golden.name;
    cv::Mat difference;
    cv::absdiff(expected, golden.image, difference);
    double worst = 0;
    cv::minMaxLoc(difference.reshape(1), nullptr, &worst);
    const double beyond = cv::countNonZero(difference.reshape(1) > 1);
    EXPECT_LE(beyond, kShareBeyondOneLevel * static_cast<double>(difference.total()))
        << golden.name;
    EXPECT_LE(worst, kHardLimit) << golden.name;
  }
}

}  // namespace
}  // namespace glyphmill
