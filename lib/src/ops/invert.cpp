// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ops/invert.h"

#include "ops/pixels.h"

namespace glyphmill {
namespace {

constexpr std::string_view kName = "invert";

}  // namespace

void describe(InvertOptions&, FieldVisitor&) {}

InvertParams draw(const InvertOptions&, SampleRng&) { return {}; }

void record(const InvertParams&, std::string_view, std::vector<DrawnValue>&) {}

cv::Mat invert(const cv::Mat& src) {
  ops::check_image(src, kName);
  cv::Mat negative;
  cv::bitwise_not(src, negative);
  return negative;
}

void apply(Sample& sample, const InvertParams&, const StreamKey&, cv::Mat&) {
  ops::check_image(sample.image, kName);
  cv::bitwise_not(sample.image, sample.image);
  sample.paper = cv::Scalar::all(255) - sample.paper;
}

}  // namespace glyphmill
