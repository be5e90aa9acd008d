// SPDX-License-Identifier: Apache-2.0
// A few samples against pictures that a person has looked at. Renew them with
//     GLYPHMILL_RENEW_GOLDEN=1 build/dev/tests/test_golden
// and say in the commit why they changed.
#include <gtest/gtest.h>

#include <cstdlib>
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
  Recipe recipe;
};

std::vector<Golden> goldens() {
  Recipe gray = test::codes(1, 8);
  std::get<TileLook>(gray.look).compose.color = false;
  std::get<TileLook>(gray.look).compose.height = 32;
  Recipe noisy = test::codes(1, 9);
  for (Stage& stage : noisy.ops) stage.probability = 1;
  Recipe keep = test::plain(test::dates(1, 10));
  std::get<TileLook>(keep.look).compose.seams = Seams::kKeep;
  return {{"codes_plain", test::plain(test::codes(1, 7))},
          {"codes_gray_32", test::plain(gray)},
          {"codes_all_ops", noisy},
          {"dates_plain", test::plain(test::dates(1, 7))},
          {"dates_seams_kept", keep}};
}

TEST(Golden, SamplesLookAsTheyDid) {
  for (const Golden& golden : goldens()) {
    const std::string path = std::string(GLYPHMILL_GOLDEN_DIR) + "/" + golden.name + ".png";
    const Sample sample = Generator(golden.recipe).sample(0);
    if (std::getenv("GLYPHMILL_RENEW_GOLDEN") != nullptr) {
      ASSERT_TRUE(cv::imwrite(path, sample.image)) << path;
      continue;
    }
    const cv::Mat expected = cv::imread(path, cv::IMREAD_UNCHANGED);
    ASSERT_EQ(expected.size(), sample.image.size()) << golden.name;
    ASSERT_EQ(expected.type(), sample.image.type()) << golden.name;
    cv::Mat difference;
    cv::absdiff(expected, sample.image, difference);
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
