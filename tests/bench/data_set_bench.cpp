// SPDX-License-Identifier: Apache-2.0
// Whole data sets of the reference job, against the floor that nobody can avoid: encoding and
// writing the same pixels in a bare loop.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/filesystem.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <thread>
#include <vector>

#include "glyphmill/generator.h"
#include "glyphmill/runner.h"
#include "job/sample_run.h"
#include "null_sink.h"
#include "reference_job.h"

namespace glyphmill::bench {
namespace {

namespace fs = boost::filesystem;

constexpr std::uint64_t kImages = 2000;

void count_images(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kImages));
}

/// Runs `make(directory)` over and over, timing only that, into a directory of its own each time, and
/// with nothing left to write from before: data sets wait for the disk, bare loops do not.
template <class Make>
void time_in_fresh_directory(benchmark::State& state, const Make& make) {
  for (auto _ : state) {
    state.PauseTiming();
    const fs::path directory = fresh_directory();
    ::sync();
    state.ResumeTiming();
    make(directory);
    state.PauseTiming();
    fs::remove_all(directory);
    state.ResumeTiming();
  }
  count_images(state);
}

/// The floor: every thread encodes its share of ready pixels and writes a file for each.
void write_bare(const std::vector<cv::Mat>& images, const fs::path& directory, unsigned threads) {
  fs::create_directories(directory);
  std::vector<std::thread> workers;
  for (unsigned t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      std::vector<uchar> bytes;
      for (std::size_t k = t; k < images.size(); k += threads) {
        cv::imencode(".jpg", images[k], bytes, {cv::IMWRITE_JPEG_QUALITY, 95});
        const std::string path = (directory / (std::to_string(k) + ".jpg")).string();
        const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (file < 0 || ::write(file, bytes.data(), bytes.size()) < 0) std::abort();
        ::close(file);
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
}

void bare_loop(benchmark::State& state, bool color, unsigned threads) {
  const Generator generator(reference_job(color, kImages));
  std::vector<cv::Mat> images;
  for (std::uint64_t k = 0; k < kImages; ++k) images.push_back(generator.sample(k).image);
  time_in_fresh_directory(
      state, [&](const fs::path& directory) { write_bare(images, directory, threads); });
}

void data_set(benchmark::State& state, Format format, bool color, unsigned threads) {
  Recipe recipe = reference_job(color, kImages);
  recipe.output.format = {format};
  // Images in one array have one size.
  if (format == Format::kNpz) std::get<TileLook>(recipe.look).compose.width_stddev = 0;
  const Generator generator(recipe);
  RunOptions options;
  options.threads = threads;
  time_in_fresh_directory(state, [&](const fs::path& directory) {
    options.output = directory.string();
    write_dataset(generator, options);
  });
}

void nowhere(benchmark::State& state, bool color, unsigned threads) {
  const Generator generator(reference_job(color, kImages));
  RunOptions options;
  options.threads = threads;
  for (auto _ : state) {
    NullSink sink(generator.recipe());
    write_samples(generator, sink, options);
  }
  count_images(state);
}

struct Target {
  const char* name;
  Format format;
};
constexpr Target kTargets[] = {{"folder", Format::kFolder},
                               {"lmdb", Format::kLmdb},
                               {"webdataset", Format::kWebDataset},
                               {"npz", Format::kNpz}};

template <class Run>
void add(const std::string& what, bool color, unsigned threads, const Run& run) {
  const std::string name = fmt::format("{}/{}/{}_threads", what, color ? "color" : "gray", threads);
  benchmark::RegisterBenchmark(name.c_str(), run)->UseRealTime()->Unit(benchmark::kMillisecond);
}

const bool kRegistered = [] {
  for (const bool color : {true, false}) {
    for (const unsigned threads : {1u, 2u}) {
      add("bare_loop", color, threads,
          [=](benchmark::State& state) { bare_loop(state, color, threads); });
      for (const Target& target : kTargets) {
        add(fmt::format("data_set/{}", target.name), color, threads,
            [=](benchmark::State& state) { data_set(state, target.format, color, threads); });
      }
      add("data_set/nowhere", color, threads,
          [=](benchmark::State& state) { nowhere(state, color, threads); });
    }
  }
  return true;
}();

}  // namespace
}  // namespace glyphmill::bench
