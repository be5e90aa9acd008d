// SPDX-License-Identifier: Apache-2.0
// What one sample costs before it is stored, whole and in its parts, on one core; what encoding it
// costs; and how the cost grows. Items are images.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <functional>
#include <opencv2/imgcodecs.hpp>
#include <string>

#include "glyphmill/generator.h"
#include "reference_job.h"
#include "sinks/encoder.h"

namespace glyphmill::bench {
namespace {

constexpr std::uint64_t kImages = 1000;

Recipe counted(Recipe recipe) {
  recipe.seed = 1;
  recipe.count = kImages;
  return recipe;
}

/// Ten digits in 28 x 200, of the built-in hand.
Recipe digits(bool augmented) {
  Recipe recipe = counted(digits_recipe());
  auto& look = std::get<DigitLook>(recipe.look);
  look.compose.width = 200;
  if (augmented) {
    look.augment.rotation_range = 10;
    look.augment.width_shift_range = 0.2;
    look.augment.height_shift_range = 0.2;
    look.augment.shear_range = 10;
  }
  return recipe;
}

void make_pixels(benchmark::State& state, const Recipe& recipe) {
  const Generator generator(recipe);
  Sample sample;
  Generator::Scratch scratch;
  std::uint64_t k = 0;
  for (auto _ : state) {
    generator.sample(k++ % kImages, sample, scratch);
    benchmark::DoNotOptimize(sample.image.data);
  }
  state.SetItemsProcessed(state.iterations());
}

void make_label(benchmark::State& state, const Recipe& recipe) {
  const Generator generator(recipe);
  std::uint64_t k = 0;
  for (auto _ : state) benchmark::DoNotOptimize(generator.label(k++ % kImages));
  state.SetItemsProcessed(state.iterations());
}

/// What every program starts with: pictures decoded, taken apart and scaled.
void load(benchmark::State& state, const Recipe& recipe) {
  for (auto _ : state) benchmark::DoNotOptimize(Generator(recipe).count());
}

/// Encodes ready pixels with `encode`.
void encode(benchmark::State& state, const Recipe& recipe,
            const std::function<std::size_t(const cv::Mat&)>& encode) {
  const Generator generator(recipe);
  std::vector<cv::Mat> images;
  for (std::uint64_t k = 0; k < kImages; ++k) images.push_back(generator.sample(k).image);
  std::size_t k = 0;
  std::size_t bytes = 0;
  for (auto _ : state) bytes += encode(images[k++ % kImages]);
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes"] = static_cast<double>(bytes) / static_cast<double>(state.iterations());
}

template <class Run>
benchmark::internal::Benchmark* add(const std::string& name, const Run& run) {
  return benchmark::RegisterBenchmark(name.c_str(), run);
}

void add_job(const std::string& name, const Recipe& recipe) {
  Recipe composed = recipe;
  composed.ops.clear();
  add("pixels/" + name, [=](benchmark::State& state) { make_pixels(state, recipe); });
  add("composing/" + name, [=](benchmark::State& state) { make_pixels(state, composed); });
  add("label/" + name, [=](benchmark::State& state) { make_label(state, recipe); });
  add("loading/" + name, [=](benchmark::State& state) {
    load(state, recipe);
  })->Unit(benchmark::kMillisecond);
}

void add_encoders(const std::string& name, const Recipe& recipe, ImageExt ext) {
  const bool png = ext == ImageExt::kPng;
  const std::vector<int> parameters = png ? std::vector<int>{cv::IMWRITE_PNG_COMPRESSION, 1}
                                          : std::vector<int>{cv::IMWRITE_JPEG_QUALITY, 95};
  const std::string kind = png ? ".png" : ".jpg";
  add("encoding_by_opencv/" + name, [=](benchmark::State& state) {
    std::vector<uchar> bytes;
    encode(state, recipe, [&](const cv::Mat& image) {
      cv::imencode(kind, image, bytes, parameters);
      return bytes.size();
    });
  });
  add("encoding/" + name, [=](benchmark::State& state) {
    sinks::Encoder encoder(ext, 95);
    encode(state, recipe, [&](const cv::Mat& image) { return encoder.encode(image).size(); });
  });
}

void add_growth() {
  for (const int length : {1, 2, 4, 8, 16, 32, 64}) {
    Recipe recipe = reference_job(true, kImages);
    std::get<CodeOptions>(recipe.labels).length = {length, length};
    std::get<CodeOptions>(recipe.labels).balance = Balance::kPosition;
    add(fmt::format("growth/length:{}", length),
        [=](benchmark::State& state) { make_pixels(state, recipe); });
  }
  for (const std::uint64_t height : {28u, 50u, 64u, 128u, 256u}) {
    Recipe recipe = reference_job(true, kImages);
    std::get<TileLook>(recipe.look).compose.height = height;
    add(fmt::format("growth/height:{}", height),
        [=](benchmark::State& state) { make_pixels(state, recipe); });
  }
  const std::string all = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (const std::size_t size : {2u, 10u, 36u}) {
    Recipe recipe = reference_job(true, kImages);
    std::get<CodeOptions>(recipe.labels).alphabet = all.substr(0, size);
    add(fmt::format("growth/alphabet:{}", size),
        [=](benchmark::State& state) { make_pixels(state, recipe); });
  }
}

const bool kRegistered = [] {
  const Recipe color = reference_job(true, kImages);
  const Recipe gray = reference_job(false, kImages);
  add_job("codes_color", color);
  add_job("codes_gray", gray);
  add_job("dates", counted(dates_recipe()));
  add_job("digits", digits(false));
  add_job("digits_augmented", digits(true));
  add_job("phones", counted(phones_recipe()));
  add_encoders("jpeg_color", color, ImageExt::kJpg);
  add_encoders("jpeg_gray", gray, ImageExt::kJpg);
  add_encoders("png_color", color, ImageExt::kPng);
  add_encoders("png_digits", digits(false), ImageExt::kPng);
  add_growth();
  return true;
}();

}  // namespace
}  // namespace glyphmill::bench
