// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/fields.h"
#include "glyphmill/random.h"
#include "glyphmill/sample.h"

namespace glyphmill {

/// v -> (v - 127.5) contrast + 127.5 + 255 brightness, rounded and clipped.
struct BrightnessContrastOptions {
  Range brightness{0, 0};  ///< share of full scale that is added; -1 .. 1
  Range contrast{1, 1};    ///< factor about middle gray; 0 .. 10
};

struct BrightnessContrastParams {
  double brightness = 0;
  double contrast = 1;
};

void describe(BrightnessContrastOptions& options, FieldVisitor& visitor);
BrightnessContrastParams draw(const BrightnessContrastOptions& options, SampleRng& rng);
void record(const BrightnessContrastParams& params, std::string_view stage,
            std::vector<DrawnValue>& drawn);

/// The adjusted image; CV_8UC1 or CV_8UC3.
cv::Mat brightness_contrast(const cv::Mat& src, const BrightnessContrastParams& params);

/// Adjusts the image and the sample's paper colour.
void apply(Sample& sample, const BrightnessContrastParams& params, const StreamKey& key,
           cv::Mat& scratch);

}  // namespace glyphmill
