// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/fields.h"
#include "glyphmill/random.h"
#include "glyphmill/sample.h"

namespace glyphmill {

/// The resolution that a distant or cheap camera loses: reduced, each pixel the mean of those it
/// stands for, and enlarged to its size again.
struct DownscaleOptions {
  Range factor{0.4, 0.8};  ///< of the reduced sides, which are at least 1 px; 0.02 .. 1
};

struct DownscaleParams {
  double factor = 1;
};

void describe(DownscaleOptions& options, FieldVisitor& visitor);
DownscaleParams draw(const DownscaleOptions& options, SampleRng& rng);
void record(const DownscaleParams& params, std::string_view stage, std::vector<DrawnValue>& drawn);

/// The image with what is left of it, of the same size; CV_8UC1 or CV_8UC3.
cv::Mat downscale(const cv::Mat& src, const DownscaleParams& params);

/// Works in place. `scratch` is working memory.
void apply(Sample& sample, const DownscaleParams& params, const StreamKey& key, cv::Mat& scratch);

}  // namespace glyphmill
