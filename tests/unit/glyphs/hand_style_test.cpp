// SPDX-License-Identifier: Apache-2.0
#include "glyphs/hand_style.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace glyphmill::glyphs {
namespace {

HandStyle style_of(const cv::Mat& picture) {
  return measure_style(picture.data, picture.rows, picture.cols, picture.step);
}

struct Bar {
  double slant;
  double pen;  // px across the stroke
  double height = 20;
};

/// A parallelogram of ink in the middle of 28 x 28, by the area of each pixel that it covers.
cv::Mat drawn(const Bar& bar, double level = 255) {
  constexpr int kFine = 16;
  cv::Mat fine(28 * kFine, 28 * kFine, CV_8UC1, cv::Scalar(0));
  const double half_width = bar.pen / 2 * std::sqrt(1 + bar.slant * bar.slant);
  for (int y = 0; y < fine.rows; ++y) {
    const double up = 14 - (y + 0.5) / kFine;
    if (std::abs(up) > bar.height / 2) continue;
    for (int x = 0; x < fine.cols; ++x) {
      const double right = (x + 0.5) / kFine - 14;
      if (std::abs(right - bar.slant * up) <= half_width) {
        fine.at<uchar>(y, x) = cv::saturate_cast<uchar>(level);
      }
    }
  }
  cv::Mat picture;
  cv::resize(fine, picture, {28, 28}, 0, 0, cv::INTER_AREA);
  return picture;
}

TEST(HandStyle, SlantIsTheShearOfTheBar) {
  for (const double slant : {-0.6, -0.25, 0.0, 0.1, 0.25, 0.6}) {
    for (const double pen : {2.0, 3.0, 4.5}) {
      EXPECT_NEAR(style_of(drawn({slant, pen})).slant, slant, 0.005) << slant << " " << pen;
    }
  }
}

TEST(HandStyle, StrokeWidthIsThePenHoweverTheBarLeans) {
  for (const double slant : {-0.6, -0.25, 0.0, 0.1, 0.25, 0.6}) {
    for (const double pen : {2.0, 3.0, 4.5}) {
      const double lean = std::sqrt(1 + slant * slant);
      const double across = pen * lean;  // along a row
      const double outline = 2 * (across + 20 * lean);
      const double expected = 2 * across * 20 / outline;
      // Four directions stand for all, which makes upright strokes 5.5 % too wide and others up to
      // 2.6 % too narrow, and the corners of a bar are cut short, which makes it 3 % too wide.
      EXPECT_NEAR(style_of(drawn({slant, pen})).stroke_width / expected, 1.03, 0.06)
          << slant << " " << pen;
    }
  }
}

TEST(HandStyle, InkChangesDarknessOnly) {
  const HandStyle full = style_of(drawn({0, 4}, 240));
  const HandStyle faint = style_of(drawn({0, 4}, 80));
  EXPECT_DOUBLE_EQ(full.slant, faint.slant);
  EXPECT_DOUBLE_EQ(full.stroke_width, faint.stroke_width);
  EXPECT_NEAR(full.ink, 240.0 / 255, 1e-12);
  EXPECT_NEAR(faint.ink, 80.0 / 255, 1e-12);
}

TEST(HandStyle, PlaceChangesNothing) {
  const cv::Mat picture = drawn({0.3, 3});
  cv::Mat moved(60, 90, CV_8UC1, cv::Scalar(0));
  picture.copyTo(moved(cv::Rect(50, 20, 28, 28)));
  EXPECT_DOUBLE_EQ(style_of(moved).slant, style_of(picture).slant);
  EXPECT_DOUBLE_EQ(style_of(moved).stroke_width, style_of(picture).stroke_width);
  EXPECT_DOUBLE_EQ(style_of(moved).size * 60, style_of(picture).size * 28);
}

TEST(HandStyle, AMirrorTurnsTheSlantRound) {
  const cv::Mat picture = drawn({0.3, 3});
  cv::Mat mirrored;
  cv::flip(picture, mirrored, 1);
  EXPECT_DOUBLE_EQ(style_of(mirrored).slant, -style_of(picture).slant);
  EXPECT_DOUBLE_EQ(style_of(mirrored).stroke_width, style_of(picture).stroke_width);
}

TEST(HandStyle, BoxHoldsAllInk) {
  cv::Mat picture(40, 20, CV_8UC1, cv::Scalar(0));
  picture(cv::Rect(3, 5, 8, 16)).setTo(200);
  picture.at<uchar>(30, 18) = 1;
  const HandStyle style = style_of(picture);
  EXPECT_DOUBLE_EQ(style.aspect, 16.0 / 26);
  EXPECT_DOUBLE_EQ(style.size, 26.0 / 40);
}

TEST(HandStyle, ReadsItsOwnPixelsOnly) {
  cv::Mat sheet(50, 50, CV_8UC1, cv::Scalar(255));
  const cv::Mat window = sheet(cv::Rect(7, 9, 28, 28));
  const cv::Mat picture = drawn({-0.2, 3});
  picture.copyTo(window);
  EXPECT_EQ(style_of(window).slant, style_of(picture).slant);
  EXPECT_EQ(style_of(window).stroke_width, style_of(picture).stroke_width);
  EXPECT_EQ(style_of(window).aspect, style_of(picture).aspect);
}

TEST(HandStyle, TheEdgeOfThePictureIsOutline) {
  const cv::Mat picture = drawn({0, 4});
  const cv::Mat cut = picture(cv::Rect(12, 4, 4, 20));
  EXPECT_EQ(cv::countNonZero(cut), 80);
  EXPECT_DOUBLE_EQ(style_of(cut).stroke_width, style_of(picture).stroke_width);
}

TEST(HandStyle, IsZeroWithoutInk) {
  const HandStyle style = style_of(cv::Mat(28, 28, CV_8UC1, cv::Scalar(0)));
  EXPECT_EQ(style.slant, 0);
  EXPECT_EQ(style.stroke_width, 0);
  EXPECT_EQ(style.aspect, 0);
  EXPECT_EQ(style.size, 0);
  EXPECT_EQ(style.ink, 0);
}

TEST(HandStyle, KnowsNoLeanInOneRow) {
  cv::Mat picture(28, 28, CV_8UC1, cv::Scalar(0));
  picture.row(9).setTo(255);
  EXPECT_EQ(style_of(picture).slant, 0);
  EXPECT_EQ(style_of(picture).aspect, 28);
}

TEST(HandStyle, DoesNotOverflowInHugePictures) {
  cv::Mat picture(3000, 5000, CV_8UC1, cv::Scalar(255));
  const HandStyle style = style_of(picture);
  EXPECT_EQ(style.slant, 0);
  EXPECT_EQ(style.ink, 1);
  EXPECT_NEAR(style.stroke_width, 1875 * 1.055, 2);
}

}  // namespace
}  // namespace glyphmill::glyphs
