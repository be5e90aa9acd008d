// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ops/brightness_contrast.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/instruction_set.h"
#include "ops/pixels.h"

#ifdef GLYPHMILL_HAS_AVX2
#include <immintrin.h>
#endif

namespace glyphmill {
namespace {

constexpr std::string_view kName = "brightness_contrast";
constexpr Bounds kBrightnessBounds{-1, 1};
constexpr Bounds kContrastBounds{0, 10};

/// value * gain + offset, rounded and clipped. Single precision and no fused multiplication (see
/// lib/CMakeLists.txt), so that values one by one and in vectors come out the same.
struct Tone {
  float gain;
  float offset;
  std::uint8_t of(std::uint8_t value) const {
    const float tone = static_cast<float>(value) * gain + offset;
    return static_cast<std::uint8_t>(std::clamp(tone, 0.0f, 255.0f) + 0.5f);
  }
};

Tone tone_of(const BrightnessContrastParams& params) {
  const double offset = 127.5 * (1 - params.contrast) + 255 * params.brightness;
  return {static_cast<float>(params.contrast), static_cast<float>(offset)};
}

#ifdef GLYPHMILL_HAS_AVX2

/// Eight values, 32 bits each.
GLYPHMILL_AVX2 inline __m256i adjusted_avx2(__m128i values, const Tone& tone) {
  const __m256 given = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(values));
  const __m256 moved =
      _mm256_add_ps(_mm256_mul_ps(given, _mm256_set1_ps(tone.gain)), _mm256_set1_ps(tone.offset));
  const __m256 clipped =
      _mm256_min_ps(_mm256_max_ps(moved, _mm256_setzero_ps()), _mm256_set1_ps(255));
  return _mm256_cvttps_epi32(_mm256_add_ps(clipped, _mm256_set1_ps(0.5f)));
}

/// Of `count` values as many as fill registers; returns how many.
GLYPHMILL_AVX2 std::size_t adjust_avx2(std::uint8_t* values, std::size_t count, const Tone& tone) {
  std::size_t done = 0;
  for (; done + 16 <= count; done += 16) {
    auto* const place = reinterpret_cast<__m128i*>(values + done);
    const __m128i given = _mm_loadu_si128(place);
    const __m256i words =
        _mm256_permute4x64_epi64(_mm256_packs_epi32(adjusted_avx2(given, tone),
                                                    adjusted_avx2(_mm_srli_si128(given, 8), tone)),
                                 0b11011000);
    _mm_storeu_si128(
        place, _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1)));
  }
  return done;
}

#endif

/// The first values, where vectors can be had; returns how many.
std::size_t adjust_in_vectors([[maybe_unused]] std::uint8_t* values,
                              [[maybe_unused]] std::size_t count,
                              [[maybe_unused]] const Tone& tone) {
#ifdef GLYPHMILL_HAS_AVX2
  if (core::fastest() == core::InstructionSet::kAvx2) return adjust_avx2(values, count, tone);
#endif
  return 0;
}

using ToneCurve = std::array<std::uint8_t, 256>;

ToneCurve curve_of(const Tone& tone) {
  ToneCurve curve;
  for (std::size_t v = 0; v < curve.size(); ++v) curve[v] = tone.of(static_cast<std::uint8_t>(v));
  return curve;
}

void check(const cv::Mat& image, const BrightnessContrastParams& params) {
  ops::check_image(image, kName);
  ops::check_param(kName, "brightness", params.brightness, kBrightnessBounds);
  ops::check_param(kName, "contrast", params.contrast, kContrastBounds);
}

void adjust(cv::Mat& image, const Tone& tone) {
  const ToneCurve curve = curve_of(tone);
  ops::for_each_stretch(image, [&](std::uint8_t* values, std::size_t count) {
    const std::size_t done = adjust_in_vectors(values, count, tone);
    std::transform(values + done, values + count, values + done,
                   [&](std::uint8_t v) { return curve[v]; });
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
  adjust(adjusted, tone_of(params));
  return adjusted;
}

void apply(Sample& sample, const BrightnessContrastParams& params, const StreamKey&, cv::Mat&) {
  check(sample.image, params);
  const Tone tone = tone_of(params);
  adjust(sample.image, tone);
  for (double& value : sample.paper.val) value = tone.of(cv::saturate_cast<std::uint8_t>(value));
}

}  // namespace glyphmill
