// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/geometry.h"

#include <gtest/gtest.h>

#include "glyphmill/error.h"

namespace glyphmill {
namespace {

void expect_point(const cv::Point2d& point, double x, double y) {
  EXPECT_NEAR(point.x, x, 1e-9);
  EXPECT_NEAR(point.y, y, 1e-9);
}

TEST(Geometry, PositiveAnglesTurnCounterClockwiseOnTheScreen) {
  expect_point(transform(rotation(90), cv::Point2d(1, 0)), 0, -1);
}

TEST(Geometry, ThenDoesTheFirstFirst) {
  expect_point(transform(then(scaling(2, 3), translation(10, 20)), cv::Point2d(1, 1)), 12, 23);
}

TEST(Geometry, AboutLeavesItsCentreInPlace) {
  const AffineMap map = about({20, 10}, then(rotation(33), shearing(0.2, 0.1)));
  expect_point(transform(map, cv::Point2d(20, 10)), 20, 10);
}

TEST(Geometry, InverseUndoes) {
  const AffineMap map = then(then(rotation(20), shearing(0.3, -0.1)), translation(4, -7));
  expect_point(transform(then(map, inverse(map)), cv::Point2d(3, 5)), 3, 5);
  EXPECT_THROW(inverse(scaling(0, 1)), Error);
}

TEST(Geometry, PixelCentresLieHalfAPixelIn) {
  // Doubling: the square of pixel 0 becomes the squares of pixels 0 and 1, whose centre is 0.5.
  expect_point(transform(to_pixel_centres(scaling(2, 2)), cv::Point2d(0, 0)), 0.5, 0.5);
}

TEST(Geometry, QuadOfRectAndItsBounds) {
  const Quad quad = quad_of({2, 3, 10, 20});
  EXPECT_EQ(quad[0], cv::Point2f(2, 3));
  EXPECT_EQ(quad[2], cv::Point2f(12, 23));
  EXPECT_EQ(bounds_of(quad), cv::Rect2f(2, 3, 10, 20));
  const cv::Rect2f turned = bounds_of(transform(rotation(90), quad));
  EXPECT_NEAR(turned.width, 20, 1e-5);
  EXPECT_NEAR(turned.height, 10, 1e-5);
}

}  // namespace
}  // namespace glyphmill
