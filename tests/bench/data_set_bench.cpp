// SPDX-License-Identifier: Apache-2.0
// The reference job (50 x 285 codes, half rotated, Gaussian and salt-and-pepper noise, JPEG quality
// 95) against the floor that nobody can avoid: encoding and writing the same pixels in a bare loop.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <boost/filesystem.hpp>
#include <cstdlib>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <thread>
#include <vector>

#include "glyphmill/generator.h"
#include "glyphmill/runner.h"

namespace glyphmill {
namespace {

namespace fs = boost::filesystem;

constexpr std::uint64_t kImages = 2000;

Recipe reference_job(bool color) {
  Recipe recipe = codes_recipe();
  recipe.seed = 1;
  recipe.count = kImages;
  std::get<TileLook>(recipe.look).compose.color = color;
  return recipe;
}

/// Where data sets are written: $GLYPHMILL_BENCH_DIR, else the system's temporary directory.
fs::path fresh_directory() {
  const char* base = std::getenv("GLYPHMILL_BENCH_DIR");
  return fs::path(base != nullptr ? base : fs::temp_directory_path().string()) /
         fs::unique_path("glyphmill-bench-%%%%%%%%");
}

std::vector<cv::Mat> pixels(bool color) {
  const Generator generator(reference_job(color));
  std::vector<cv::Mat> images;
  for (std::uint64_t k = 0; k < kImages; ++k) images.push_back(generator.sample(k).image);
  return images;
}

const std::vector<int> kQuality95 = {cv::IMWRITE_JPEG_QUALITY, 95};

void count_images(benchmark::State& state, std::uint64_t images) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(images));
}

void make_pixels(benchmark::State& state) {
  const Generator generator(reference_job(state.range(0) != 0));
  Sample sample;
  Generator::Scratch scratch;
  std::uint64_t k = 0;
  for (auto _ : state) {
    generator.sample(k++ % kImages, sample, scratch);
    benchmark::DoNotOptimize(sample.image.data);
  }
  count_images(state, 1);
}

void compose_only(benchmark::State& state) {
  Recipe recipe = reference_job(state.range(0) != 0);
  recipe.ops.clear();
  const Generator generator(recipe);
  Sample sample;
  Generator::Scratch scratch;
  std::uint64_t k = 0;
  for (auto _ : state) generator.sample(k++ % kImages, sample, scratch);
  count_images(state, 1);
}

/// What every program starts with: tiles decoded, taken apart and scaled.
void start_up(benchmark::State& state) {
  const Recipe recipe = reference_job(true);
  for (auto _ : state) benchmark::DoNotOptimize(Generator(recipe).count());
}

void label_only(benchmark::State& state) {
  const Generator generator(reference_job(true));
  std::uint64_t k = 0;
  for (auto _ : state) benchmark::DoNotOptimize(generator.label(k++ % kImages));
  count_images(state, 1);
}

void encode_only(benchmark::State& state) {
  const std::vector<cv::Mat> images = pixels(state.range(0) != 0);
  std::vector<uchar> bytes;
  std::size_t k = 0;
  for (auto _ : state) cv::imencode(".jpg", images[k++ % kImages], bytes, kQuality95);
  count_images(state, 1);
}

/// The floor: every thread encodes its share of ready pixels and writes a file for each.
void write_floor(const std::vector<cv::Mat>& images, const fs::path& directory, unsigned threads) {
  std::vector<std::thread> workers;
  for (unsigned t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      std::vector<uchar> bytes;
      for (std::size_t k = t; k < images.size(); k += threads) {
        cv::imencode(".jpg", images[k], bytes, kQuality95);
        const std::string path = (directory / (std::to_string(k) + ".jpg")).string();
        const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (file < 0 || ::write(file, bytes.data(), bytes.size()) < 0) std::abort();
        ::close(file);
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
}

void floor_encode_and_write(benchmark::State& state) {
  const std::vector<cv::Mat> images = pixels(state.range(0) != 0);
  for (auto _ : state) {
    state.PauseTiming();
    const fs::path directory = fresh_directory();
    fs::create_directories(directory);
    state.ResumeTiming();
    write_floor(images, directory, static_cast<unsigned>(state.range(1)));
    state.PauseTiming();
    fs::remove_all(directory);
    state.ResumeTiming();
  }
  count_images(state, kImages);
}

void folder_data_set(benchmark::State& state) {
  const Generator generator(reference_job(state.range(0) != 0));
  for (auto _ : state) {
    state.PauseTiming();
    RunOptions options;
    options.output = fresh_directory().string();
    options.threads = static_cast<unsigned>(state.range(1));
    state.ResumeTiming();
    write_dataset(generator, options);
    state.PauseTiming();
    fs::remove_all(options.output);
    state.ResumeTiming();
  }
  count_images(state, kImages);
}

BENCHMARK(start_up)->Unit(benchmark::kMillisecond);
BENCHMARK(label_only);
BENCHMARK(compose_only)->ArgName("color")->Arg(1)->Arg(0);
BENCHMARK(make_pixels)->ArgName("color")->Arg(1)->Arg(0);
BENCHMARK(encode_only)->ArgName("color")->Arg(1)->Arg(0);
BENCHMARK(floor_encode_and_write)
    ->ArgNames({"color", "threads"})
    ->ArgsProduct({{1, 0}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(folder_data_set)
    ->ArgNames({"color", "threads"})
    ->ArgsProduct({{1, 0}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace glyphmill

int main(int argc, char** argv) {
  cv::setNumThreads(1);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
