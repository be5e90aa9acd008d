// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/fields.h"
#include "glyphmill/random.h"
#include "glyphmill/sample.h"

namespace glyphmill {

/// Other ink on other paper. What a pixel has of either is told by its luminance, between that of
/// the paper and that of the image's most contrasting pixels; texture and noise keep their share.
///
/// A colour is l + saturation (h - Y(h)), where l is the lightness and h the fully saturated colour
/// of a hue with its luminance Y: hue and saturation leave the luminance as it is, unless a channel
/// is clipped. Gray images take the lightness alone.
struct InkPaperOptions {
  Range ink{0, 0.35};               ///< lightness of the ink; 0 .. 1
  Range ink_saturation{0, 0.6};     ///< 0 .. 1
  Range ink_hue_deg{0, 360};        ///< 0 red, 120 green, 240 blue; -360 .. 720
  Range paper{0.75, 1};             ///< lightness of the paper; 0 .. 1
  Range paper_saturation{0, 0.12};  ///< 0 .. 1
  Range paper_hue_deg{0, 360};      ///< -360 .. 720
};

struct InkPaperParams {
  double ink = 0;
  double ink_saturation = 0;
  double ink_hue_deg = 0;
  double paper = 1;
  double paper_saturation = 0;
  double paper_hue_deg = 0;
};

void describe(InkPaperOptions& options, FieldVisitor& visitor);
InkPaperParams draw(const InkPaperOptions& options, SampleRng& rng);
void record(const InkPaperParams& params, std::string_view stage, std::vector<DrawnValue>& drawn);

/// The recoloured image; CV_8UC1 or CV_8UC3. `paper` is the ground that `src` has.
cv::Mat ink_paper(const cv::Mat& src, const InkPaperParams& params,
                  const cv::Scalar& paper = cv::Scalar::all(255));

/// Recolours the image and the sample's paper.
void apply(Sample& sample, const InkPaperParams& params, const StreamKey& key, cv::Mat& scratch);

}  // namespace glyphmill
