// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "glyphmill/error.h"
#include "glyphmill/random.h"
#include "glyphmill/tiles.h"
#include "support/drawn_tiles.h"
#include "support/messages.h"

namespace glyphmill {
namespace {

using test::drawn_tile;

double worst_channel_difference(const cv::Scalar& a, const cv::Scalar& b) {
  return std::max({std::abs(a[0] - b[0]), std::abs(a[1] - b[1]), std::abs(a[2] - b[2])});
}

TEST(TakeApart, FindsInkAndPaperColours) {
  const cv::Scalar ink(40, 60, 190);  // red on cream
  const cv::Scalar paper(220, 240, 248);
  const Glyph glyph = take_apart(drawn_tile("8", ink, paper), "8");
  EXPECT_LE(worst_channel_difference(glyph.ink, ink), 6);
  EXPECT_LE(worst_channel_difference(glyph.paper, paper), 2);
  EXPECT_EQ(glyph.coverage.at<uchar>(0, 0), 0);
}

TEST(TakeApart, LightInkOnDarkPaperHasTheSameCoverage) {
  const Glyph dark = take_apart(drawn_tile("5", {30, 30, 30}, {240, 240, 240}), "5");
  const Glyph light = take_apart(drawn_tile("5", {240, 240, 240}, {30, 30, 30}), "5");
  cv::Mat difference;
  cv::absdiff(dark.coverage, light.coverage, difference);
  double worst = 0;
  cv::minMaxLoc(difference, nullptr, &worst);
  EXPECT_LE(worst, 4);
  EXPECT_GT(light.ink[0], 200);
}

TEST(TakeApart, UnevenPaperLeavesNoCoverage) {
  cv::Mat tile = drawn_tile("1");
  for (int y = 0; y < tile.rows; ++y) {
    for (int x = 0; x < tile.cols; ++x) {
      // A shadow across the tile, 40 grey levels deep.
      tile.at<cv::Vec3b>(y, x) -= cv::Vec3b::all(static_cast<uchar>(40 * x / tile.cols));
    }
  }
  const Glyph flat = take_apart(drawn_tile("1"), "1");
  const Glyph shaded = take_apart(tile, "1");
  EXPECT_EQ(shaded.coverage.at<uchar>(2, tile.cols - 2), 0);
  EXPECT_NEAR(shaded.character_boxes[0].x, flat.character_boxes[0].x, 1);
  EXPECT_NEAR(shaded.character_boxes[0].width, flat.character_boxes[0].width, 2);
}

TEST(TakeApart, GrainOfThePaperIsDropped) {
  cv::Mat tile = drawn_tile("7");
  SampleRng rng({4, 0, 0});
  for (auto pixel = tile.begin<cv::Vec3b>(); pixel != tile.end<cv::Vec3b>(); ++pixel) {
    const double grain = rng.normal(-4, 3);
    for (int c = 0; c < 3; ++c) (*pixel)[c] = cv::saturate_cast<uchar>((*pixel)[c] + grain);
  }
  const Glyph clean = take_apart(drawn_tile("7"), "7");
  const Glyph grainy = take_apart(tile, "7");
  EXPECT_NEAR(grainy.character_boxes[0].x, clean.character_boxes[0].x, 1);
  EXPECT_NEAR(grainy.character_boxes[0].height, clean.character_boxes[0].height, 2);
}

TEST(TakeApart, BlankTileHasNoInk) {
  const Glyph glyph = take_apart(cv::Mat(34, 20, CV_8UC3, cv::Scalar(250, 250, 250)), " ");
  EXPECT_EQ(cv::countNonZero(glyph.coverage), 0);
  ASSERT_EQ(glyph.character_boxes.size(), 1u);
  EXPECT_EQ(glyph.character_boxes[0].height, 0);
}

TEST(TakeApart, AlphaIsTheCoverage) {
  cv::Mat tile(34, 24, CV_8UC4, cv::Scalar(0, 0, 0, 0));
  tile(cv::Rect(8, 6, 6, 20)).setTo(cv::Scalar(10, 20, 200, 255));
  const Glyph glyph = take_apart(tile, "1");
  EXPECT_EQ(glyph.character_boxes[0], cv::Rect(8, 6, 6, 20));
  EXPECT_LE(worst_channel_difference(glyph.ink, {10, 20, 200}), 1);
  EXPECT_LE(worst_channel_difference(glyph.paper, {255, 255, 255}), 0);
}

TEST(TakeApart, OpaqueAlphaIsIgnored) {
  cv::Mat tile;
  cv::cvtColor(drawn_tile("3"), tile, cv::COLOR_BGR2BGRA);
  EXPECT_GT(cv::countNonZero(take_apart(tile, "3").coverage), 50);
}

TEST(TakeApart, GrayTilesWork) {
  cv::Mat tile;
  cv::cvtColor(drawn_tile("3"), tile, cv::COLOR_BGR2GRAY);
  const Glyph glyph = take_apart(tile, "3");
  EXPECT_GT(cv::countNonZero(glyph.coverage), 50);
  EXPECT_EQ(glyph.pixels.type(), CV_8UC3);
}

TEST(TakeApart, TwoDigitsGetABoxEach) {
  const Glyph glyph = take_apart(drawn_tile("20"), "20");
  ASSERT_EQ(glyph.character_boxes.size(), 2u);
  const cv::Rect& first = glyph.character_boxes[0];
  const cv::Rect& second = glyph.character_boxes[1];
  EXPECT_LE(first.x + first.width, second.x);
  EXPECT_GT(first.width, 8);
  EXPECT_GT(second.width, 8);
  EXPECT_EQ((first & second).area(), 0);
}

TEST(TakeApart, RefusesOtherPixelTypes) {
  EXPECT_NE(test::message_of([] { take_apart(cv::Mat(), "4"); }).find("tile '4'"),
            std::string::npos);
  EXPECT_NE(test::message_of([] { take_apart(cv::Mat(9, 9, CV_32FC1), "4"); }).find("8-bit"),
            std::string::npos);
}

}  // namespace
}  // namespace glyphmill
