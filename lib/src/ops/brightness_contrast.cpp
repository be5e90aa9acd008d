// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ops/brightness_contrast.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "ops/pixels.h"

namespace glyphmill {
namespace {

constexpr std::string_view kName = "brightness_contrast";
constexpr Bounds kBrightnessBounds{-1, 1};
constexpr Bounds kContrastBounds{0, 10};

using ToneCurve = std::array<std::uint8_t, 256>;

ToneCurve tone_curve(const BrightnessContrastParams& params) {
  ToneCurve curve;
  for (std::size_t v = 0; v < curve.size(); ++v) {
    const double tone =
        (static_cast<double>(v) - 127.5) * params.contrast + 127.5 + 255 * params.brightness;
    curve[v] = static_cast<std::uint8_t>(std::clamp(std::floor(tone + 0.5), 0.0, 255.0));
  }
  return curve;
}

void check(const cv::Mat& image, const BrightnessContrastParams& params) {
  ops::check_image(image, kName);
  ops::check_param(kName, "brightness", params.brightness, kBrightnessBounds);
  ops::check_param(kName, "contrast", params.contrast, kContrastBounds);
}

void adjust(cv::Mat& image, const ToneCurve& curve) {
  ops::for_each_stretch(image, [&](std::uint8_t* values, std::size_t count) {
    std::transform(values, values + count, values, [&](std::uint8_t v) { return curve[v]; });
  });
}

}  // namespace

void describe(BrightnessContrastOptions& options, FieldVisitor& visitor) {
  visitor.range("brightness", options.brightness, kBrightnessBounds,
                "share of full scale that is added to every value");
  visitor.range("contrast", options.contrast, kContrastBounds,
                "factor by which values move away from middle gray");
}

BrightnessContrastParams draw(const BrightnessContrastOptions& options, SampleRng& rng) {
  BrightnessContrastParams params;
  params.brightness = rng.uniform(options.brightness);
  params.contrast = rng.uniform(options.contrast);
  return params;
}

void record(const BrightnessContrastParams& params, std::string_view stage,
            std::vector<DrawnValue>& drawn) {
  drawn.push_back({stage, "brightness", params.brightness});
  drawn.push_back({stage, "contrast", params.contrast});
}

cv::Mat brightness_contrast(const cv::Mat& src, const BrightnessContrastParams& params) {
  check(src, params);
  cv::Mat adjusted = src.clone();
  adjust(adjusted, tone_curve(params));
  return adjusted;
}

void apply(Sample& sample, const BrightnessContrastParams& params, const StreamKey&, cv::Mat&) {
  check(sample.image, params);
  const ToneCurve curve = tone_curve(params);
  adjust(sample.image, curve);
  for (double& value : sample.paper.val) value = curve[cv::saturate_cast<std::uint8_t>(value)];
}

}  // namespace glyphmill
