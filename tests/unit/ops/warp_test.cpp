// SPDX-License-Identifier: Apache-2.0
#include "ops/warp.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

namespace glyphmill::ops {
namespace {

using core::InstructionSet;

const cv::Scalar kOutside(200, 90, 17);

/// Repeatable pixels without any order.
cv::Mat scramble(const cv::Size& size, int type) {
  cv::Mat image(size, type);
  std::uint32_t state = 1;
  for (int y = 0; y < image.rows; ++y) {
    for (int i = 0; i < image.cols * image.channels(); ++i) {
      state = state * 1664525u + 1013904223u;
      image.ptr(y)[i] = static_cast<std::uint8_t>(state >> 24);
    }
  }
  return image;
}

/// Blots on the outside's colour, to which they fade before the edge: no step is steeper than 25
/// levels a pixel, so OpenCV's grid of 1/32 pixel shows by less than a level.
cv::Mat smooth(const cv::Size& size, int type) {
  cv::Mat image(size, type, kOutside);
  const cv::Point middle(size.width / 2, size.height / 2);
  cv::rectangle(image, {middle.x - 25, middle.y - 15}, {middle.x + 20, middle.y + 5},
                cv::Scalar(0, 255, 255), cv::FILLED);
  cv::circle(image, {middle.x + 15, middle.y + 5}, 10, cv::Scalar(255, 0, 90), cv::FILLED);
  cv::GaussianBlur(image, image, {0, 0}, 5);
  return image;
}

AffineMap map_of(double angle_deg, double zoom, double shear, const cv::Size& size) {
  const AffineMap map = then(then(rotation(angle_deg), scaling(zoom, zoom)), shearing(shear, 0));
  return about({size.width / 2.0, size.height / 2.0}, map);
}

cv::Mat warped(const cv::Mat& src, const AffineMap& map, InstructionSet set) {
  cv::Mat dst(src.size(), src.type());
  cv::Mat work;
  warp(src, map, kOutside, dst, work, set);
  return dst;
}

double difference(const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_INF); }

struct Case {
  cv::Size size;
  double angle_deg, zoom, shear;
};

const Case kCases[] = {{{285, 50}, 3, 1, 0},       {{285, 50}, -1.3, 0.97, 0},
                       {{40, 31}, -12, 1.05, 0.2}, {{64, 64}, 9, 0.95, 0.4},
                       {{1, 1}, 2, 1, 0},          {{3, 200}, -10, 1, -0.5},
                       {{700, 9}, 0.2, 1.0001, 0}, {{17, 5}, 0, 0.8, 0.5}};

TEST(Warp, EveryInstructionSetGivesTheSameBytes) {
  if (!core::available(InstructionSet::kAvx2)) GTEST_SKIP() << "no AVX2 here";
  for (const Case& c : kCases) {
    const AffineMap map = map_of(c.angle_deg, c.zoom, c.shear, c.size);
    ASSERT_TRUE(nearly_keeps_rows(map));
    for (const int type : {CV_8UC1, CV_8UC3}) {
      const cv::Mat src = scramble(c.size, type);
      EXPECT_EQ(difference(warped(src, map, InstructionSet::kPortable),
                           warped(src, map, InstructionSet::kAvx2)),
                0)
          << c.size << " " << c.angle_deg;
    }
  }
}

TEST(Warp, StaysWithinTwoLevelsOfOpenCvOnSmoothImages) {
  const cv::Size size(160, 100);
  for (const Case& c : kCases) {
    const AffineMap map = map_of(c.angle_deg, c.zoom, c.shear, size);
    for (const int type : {CV_8UC1, CV_8UC3}) {
      const cv::Mat src = smooth(size, type);
      cv::Mat expected;
      cv::warpAffine(src, expected, map, size, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                     cv::BORDER_CONSTANT, kOutside);
      EXPECT_LE(difference(warped(src, map, core::fastest()), expected), 2) << c.angle_deg;
    }
  }
}

/// Bilinear sampling straight from its definition.
double sampled(const cv::Mat& src, int channel, const cv::Point2d& at) {
  const int left = static_cast<int>(std::floor(at.x));
  const int top = static_cast<int>(std::floor(at.y));
  const auto value = [&](int x, int y) {
    const bool outside = x < 0 || y < 0 || x >= src.cols || y >= src.rows;
    return outside ? kOutside[channel] : src.ptr(y)[x * src.channels() + channel];
  };
  const double u = at.x - left;
  const double v = at.y - top;
  return (1 - v) * ((1 - u) * value(left, top) + u * value(left + 1, top)) +
         v * ((1 - u) * value(left, top + 1) + u * value(left + 1, top + 1));
}

TEST(Warp, FollowsTheDefinitionToALevelWhateverThePixels) {
  for (const Case& c : kCases) {
    const AffineMap map = map_of(c.angle_deg, c.zoom, c.shear, c.size);
    const cv::Mat src = scramble(c.size, CV_8UC3);
    const cv::Mat dst = warped(src, map, core::fastest());
    for (int y = 0; y < src.rows; ++y) {
      for (int i = 0; i < 3 * src.cols; ++i) {
        const double expected = sampled(src, i % 3, transform(map, cv::Point2d(i / 3, y)));
        ASSERT_NEAR(dst.ptr(y)[i], expected, 1) << c.size << " at " << i / 3 << ", " << y;
      }
    }
  }
}

TEST(Warp, WholeShiftsAreExactAndFlatStaysFlat) {
  const cv::Mat src = scramble({90, 20}, CV_8UC3);
  EXPECT_EQ(difference(warped(src, identity_map(), core::fastest()), src), 0);
  const cv::Mat moved = warped(src, translation(-70, 3), core::fastest());
  EXPECT_EQ(difference(moved(cv::Rect(70, 0, 20, 17)), src(cv::Rect(0, 3, 20, 17))), 0);
  EXPECT_EQ(difference(moved.colRange(0, 70), cv::Mat(20, 70, CV_8UC3, kOutside)), 0);
  const cv::Mat away = warped(src, translation(1e8, -1e8), core::fastest());
  EXPECT_EQ(difference(away, cv::Mat(src.size(), CV_8UC3, kOutside)), 0);
  const cv::Mat flat(20, 90, CV_8UC3, kOutside);
  EXPECT_EQ(difference(warped(flat, map_of(4, 0.9, 0.3, flat.size()), core::fastest()), flat), 0);
}

TEST(Warp, WorksInPlaceAndOnPartsOfImages) {
  const cv::Mat src = scramble({120, 40}, CV_8UC3);
  const AffineMap map = map_of(3, 1, 0, {80, 30});
  const cv::Rect part(10, 5, 80, 30);
  const cv::Mat expected = warped(src(part).clone(), map, core::fastest());
  cv::Mat whole = src.clone();
  cv::Mat inside = whole(part);
  cv::Mat work;
  warp(inside, map, kOutside, inside, work, core::fastest());
  EXPECT_EQ(difference(inside, expected), 0);
  src(part).copyTo(inside);
  EXPECT_EQ(difference(whole, src), 0) << "wrote beside the part";
}

TEST(Warp, FarEndsOfTheWidestImageAreInPlace) {
  const cv::Size size(32766, 4);
  cv::Mat src(size, CV_8UC1, cv::Scalar(0));
  for (int x = 0; x < size.width; x += 2) src.col(x).setTo(255);
  const AffineMap map = about({0, 0}, scaling(1 + 1.0 / 65536, 1));
  const cv::Mat dst = warped(src, map, core::fastest());
  for (int x = 32000; x < 32700; ++x) {
    ASSERT_NEAR(dst.at<std::uint8_t>(1, x), sampled(src, 0, transform(map, cv::Point2d(x, 1))), 2);
  }
}

}  // namespace
}  // namespace glyphmill::ops
