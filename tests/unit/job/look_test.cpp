// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "glyphmill/error.h"
#include "glyphmill/generator.h"
#include "glyphmill/number_generator.h"
#include "support/messages.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

using test::message_of;

Recipe handwritten(const std::string& text) {
  Recipe recipe = digits_recipe();
  recipe.seed = 1;
  recipe.labels = ListOptions{{text}};
  return recipe;
}

TEST(DigitLook, BuiltInHandwritingHasEveryHeight) {
  for (const std::uint64_t height : {8u, 1000u, 1001u, 1024u}) {
    Recipe recipe = handwritten("1-2");
    auto& look = std::get<DigitLook>(recipe.look);
    look.glyphs.writers = 2;
    look.compose.height = height;
    const Sample sample = Generator(recipe).sample(0);
    EXPECT_EQ(sample.image.rows, static_cast<int>(height));
    // Ink of 20/28 of the height, as at any other.
    const cv::Rect2f box = bounds_of(sample.characters[0].quad);
    EXPECT_NEAR(box.height, static_cast<double>(height) * 20 / 28, static_cast<double>(height) / 8);
  }
}

TEST(DigitLook, PicturesThatAreTooLargeAreRefusedByTheNameOfTheirFile) {
  const test::TempDir dir;
  const std::string path = dir.path("wide.pickle");
  const int sides[] = {2, 8, 16384};
  GenericDataset({cv::Mat(3, sides, CV_8UC1, cv::Scalar(200)), {"0", "1"}}).save(path);
  // With marks, which would be made in the same size.
  Recipe recipe = handwritten("0-1");
  std::get<DigitLook>(recipe.look).glyphs.digits = path;
  EXPECT_EQ(message_of([&] { Generator{recipe}; }, ErrorCode::kInvalidArgument),
            path + ": must have 1 to 1000 rows and columns. Got: 8 x 16384");
}

}  // namespace
}  // namespace glyphmill
