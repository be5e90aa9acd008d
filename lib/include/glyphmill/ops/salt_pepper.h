// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/fields.h"
#include "glyphmill/random.h"
#include "glyphmill/sample.h"

namespace glyphmill {

/// Impulse noise: each pixel, independently, turns white (salt) or black (pepper) in all channels.
struct SaltPepperOptions {
  Range amount{0.01, 0.01};    ///< share of the pixels that are hit; 0 .. 1
  Range salt_share{0.5, 0.5};  ///< share of the hits that turn white; 0 .. 1
};

struct SaltPepperParams {
  double amount = 0.01;
  double salt_share = 0.5;
};

void describe(SaltPepperOptions& options, FieldVisitor& visitor);
SaltPepperParams draw(const SaltPepperOptions& options, SampleRng& rng);
void record(const SaltPepperParams& params, std::string_view stage, std::vector<DrawnValue>& drawn);

/// The image with hits; CV_8UC1 or CV_8UC3. Which pixels are hit is the same on every machine.
cv::Mat salt_pepper(const cv::Mat& src, const SaltPepperParams& params, const StreamKey& key);

void apply(Sample& sample, const SaltPepperParams& params, const StreamKey& key, cv::Mat& scratch);

}  // namespace glyphmill
