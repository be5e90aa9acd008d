// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/fields.h"
#include "glyphmill/random.h"
#include "glyphmill/sample.h"

namespace glyphmill {

/// The blocks and ripples of JPEG, in images that are stored without loss or compressed more than
/// once. Colour at half the resolution (4:2:0), as most cameras and programs store it.
struct JpegOptions {
  Range quality{30, 90};  ///< libjpeg's; rounded; 1 .. 100
};

struct JpegParams {
  double quality = 100;
};

void describe(JpegOptions& options, FieldVisitor& visitor);
JpegParams draw(const JpegOptions& options, SampleRng& rng);
void record(const JpegParams& params, std::string_view stage, std::vector<DrawnValue>& drawn);

/// What is read back of the image; CV_8UC1 or CV_8UC3, sides up to 65500 px.
cv::Mat jpeg(const cv::Mat& src, const JpegParams& params);

void apply(Sample& sample, const JpegParams& params, const StreamKey& key, cv::Mat& scratch);

}  // namespace glyphmill
