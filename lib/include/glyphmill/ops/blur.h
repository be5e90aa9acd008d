// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/fields.h"
#include "glyphmill/random.h"
#include "glyphmill/sample.h"

namespace glyphmill {

/// What a camera out of focus does, and one that moves: a Gaussian blur, then the mean along a
/// straight line through each pixel. Beyond the edges the outermost pixels go on.
struct BlurOptions {
  Range sigma_px{0.4, 1.2};           ///< of the Gaussian; 0 leaves it out; 0 .. 20
  Range motion_px{0, 0};              ///< length of the line; 0 leaves it out; 0 .. 100
  Range motion_angle_deg{-180, 180};  ///< its direction, counter-clockwise from the right
};

struct BlurParams {
  double sigma_px = 0;
  double motion_px = 0;
  double motion_angle_deg = 0;
};

void describe(BlurOptions& options, FieldVisitor& visitor);
BlurParams draw(const BlurOptions& options, SampleRng& rng);
void record(const BlurParams& params, std::string_view stage, std::vector<DrawnValue>& drawn);

/// The blurred image; CV_8UC1 or CV_8UC3.
cv::Mat blur(const cv::Mat& src, const BlurParams& params);

/// Blurs the image. `scratch` is working memory and may be exchanged with the sample's image.
void apply(Sample& sample, const BlurParams& params, const StreamKey& key, cv::Mat& scratch);

}  // namespace glyphmill
