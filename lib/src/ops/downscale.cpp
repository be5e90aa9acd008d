// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ops/downscale.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/create_within.h"
#include "ops/pixels.h"

namespace glyphmill {
namespace {

constexpr std::string_view kName = "downscale";
constexpr Bounds kFactorBounds{0.02, 1};

void check(const cv::Mat& image, const DownscaleParams& params) {
  ops::check_image(image, kName);
  ops::check_param(kName, "factor", params.factor, kFactorBounds);
}

/// `src` may be `dst`.
void lose_resolution(const cv::Mat& src, double factor, cv::Mat& dst, cv::Mat& work) {
  const auto reduced = [factor](int side) {
    return std::max(1, static_cast<int>(std::lround(side * factor)));
  };
  const cv::Size size(reduced(src.cols), reduced(src.rows));
  if (size == src.size()) {
    if (dst.data != src.data) src.copyTo(dst);
    return;
  }
  core::create_within(work, size.height, size.width, src.type());
  cv::resize(src, work, size, 0, 0, cv::INTER_AREA);
  cv::resize(work, dst, src.size(), 0, 0, cv::INTER_LINEAR);
}

}  // namespace

void describe(DownscaleOptions& options, FieldVisitor& visitor) {
  visitor.range("factor", options.factor, kFactorBounds,
                "sides to which the image is reduced, as a share of its own, before it is "
                "enlarged again");
}

DownscaleParams draw(const DownscaleOptions& options, SampleRng& rng) {
  return {rng.uniform(options.factor)};
}

void record(const DownscaleParams& params, std::string_view stage, std::vector<DrawnValue>& drawn) {
  drawn.push_back({stage, "factor", params.factor});
}

cv::Mat downscale(const cv::Mat& src, const DownscaleParams& params) {
  check(src, params);
  cv::Mat result(src.size(), src.type()), work;
  lose_resolution(src, params.factor, result, work);
  return result;
}

void apply(Sample& sample, const DownscaleParams& params, const StreamKey&, cv::Mat& scratch) {
  check(sample.image, params);
  lose_resolution(sample.image, params.factor, sample.image, scratch);
}

}  // namespace glyphmill
