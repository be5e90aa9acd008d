// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <opencv2/core.hpp>

/// Plane geometry in image coordinates. Pixel (x, y) covers the square [x, x+1) x [y, y+1), x to
/// the right, y downwards; so an image of w x h pixels is the rectangle (0, 0) .. (w, h), its
/// centre is (w/2, h/2), and resizing is a plain scaling. (OpenCV's warps put pixel centres on
/// whole numbers; `to_pixel_centres` converts a map for them.)
namespace glyphmill {

/// Corners in reading order around the shape: top left, top right, bottom right, bottom left of
/// the upright character.
using Quad = std::array<cv::Point2f, 4>;

/// Affine map p -> A p + t as the 2 x 3 matrix [A | t].
using AffineMap = cv::Matx23d;

AffineMap identity_map();
AffineMap scaling(double sx, double sy);
AffineMap translation(double tx, double ty);
/// Counter-clockwise as seen on the screen, about the origin.
AffineMap rotation(double angle_deg);
/// x += shear_x y, y += shear_y x.
AffineMap shearing(double shear_x, double shear_y);
/// The map that does `first`, then `second`.
AffineMap then(const AffineMap& first, const AffineMap& second);
/// `map` carried out about `centre` instead of the origin.
AffineMap about(const cv::Point2d& centre, const AffineMap& map);
/// Throws Error(kInvalidArgument) if the map is singular.
AffineMap inverse(const AffineMap& map);
/// The same map for coordinates in which pixel centres are whole numbers.
AffineMap to_pixel_centres(const AffineMap& map);

cv::Point2d transform(const AffineMap& map, const cv::Point2d& point);
Quad transform(const AffineMap& map, const Quad& quad);

Quad quad_of(const cv::Rect2f& rect);
/// The smallest upright rectangle that holds the quadrilateral.
cv::Rect2f bounds_of(const Quad& quad);

}  // namespace glyphmill
