// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/fields.h"
#include "glyphmill/random.h"
#include "glyphmill/sample.h"

namespace glyphmill {

/// v -> 255 - v in every channel: light ink on dark paper.
struct InvertOptions {};
struct InvertParams {};

void describe(InvertOptions& options, FieldVisitor& visitor);
InvertParams draw(const InvertOptions& options, SampleRng& rng);
void record(const InvertParams& params, std::string_view stage, std::vector<DrawnValue>& drawn);

/// The negative; CV_8UC1 or CV_8UC3.
cv::Mat invert(const cv::Mat& src);

/// Inverts the image and the sample's paper colour.
void apply(Sample& sample, const InvertParams& params, const StreamKey& key, cv::Mat& scratch);

}  // namespace glyphmill
