// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/geometry.h"

#include <algorithm>
#include <cmath>

#include "glyphmill/error.h"

namespace glyphmill {

AffineMap identity_map() { return {1, 0, 0, 0, 1, 0}; }

AffineMap scaling(double sx, double sy) { return {sx, 0, 0, 0, sy, 0}; }

AffineMap translation(double tx, double ty) { return {1, 0, tx, 0, 1, ty}; }

AffineMap rotation(double angle_deg) {
  const double angle = angle_deg * CV_PI / 180;
  const double c = std::cos(angle);
  const double s = std::sin(angle);
  return {c, s, 0, -s, c, 0};  // y points down
}

AffineMap shearing(double shear_x, double shear_y) { return {1, shear_x, 0, shear_y, 1, 0}; }

AffineMap then(const AffineMap& first, const AffineMap& second) {
  AffineMap map;
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 3; ++column) {
      map(row, column) = second(row, 0) * first(0, column) + second(row, 1) * first(1, column);
    }
    map(row, 2) += second(row, 2);
  }
  return map;
}

AffineMap about(const cv::Point2d& centre, const AffineMap& map) {
  return then(then(translation(-centre.x, -centre.y), map), translation(centre.x, centre.y));
}

AffineMap inverse(const AffineMap& map) {
  const double determinant = map(0, 0) * map(1, 1) - map(0, 1) * map(1, 0);
  if (!(std::abs(determinant) > 1e-12)) {
    throw Error(ErrorCode::kInvalidArgument,
                "affine map: must be invertible. Got: determinant " + std::to_string(determinant));
  }
  AffineMap result{map(1, 1) / determinant,  -map(0, 1) / determinant, 0,
                   -map(1, 0) / determinant, map(0, 0) / determinant,  0};
  result(0, 2) = -(result(0, 0) * map(0, 2) + result(0, 1) * map(1, 2));
  result(1, 2) = -(result(1, 0) * map(0, 2) + result(1, 1) * map(1, 2));
  return result;
}

AffineMap to_pixel_centres(const AffineMap& map) { return about({-0.5, -0.5}, map); }

cv::Point2d transform(const AffineMap& map, const cv::Point2d& point) {
  return {map(0, 0) * point.x + map(0, 1) * point.y + map(0, 2),
          map(1, 0) * point.x + map(1, 1) * point.y + map(1, 2)};
}

Quad transform(const AffineMap& map, const Quad& quad) {
  Quad moved;
  for (std::size_t i = 0; i < quad.size(); ++i) {
    moved[i] = cv::Point2f(transform(map, cv::Point2d(quad[i])));
  }
  return moved;
}

Quad quad_of(const cv::Rect2f& rect) {
  const float right = rect.x + rect.width;
  const float bottom = rect.y + rect.height;
  return {cv::Point2f(rect.x, rect.y), cv::Point2f(right, rect.y), cv::Point2f(right, bottom),
          cv::Point2f(rect.x, bottom)};
}

cv::Rect2f bounds_of(const Quad& quad) {
  const auto [left, right] = std::minmax({quad[0].x, quad[1].x, quad[2].x, quad[3].x});
  const auto [top, bottom] = std::minmax({quad[0].y, quad[1].y, quad[2].y, quad[3].y});
  return {left, top, right - left, bottom - top};
}

}  // namespace glyphmill
