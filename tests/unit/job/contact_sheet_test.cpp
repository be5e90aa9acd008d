// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/contact_sheet.h"

#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "support/messages.h"
#include "support/recipes.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

TEST(ContactSheet, ShowsTheVerySamplesOfTheRun) {
  const Generator generator(test::codes(5));
  const cv::Mat sheet = contact_sheet(generator);
  for (std::uint64_t k = 0; k < 5; ++k) {
    const cv::Mat image = generator.sample(k).image;
    cv::Mat match;
    cv::matchTemplate(sheet, image, match, cv::TM_SQDIFF);
    double best = 0;
    cv::minMaxLoc(match, &best);
    // The transform that finds it rounds; another image of noise differs by a million times that.
    EXPECT_LE(best / static_cast<double>(image.total()), 1) << k;
  }
}

TEST(ContactSheet, HoldsFewerOfHugeSamples) {
  Recipe recipe = test::plain(test::codes(60));
  std::get<TileLook>(recipe.look).compose.height = 1024;
  const cv::Mat sheet = contact_sheet(Generator(recipe));
  EXPECT_LE(sheet.total(), 36000000u);
  EXPECT_GE(sheet.total(), 5000000u);
}

TEST(ContactSheet, IsWrittenWholeOrRefused) {
  const test::TempDir dir;
  const Generator generator(test::codes(3));
  write_contact_sheet(generator, dir.path("sheet.png"));
  EXPECT_FALSE(cv::imread(dir.path("sheet.png")).empty());
  EXPECT_EQ(test::tree_of(dir.path()).size(), 1u);
  EXPECT_EQ(test::message_of([&] { write_contact_sheet(generator, dir.path("sheet.gif")); }),
            "preview: must end in .png or .jpg. Got: " + dir.path("sheet.gif"));
}

}  // namespace
}  // namespace glyphmill
