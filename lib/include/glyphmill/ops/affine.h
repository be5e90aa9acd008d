// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/fields.h"
#include "glyphmill/random.h"
#include "glyphmill/sample.h"

namespace glyphmill {

/// What lies outside the image.
enum class Border {
  kPaper,      ///< the sample's paper colour
  kConstant,   ///< `border_value` in every channel
  kReplicate,  ///< aaaaaa|abcdefgh|hhhhhhh
  kReflect,    ///< gfedcb|abcdefgh|gfedcba
  kWrap,       ///< cdefgh|abcdefgh|abcdefg
};

/// Rotation, shear (along x, then along y), zoom and shift about the image's centre, in that order,
/// as one matrix and one bilinear warp. The image keeps its size, which may be up to 32766 x 32766.
/// A map that moves nothing leaves every pixel as it was.
struct AffineOptions {
  Range angle_deg{-3, 3};        ///< counter-clockwise; -180 .. 180
  Range shear_x{0, 0};           ///< columns a row moves per row of height; -2 .. 2
  Range shear_y{0, 0};           ///< rows a column moves per column of width; -2 .. 2
  Range zoom{1, 1};              ///< above 1 enlarges; 0.1 .. 10
  Range shift_x_fraction{0, 0};  ///< of the width, to the right; -1 .. 1
  Range shift_y_fraction{0, 0};  ///< of the height, downwards; -1 .. 1
  bool fit = true;               ///< shrink and move just enough that no character leaves the image
  Border border = Border::kPaper;
  double border_value = 255;  ///< for Border::kConstant; 0 .. 255
};

/// One drawn transformation; the same units.
struct AffineParams {
  double angle_deg = 0;
  double shear_x = 0;
  double shear_y = 0;
  double zoom = 1;
  double shift_x_fraction = 0;
  double shift_y_fraction = 0;
  bool fit = true;
  Border border = Border::kPaper;
  double border_value = 255;
};

void describe(AffineOptions& options, FieldVisitor& visitor);
AffineParams draw(const AffineOptions& options, SampleRng& rng);
void record(const AffineParams& params, std::string_view stage, std::vector<DrawnValue>& drawn);

/// The map of `params` for an image of this size, input to output, `fit` not applied.
AffineMap affine_map(const AffineParams& params, const cv::Size& size);

/// The warped image: same size and type, CV_8UC1 or CV_8UC3. `paper` fills Border::kPaper; `fit` is
/// ignored, for an image alone has no characters. Throws Error(kInvalidArgument) on other types.
cv::Mat affine(const cv::Mat& src, const AffineParams& params,
               const cv::Scalar& paper = cv::Scalar::all(255));

/// Warps the image and moves the character quadrilaterals by the same map. `scratch` is working
/// memory and may be exchanged with the sample's image.
///
/// `fit` adds, about the centre of the box around all characters, the zoom below 1 that lets that
/// box keep a pixel's distance from the image's edges (or the distance it had before, if less), and
/// then the smallest shift that makes it so. It does nothing if the characters stay inside anyway,
/// or were not inside before.
void apply(Sample& sample, const AffineParams& params, const StreamKey& key, cv::Mat& scratch);

}  // namespace glyphmill
