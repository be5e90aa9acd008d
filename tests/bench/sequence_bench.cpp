// SPDX-License-Identifier: Apache-2.0
// Sequences of handwriting: ten digits in images of 28 x 200, one core. Items are images. Digits of
// MNIST are taken from $GLYPHMILL_TEST_DATA/mnist where that is set.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "glyphmill/generator.h"
#include "glyphmill/handwriting.h"
#include "glyphmill/sequence.h"

namespace glyphmill {
namespace {

constexpr std::uint64_t kImages = 10000;

std::string mnist() {
  const char* const data = std::getenv("GLYPHMILL_TEST_DATA");
  return data == nullptr ? "" : std::string(data) + "/mnist";
}

SequenceOptions wide(std::uint64_t width) {
  SequenceOptions options;
  options.width = width;
  return options;
}

void compose_from(benchmark::State& state, const InkImages& images, const SequenceOptions& options,
                  const ImageDataGeneratorOptions& changes = {}) {
  const DigitSet digits({images}, {"digits", {{0, 1}}, 0, false});
  const ImageDataGenerator augment(changes, images);
  const SequenceComposer composer(digits, augment, options, 0);
  const auto labels = make_labels(CodeOptions{}, 1);
  std::vector<std::string> texts(kImages);
  LabelText label;
  for (std::uint64_t k = 0; k < kImages; ++k) {
    labels->at(k, label);
    texts[k] = label.text;
  }
  Sample sample;
  SequenceComposer::Scratch scratch;
  std::uint64_t k = 0;
  for (auto _ : state) {
    sample.text = texts[k];
    sample.drawn.clear();
    composer.compose(sample, {1, k, stage_id("sample.compose")}, 0, scratch);
    benchmark::DoNotOptimize(sample.image.data);
    k = (k + 1) % kImages;
  }
  state.SetItemsProcessed(state.iterations());
}

void compose_sequence(benchmark::State& state) {
  compose_from(state, handwriting({}), wide(static_cast<std::uint64_t>(state.range(0))));
}
// 400 px hold every sequence; into 100 px every one is reduced, into 200 px some are.
BENCHMARK(compose_sequence)->ArgName("width")->Arg(200)->Arg(400)->Arg(100);

void compose_mnist(benchmark::State& state) {
  if (mnist().empty()) return state.SkipWithError("GLYPHMILL_TEST_DATA is not set");
  compose_from(state, read_digits(mnist()), wide(200));
}
BENCHMARK(compose_mnist);

void compose_augmented(benchmark::State& state) {
  ImageDataGeneratorOptions changes;
  changes.rotation_range = 10;
  changes.width_shift_range = 0.2;
  changes.height_shift_range = 0.2;
  changes.shear_range = 10;
  compose_from(state, handwriting({}), wide(200), changes);
}
BENCHMARK(compose_augmented);

void compose_at_height_56(benchmark::State& state) {
  SequenceOptions options = wide(400);
  options.height = 56;
  compose_from(state, handwriting({}), options);
}
BENCHMARK(compose_at_height_56);

void load_mnist(benchmark::State& state) {
  if (mnist().empty()) return state.SkipWithError("GLYPHMILL_TEST_DATA is not set");
  for (auto _ : state) {
    const DigitSet digits({read_digits(mnist())}, {"digits", {{0, 1}}, 0, false});
    benchmark::DoNotOptimize(digits.rows());
  }
}
BENCHMARK(load_mnist)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace glyphmill
