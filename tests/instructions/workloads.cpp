// SPDX-License-Identifier: Apache-2.0
// Fixed pieces of work for callgrind, which counts their instructions and nothing of what
// precedes them. See instructions_test.py.
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_START_INSTRUMENTATION
#define CALLGRIND_STOP_INSTRUMENTATION
#endif

#include <opencv2/core/utility.hpp>
#include <string>

#include "glyphmill/generator.h"
#include "glyphmill/runner.h"
#include "support/recipes.h"

namespace glyphmill {
namespace {

template <typename Work>
void counted(const Work& work) {
  CALLGRIND_START_INSTRUMENTATION;
  work();
  CALLGRIND_STOP_INSTRUMENTATION;
}

/// The reference job of the benchmarks: half rotated, both noises.
Recipe codes(std::uint64_t count) { return test::codes(count); }

Recipe gray_dates(std::uint64_t count) {
  Recipe recipe = test::dates(count);
  std::get<TileLook>(recipe.look).compose.color = false;
  return recipe;
}

/// Ten digits, 200 px wide, each digit changed.
Recipe sequences(std::uint64_t count) {
  Recipe recipe = digits_recipe();
  recipe.seed = 1;
  recipe.count = count;
  auto& look = std::get<DigitLook>(recipe.look);
  look.glyphs.writers = 50;  // drawing them is not what is counted
  look.compose.width = 200;
  look.augment.rotation_range = 10;
  look.augment.width_shift_range = 0.1;
  look.augment.shear_range = 15;
  look.augment.zoom_range = {0.9, 1.2};
  look.augment.brightness_range = {0.8, 1.2};
  return recipe;
}

void count_pixels(const Recipe& recipe) {
  const Generator generator(recipe);
  Sample sample;
  Generator::Scratch scratch;
  generator.sample(0, sample, scratch);  // makes tables that are made once
  counted([&] {
    for (std::uint64_t k = 0; k < generator.count(); ++k) generator.sample(k, sample, scratch);
  });
}

/// What each run begins with: the built-in tiles decoded, taken apart and brought to size.
void count_start() {
  counted([] { Generator(codes(1)); });
}

/// Drawn, encoded and written: JPEG as single files, PNG in tar archives.
void count_data_sets(const std::string& directory) {
  Recipe in_tar = sequences(60);
  in_tar.output.format = {Format::kWebDataset};
  const Generator files(codes(60));
  const Generator archives(in_tar);
  RunOptions options;
  options.threads = 1;
  counted([&] {
    options.output = directory + "/files";
    write_dataset(files, options);
    options.output = directory + "/archives";
    write_dataset(archives, options);
  });
}

}  // namespace
}  // namespace glyphmill

/// workloads NAME DIRECTORY: the directory is empty, for the data sets.
int main(int argc, char** argv) {
  using namespace glyphmill;
  if (argc != 3) return 2;
  cv::setNumThreads(1);
  const std::string name = argv[1];
  if (name == "start") {
    count_start();
  } else if (name == "codes_in_colour") {
    count_pixels(codes(200));
  } else if (name == "dates_in_gray") {
    count_pixels(gray_dates(400));
  } else if (name == "sequences_of_changed_digits") {
    count_pixels(sequences(600));
  } else if (name == "data_sets") {
    count_data_sets(argv[2]);
  } else {
    return 2;
  }
  return 0;
}
