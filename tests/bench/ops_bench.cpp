// SPDX-License-Identifier: Apache-2.0
// What each operation costs on one colour line image of 50 x 285, beside what plain OpenCV takes
// for the same pixels.
#include <benchmark/benchmark.h>

#include <opencv2/imgproc.hpp>

#include "compose/colorize.h"
#include "compose/stretch.h"
#include "glyphmill/ops.h"
#include "ops/noise_kernels.h"
#include "ops/warp.h"

namespace glyphmill {
namespace {

constexpr int kRows = 50;
constexpr int kColumns = 285;
constexpr double kSigma = 0.155;

cv::Mat line_image() {
  cv::setNumThreads(1);
  cv::Mat image(kRows, kColumns, CV_8UC3, cv::Scalar(200, 210, 220));
  cv::rectangle(image, {60, 10}, {220, 40}, cv::Scalar(30, 20, 10), cv::FILLED);
  return image;
}

void report_rate(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * kRows * kColumns);  // pixels
}

/// Applies over and over to one sample; the cost does not depend on what the pixels have become.
template <class Params>
void run_apply(benchmark::State& state, const Params& params) {
  Sample sample;
  sample.image = line_image();
  sample.characters.push_back({"8", {}});
  cv::Mat scratch;
  std::uint64_t index = 0;
  for (auto _ : state) {
    sample.characters[0].quad = quad_of({60, 10, 160, 30});
    apply(sample, params, {1, index++, 2}, scratch);
    benchmark::DoNotOptimize(sample.image.data);
  }
  report_rate(state);
}

AffineParams turned(double angle_deg) {
  AffineParams params;
  params.angle_deg = angle_deg;
  params.fit = false;
  return params;
}

BENCHMARK_CAPTURE(run_apply, affine_3_deg, turned(3));
BENCHMARK_CAPTURE(run_apply, affine_45_deg, turned(45));
BENCHMARK_CAPTURE(run_apply, gaussian_noise, GaussianNoiseParams{kSigma});
BENCHMARK_CAPTURE(run_apply, salt_pepper_1_percent, SaltPepperParams{0.01, 0.5});
BENCHMARK_CAPTURE(run_apply, salt_pepper_10_percent, SaltPepperParams{0.1, 0.5});
BENCHMARK_CAPTURE(run_apply, brightness_contrast, BrightnessContrastParams{0.1, 1.2});
BENCHMARK_CAPTURE(run_apply, invert, InvertParams{});

void gaussian_noise_kernel(benchmark::State& state, ops::InstructionSet set) {
  if (!ops::available(set)) return state.SkipWithError("not on this processor");
  cv::Mat image = line_image();
  const std::size_t count = image.total() * image.elemSize();
  std::uint64_t index = 0;
  for (auto _ : state) {
    ops::add_noise(image.data, count, 255 * kSigma, {1, index++, 2}, set);
    benchmark::DoNotOptimize(image.data);
  }
  report_rate(state);
}

BENCHMARK_CAPTURE(gaussian_noise_kernel, portable, ops::InstructionSet::kPortable);
BENCHMARK_CAPTURE(gaussian_noise_kernel, avx2, ops::InstructionSet::kAvx2);

void opencv_fill_and_add(benchmark::State& state) {
  cv::Mat image = line_image();
  cv::Mat noise(image.size(), CV_16SC3);
  cv::RNG rng(1);
  for (auto _ : state) {
    rng.fill(noise, cv::RNG::NORMAL, 0, 255 * kSigma);
    cv::add(image, noise, image, cv::noArray(), CV_8U);
    benchmark::DoNotOptimize(image.data);
  }
  report_rate(state);
}
BENCHMARK(opencv_fill_and_add);

/// Colour or gray, at an angle: our warp and OpenCV's.
struct WarpCase {
  cv::Mat image;
  AffineMap to_source;
  explicit WarpCase(const benchmark::State& state) : image(line_image()) {
    if (state.range(0) == 0) cv::cvtColor(image, image, cv::COLOR_BGR2GRAY);
    to_source = about({(kColumns - 1) / 2.0, (kRows - 1) / 2.0},
                      rotation(static_cast<double>(state.range(1))));
  }
};

void warp_kernel(benchmark::State& state, ops::InstructionSet set) {
  if (!ops::available(set)) return state.SkipWithError("not on this processor");
  WarpCase given(state);
  cv::Mat moved = given.image.clone();
  cv::Mat work;
  for (auto _ : state) {
    ops::warp(given.image, given.to_source, cv::Scalar::all(255), moved, work, set);
    benchmark::DoNotOptimize(moved.data);
  }
  report_rate(state);
}

void opencv_warp_affine(benchmark::State& state) {
  const WarpCase given(state);
  cv::Mat moved;
  for (auto _ : state) {
    cv::warpAffine(given.image, moved, given.to_source, given.image.size(),
                   cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT,
                   cv::Scalar::all(255));
    benchmark::DoNotOptimize(moved.data);
  }
  report_rate(state);
}

void color_and_angle(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"color", "deg"})->ArgsProduct({{1, 0}, {1, 3, 15}});
}
BENCHMARK_CAPTURE(warp_kernel, portable, ops::InstructionSet::kPortable)->Apply(color_and_angle);
BENCHMARK_CAPTURE(warp_kernel, avx2, ops::InstructionSet::kAvx2)->Apply(color_and_angle);
BENCHMARK(opencv_warp_affine)->Apply(color_and_angle);

/// One uniform value a pixel, compared with two thresholds.
void salt_and_pepper_by_opencv(cv::Mat& image, cv::RNG& rng) {
  cv::Mat uniform(image.size(), CV_32F);
  cv::Mat hits;
  rng.fill(uniform, cv::RNG::UNIFORM, 0, 1);
  cv::compare(uniform, 0.005, hits, cv::CMP_LT);
  image.setTo(cv::Scalar::all(0), hits);
  cv::compare(uniform, 0.995, hits, cv::CMP_GT);
  image.setTo(cv::Scalar::all(255), hits);
}

void opencv_salt_pepper(benchmark::State& state) {
  cv::Mat image = line_image();
  cv::RNG rng(1);
  for (auto _ : state) {
    salt_and_pepper_by_opencv(image, rng);
    benchmark::DoNotOptimize(image.data);
  }
  report_rate(state);
}
BENCHMARK(opencv_salt_pepper);

void opencv_convert_to(benchmark::State& state) {
  const cv::Mat image = line_image();
  cv::Mat adjusted;
  for (auto _ : state) {
    image.convertTo(adjusted, -1, 1.2, 0);
    benchmark::DoNotOptimize(adjusted.data);
  }
  report_rate(state);
}
BENCHMARK(opencv_convert_to);

void opencv_bitwise_not(benchmark::State& state) {
  cv::Mat image = line_image();
  for (auto _ : state) {
    cv::bitwise_not(image, image);
    benchmark::DoNotOptimize(image.data);
  }
  report_rate(state);
}
BENCHMARK(opencv_bitwise_not);

/// Gray coverage of a line of 330 px to 285 px of paper and ink.
struct StretchCase {
  cv::Mat coverage = cv::Mat::zeros(kRows, 330 + compose::kSpareColumns, CV_8UC1);
  cv::Mat line = coverage.colRange(0, 330);
  cv::Mat image = cv::Mat::zeros(kRows, kColumns, CV_8UC3);
  StretchCase() { cv::rectangle(line, {60, 10}, {220, 40}, cv::Scalar(255), cv::FILLED); }
};

void stretch_and_color(benchmark::State& state) {
  StretchCase given;
  const compose::Colors colors{{220, 210, 200}, {10, 20, 30}};
  for (auto _ : state) {
    compose::stretch_and_color(given.line, colors, given.image, core::fastest());
    benchmark::DoNotOptimize(given.image.data);
  }
  report_rate(state);
}
BENCHMARK(stretch_and_color);

/// A line in colour, resized.
void opencv_resize(benchmark::State& state) {
  StretchCase given;
  cv::Mat line;
  cv::cvtColor(given.line, line, cv::COLOR_GRAY2BGR);
  for (auto _ : state) {
    cv::resize(line, given.image, given.image.size(), 0, 0, cv::INTER_LINEAR);
    benchmark::DoNotOptimize(given.image.data);
  }
  report_rate(state);
}
BENCHMARK(opencv_resize);

/// The reference job as one would write it: ten tiles side by side, resized, every second image
/// rotated, noise of both kinds.
void opencv_whole_job(benchmark::State& state) {
  constexpr int kDigits = 10;
  const cv::Mat tile(kRows, 33, CV_8UC3, cv::Scalar(200, 210, 220));
  const std::vector<cv::Mat> tiles(kDigits, tile);
  const cv::Mat turn = cv::getRotationMatrix2D({kColumns / 2.0F, kRows / 2.0F}, 3, 1);
  cv::RNG rng(1);
  bool turned = false;
  for (auto _ : state) {
    cv::Mat line, image;
    cv::hconcat(tiles, line);
    cv::resize(line, image, {kColumns, kRows});
    turned = !turned;
    if (turned) {
      cv::warpAffine(image.clone(), image, turn, image.size(), cv::INTER_LINEAR,
                     cv::BORDER_CONSTANT, cv::Scalar(200, 210, 220));
    }
    cv::Mat noise(image.size(), CV_16SC3);
    rng.fill(noise, cv::RNG::NORMAL, 0, 255 * kSigma);
    cv::add(image, noise, image, cv::noArray(), CV_8U);
    salt_and_pepper_by_opencv(image, rng);
    benchmark::DoNotOptimize(image.data);
  }
  report_rate(state);
}
BENCHMARK(opencv_whole_job);

}  // namespace
}  // namespace glyphmill
