// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/fields.h"
#include "glyphmill/random.h"
#include "glyphmill/sample.h"

namespace glyphmill {

/// Additive normal noise, independent for every pixel and channel, rounded and clipped to 0 .. 255.
struct GaussianNoiseOptions {
  Range sigma{0.155, 0.155};  ///< standard deviation as a share of full scale (255); 0 .. 1
};

struct GaussianNoiseParams {
  double sigma = 0.155;
};

void describe(GaussianNoiseOptions& options, FieldVisitor& visitor);
GaussianNoiseParams draw(const GaussianNoiseOptions& options, SampleRng& rng);
void record(const GaussianNoiseParams& params, std::string_view stage,
            std::vector<DrawnValue>& drawn);

/// The noisy image; CV_8UC1 or CV_8UC3. The noise of a value depends on `key` and the value's place
/// (rows x columns x channels, counted through) alone, never on threads or instruction sets. No
/// value is further than 4.9 sigma from its source.
cv::Mat gaussian_noise(const cv::Mat& src, const GaussianNoiseParams& params, const StreamKey& key);

void apply(Sample& sample, const GaussianNoiseParams& params, const StreamKey& key,
           cv::Mat& scratch);

}  // namespace glyphmill
