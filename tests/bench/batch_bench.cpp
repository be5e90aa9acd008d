// SPDX-License-Identifier: Apache-2.0
// 10,000 handwritten sequences of ten digits, 28 x 200, in one array; python_bench.py does the same
// work from Python.
#include <benchmark/benchmark.h>

#include "glyphmill/batch.h"

namespace glyphmill {
namespace {

constexpr std::uint64_t kImages = 10000;

Recipe sequences() {
  Recipe recipe = digits_recipe();
  recipe.seed = 1;
  recipe.count = kImages;
  std::get<DigitLook>(recipe.look).compose.width = 200;
  return recipe;
}

/// One after the other, none of them kept.
void single_sequences(benchmark::State& state) {
  const Generator generator(sequences());
  Sample sample;
  Generator::Scratch scratch;
  for (auto _ : state) {
    for (std::uint64_t k = 0; k < kImages; ++k) {
      generator.sample(k, sample, scratch);
      benchmark::DoNotOptimize(sample.image.data);
    }
  }
}
BENCHMARK(single_sequences)->UseRealTime();

void batch_of_sequences(benchmark::State& state) {
  const Generator generator(sequences());
  BatchMaker maker(generator);
  BatchOptions options;
  options.threads = static_cast<unsigned>(state.range(0));
  std::vector<std::uint8_t> pixels(kImages * 28 * 200);
  for (auto _ : state) {
    const Batch batch =
        maker.make(0, kImages, options, [&](const ImageShape&) { return pixels.data(); });
    benchmark::DoNotOptimize(batch.labels.data());
  }
}
BENCHMARK(batch_of_sequences)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime();

}  // namespace
}  // namespace glyphmill
