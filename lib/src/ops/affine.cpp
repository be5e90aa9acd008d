// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ops/affine.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "core/create_within.h"
#include "ops/pixels.h"
#include "ops/warp.h"

namespace glyphmill {
namespace {

constexpr std::string_view kName = "affine";
constexpr Bounds kAngleBounds{-180, 180};
constexpr Bounds kShearBounds{-2, 2};
constexpr Bounds kZoomBounds{0.1, 10};
constexpr Bounds kShiftBounds{-1, 1};
constexpr Bounds kBorderValueBounds{0, 255};
constexpr int kMaxSide = 32766;  // the warps keep whole coordinates in 16 bits

/// Left, top, right and bottom edge.
struct Box {
  double left, top, right, bottom;
  double width() const { return right - left; }
  double height() const { return bottom - top; }
};

void check(const cv::Mat& image, const AffineParams& params) {
  ops::check_image(image, kName);
  if (image.cols > kMaxSide || image.rows > kMaxSide) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: image must be at most {} pixels wide and high. Got: {}x{}", kName,
                            kMaxSide, image.cols, image.rows));
  }
  ops::check_param(kName, "angle_deg", params.angle_deg, kAngleBounds);
  ops::check_param(kName, "shear_x", params.shear_x, kShearBounds);
  ops::check_param(kName, "shear_y", params.shear_y, kShearBounds);
  ops::check_param(kName, "zoom", params.zoom, kZoomBounds);
  ops::check_param(kName, "shift_x_fraction", params.shift_x_fraction, kShiftBounds);
  ops::check_param(kName, "shift_y_fraction", params.shift_y_fraction, kShiftBounds);
  ops::check_param(kName, "border_value", params.border_value, kBorderValueBounds);
}

int opencv_border(Border border) {
  switch (border) {
    case Border::kPaper:
    case Border::kConstant:
      return cv::BORDER_CONSTANT;
    case Border::kReplicate:
      return cv::BORDER_REPLICATE;
    case Border::kReflect:
      return cv::BORDER_REFLECT_101;
    case Border::kWrap:
      return cv::BORDER_WRAP;
  }
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("{}.border: must be a value of Border. Got: {}", kName,
                          static_cast<int>(border)));
}

/// Leaves the result in `image`.
void warp(cv::Mat& image, const AffineMap& map, const AffineParams& params, const cv::Scalar& paper,
          cv::Mat& work) {
  const AffineMap to_source = to_pixel_centres(inverse(map));
  const int border = opencv_border(params.border);
  const cv::Scalar outside =
      params.border == Border::kPaper ? paper : cv::Scalar::all(params.border_value);
  if (border == cv::BORDER_CONSTANT && ops::nearly_keeps_rows(to_source)) {
    return ops::warp(image, to_source, outside, image, work, core::fastest());
  }
  core::create_within(work, image.rows, image.cols, image.type());
  cv::warpAffine(image, work, to_source, image.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 border, outside);
  cv::swap(image, work);
}

/// The smallest upright box around all characters after `map`.
Box box_of(const std::vector<CharacterBox>& characters, const AffineMap& map) {
  const cv::Point2d first = transform(map, cv::Point2d(characters.front().quad[0]));
  Box box{first.x, first.y, first.x, first.y};
  for (const CharacterBox& character : characters) {
    for (const cv::Point2f& corner : character.quad) {
      const cv::Point2d moved = transform(map, cv::Point2d(corner));
      box = {std::min(box.left, moved.x), std::min(box.top, moved.y), std::max(box.right, moved.x),
             std::max(box.bottom, moved.y)};
    }
  }
  return box;
}

/// Where the characters have to stay: the image without the outermost pixels, which the warp mixes
/// with the border, but no narrower than the room they took `before`. Empty size if they were not
/// inside the image then.
Box frame_of(const Box& before, const cv::Size& size) {
  constexpr double kMargin = 1;
  constexpr double kSlack = 0.01;  // quadrilaterals are single precision
  if (before.left < -kSlack || before.top < -kSlack || before.right > size.width + kSlack ||
      before.bottom > size.height + kSlack) {
    return {0, 0, 0, 0};
  }
  return {std::min(before.left, kMargin), std::min(before.top, kMargin),
          std::max(before.right, size.width - kMargin),
          std::max(before.bottom, size.height - kMargin)};
}

/// The smallest move that brings the interval into [low, high], which it is not wider than.
double shift_into(double from, double to, double low, double high) {
  if (from < low) return low - from;
  return std::min(0.0, high - to);
}

/// `map`, and after it the zoom and the shift that bring the characters back into the image.
AffineMap fitted(const AffineMap& map, const std::vector<CharacterBox>& characters,
                 const cv::Size& size) {
  const Box frame = frame_of(box_of(characters, identity_map()), size);
  if (frame.width() <= 0 || frame.height() <= 0) return map;
  const Box box = box_of(characters, map);
  double zoom = 1;
  if (box.width() > frame.width()) zoom = frame.width() / box.width();
  if (box.height() * zoom > frame.height()) zoom = frame.height() / box.height();
  const cv::Point2d centre((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  const double half_width = zoom * box.width() / 2;
  const double half_height = zoom * box.height() / 2;
  const double dx =
      shift_into(centre.x - half_width, centre.x + half_width, frame.left, frame.right);
  const double dy =
      shift_into(centre.y - half_height, centre.y + half_height, frame.top, frame.bottom);
  if (zoom == 1 && dx == 0 && dy == 0) return map;
  return then(then(map, about(centre, scaling(zoom, zoom))), translation(dx, dy));
}

}  // namespace

void describe(AffineOptions& options, FieldVisitor& visitor) {
  visitor.range("angle_deg", options.angle_deg, kAngleBounds,
                "rotation in degrees, counter-clockwise");
  visitor.range("shear_x", options.shear_x, kShearBounds,
                "columns that a row moves to the right per row below the centre");
  visitor.range("shear_y", options.shear_y, kShearBounds,
                "rows that a column moves down per column right of the centre");
  visitor.range("zoom", options.zoom, kZoomBounds, "magnification; above 1 enlarges");
  visitor.range("shift_x_fraction", options.shift_x_fraction, kShiftBounds,
                "shift to the right as a share of the image's width");
  visitor.range("shift_y_fraction", options.shift_y_fraction, kShiftBounds,
                "shift downwards as a share of the image's height");
  visitor.boolean("fit", options.fit,
                  "shrink and move just enough that no character leaves the image");
  visitor.choice_of("border", options.border, {"paper", "constant", "replicate", "reflect", "wrap"},
                    "what lies outside the image: paper, constant, replicate, reflect, wrap");
  visitor.number("border_value", options.border_value, kBorderValueBounds,
                 "gray level outside the image for border: constant");
}

AffineParams draw(const AffineOptions& options, SampleRng& rng) {
  AffineParams params;
  params.angle_deg = rng.uniform(options.angle_deg);
  params.shear_x = rng.uniform(options.shear_x);
  params.shear_y = rng.uniform(options.shear_y);
  params.zoom = rng.uniform(options.zoom);
  params.shift_x_fraction = rng.uniform(options.shift_x_fraction);
  params.shift_y_fraction = rng.uniform(options.shift_y_fraction);
  params.fit = options.fit;
  params.border = options.border;
  params.border_value = options.border_value;
  return params;
}

void record(const AffineParams& params, std::string_view stage, std::vector<DrawnValue>& drawn) {
  drawn.push_back({stage, "angle_deg", params.angle_deg});
  drawn.push_back({stage, "shear_x", params.shear_x});
  drawn.push_back({stage, "shear_y", params.shear_y});
  drawn.push_back({stage, "zoom", params.zoom});
  drawn.push_back({stage, "shift_x_fraction", params.shift_x_fraction});
  drawn.push_back({stage, "shift_y_fraction", params.shift_y_fraction});
}

AffineMap affine_map(const AffineParams& params, const cv::Size& size) {
  // One shear after the other: together, x += a y and y += b x would be singular at a b = 1.
  const AffineMap sheared = then(shearing(params.shear_x, 0), shearing(0, params.shear_y));
  const AffineMap turned = then(rotation(params.angle_deg), sheared);
  const AffineMap zoomed = then(turned, scaling(params.zoom, params.zoom));
  return then(
      about({size.width / 2.0, size.height / 2.0}, zoomed),
      translation(params.shift_x_fraction * size.width, params.shift_y_fraction * size.height));
}

cv::Mat affine(const cv::Mat& src, const AffineParams& params, const cv::Scalar& paper) {
  check(src, params);
  const AffineMap map = affine_map(params, src.size());
  if (map == identity_map()) return src.clone();
  cv::Mat moved = src.clone();
  cv::Mat work;
  warp(moved, map, params, paper, work);
  return moved;
}

void apply(Sample& sample, const AffineParams& params, const StreamKey&, cv::Mat& scratch) {
  check(sample.image, params);
  const cv::Size size = sample.image.size();
  AffineMap map = affine_map(params, size);
  if (map == identity_map()) return;
  if (params.fit && !sample.characters.empty()) map = fitted(map, sample.characters, size);
  warp(sample.image, map, params, sample.paper, scratch);
  for (CharacterBox& character : sample.characters) {
    character.quad = transform(map, character.quad);
  }
}

}  // namespace glyphmill
