// SPDX-License-Identifier: Apache-2.0
// What the changes of single digits cost: 28 x 28 pixels, one core. Items are digits.
#include <benchmark/benchmark.h>

#include <opencv2/imgproc.hpp>

#include "glyphmill/image_data_generator.h"
#include "glyphs/augment/digit_warp.h"

namespace glyphmill {
namespace {

constexpr int kSide = 28;

/// Strokes in boxes, about as much ink as handwritten digits have.
InkImages strokes(std::size_t count) {
  auto pixels = std::make_shared<std::vector<std::uint8_t>>(count * kSide * kSide, 0);
  InkImages images;
  images.rows = kSide;
  images.cols = kSide;
  images.characters.assign(count, '0');
  images.pixels = pixels->data();
  images.owner = pixels;
  SampleRng rng({1, 2, 3});
  const auto place = [&rng] { return static_cast<int>(rng.uniform_int(4, 23)); };
  for (std::size_t i = 0; i < count; ++i) {
    cv::Mat picture(kSide, kSide, CV_8UC1, pixels->data() + i * images.area());
    for (int stroke = 0; stroke < 3; ++stroke) {
      cv::line(picture, {place(), place()}, {place(), place()}, cv::Scalar(255), 2, cv::LINE_AA);
    }
  }
  return images;
}

/// Rotation, shift and shear as `augment_mnist` has them.
ImageDataGeneratorOptions moved(FillMode fill_mode) {
  ImageDataGeneratorOptions options;
  options.rotation_range = 10;
  options.width_shift_range = 0.2;
  options.height_shift_range = 0.2;
  options.shear_range = 10;
  options.fill_mode = fill_mode;
  return options;
}

std::vector<ImageDataGeneratorParams> drawn(const ImageDataGenerator& generator,
                                            std::size_t count) {
  std::vector<ImageDataGeneratorParams> params;
  for (std::size_t i = 0; i < count; ++i) {
    SampleRng rng({1, i, 2});
    params.push_back(generator.draw(rng));
  }
  return params;
}

constexpr std::size_t kDigits = 1000;

void change_digit(benchmark::State& state, const ImageDataGeneratorOptions& options) {
  const InkImages images = strokes(kDigits);
  const ImageDataGenerator generator(options, images);
  const std::vector<ImageDataGeneratorParams> params = drawn(generator, kDigits);
  ImageDataGenerator::Scratch scratch;
  std::vector<std::uint8_t> result(images.area());
  std::size_t i = 0;
  for (auto _ : state) {
    generator.apply(images.at(i), params[i], result.data(), scratch);
    benchmark::DoNotOptimize(result.data());
    i = (i + 1) % kDigits;
  }
  state.SetItemsProcessed(state.iterations());
}

ImageDataGeneratorOptions whitened() {
  ImageDataGeneratorOptions options;
  options.zca_whitening = true;
  return options;
}

ImageDataGeneratorOptions brightened() {
  ImageDataGeneratorOptions options = moved(FillMode::kNearest);
  options.brightness_range = {0.5, 1.5};
  return options;
}

BENCHMARK_CAPTURE(change_digit, nothing, ImageDataGeneratorOptions{});
BENCHMARK_CAPTURE(change_digit, moved_nearest, moved(FillMode::kNearest));
BENCHMARK_CAPTURE(change_digit, moved_constant, moved(FillMode::kConstant));
BENCHMARK_CAPTURE(change_digit, moved_reflect, moved(FillMode::kReflect));
BENCHMARK_CAPTURE(change_digit, moved_wrap, moved(FillMode::kWrap));
BENCHMARK_CAPTURE(change_digit, moved_and_brightened, brightened());
BENCHMARK_CAPTURE(change_digit, zca_whitened, whitened());

void draw_change(benchmark::State& state) {
  const ImageDataGenerator generator(moved(FillMode::kNearest), strokes(1));
  std::uint64_t i = 0;
  for (auto _ : state) {
    SampleRng rng({1, i++, 2});
    benchmark::DoNotOptimize(generator.draw(rng));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(draw_change);

void warp_digit(benchmark::State& state, core::InstructionSet set) {
  if (!core::available(set)) return state.SkipWithError("not on this processor");
  const InkImages images = strokes(1);
  std::vector<std::uint8_t> padded(images.at(0), images.at(1));
  padded.resize(images.area() + glyphs::kWarpSlack);
  std::vector<glyphs::Level> levels(images.area());
  ImageDataGeneratorParams params;
  params.theta_deg = 7;
  params.shift_rows = 2.5;
  const glyphs::DigitMap map = glyphs::output_to_input(params, kSide, kSide);
  for (auto _ : state) {
    glyphs::warp_digit(padded.data(), {kSide, kSide, FillMode::kNearest, 0}, map, levels.data(),
                       set);
    benchmark::DoNotOptimize(levels.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(warp_digit, portable, core::InstructionSet::kPortable);
BENCHMARK_CAPTURE(warp_digit, avx2, core::InstructionSet::kAvx2);

void opencv_warp_digit(benchmark::State& state) {
  cv::setNumThreads(1);
  const InkImages images = strokes(1);
  cv::Mat picture(kSide, kSide, CV_8UC1);
  std::copy_n(images.at(0), images.area(), picture.data);
  const cv::Mat map = cv::getRotationMatrix2D({13.5F, 13.5F}, 7, 1);
  cv::Mat result;
  for (auto _ : state) {
    cv::warpAffine(picture, result, map, picture.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                   cv::BORDER_REPLICATE);
    benchmark::DoNotOptimize(result.data);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(opencv_warp_digit);

void fit_zca(benchmark::State& state) {
  const InkImages images = strokes(60000);
  for (auto _ : state) {
    const ImageDataGenerator generator(whitened(), images);
    benchmark::DoNotOptimize(&generator);
  }
}
BENCHMARK(fit_zca)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace glyphmill
