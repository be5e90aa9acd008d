// SPDX-License-Identifier: Apache-2.0
// What it costs to tell the text of one image from 40 frames of 37 classes.
#include <benchmark/benchmark.h>

#include <cmath>

#include "glyphmill/ctc.h"
#include "glyphmill/random.h"

namespace glyphmill {
namespace {

constexpr std::size_t kSteps = 40;
constexpr std::size_t kClasses = 37;

std::vector<std::string> alphabet() {
  std::vector<std::string> characters;
  for (const char c : std::string("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    characters.emplace_back(1, c);
  }
  return characters;
}

/// A digit in every fourth frame, else blanks; `sureness` is what they have above the others'
/// logarithms, which are normal.
std::vector<float> outputs_of(double sureness) {
  SampleRng rng({1, 0, stage_id("outputs")});
  std::vector<float> values(kSteps * kClasses);
  for (std::size_t step = 0; step < kSteps; ++step) {
    const auto digit = static_cast<std::size_t>(rng.uniform_int(1, 10));
    double sum = 0;
    float* const row = &values[step * kClasses];
    for (std::size_t c = 0; c < kClasses; ++c) {
      const bool is_said = c == (step % 4 == 1 ? digit : 0);
      row[c] = static_cast<float>(rng.normal(0, 1) + (is_said ? sureness : 0));
      sum += std::exp(static_cast<double>(row[c]));
    }
    for (std::size_t c = 0; c < kClasses; ++c) row[c] -= static_cast<float>(std::log(sum));
  }
  return values;
}

void run(benchmark::State& state, const DecodeOptions& options) {
  const std::vector<float> values = outputs_of(static_cast<double>(state.range(0)));
  const std::vector<std::string> characters = alphabet();
  for (auto _ : state) {
    benchmark::DoNotOptimize(decode({values.data(), kSteps, kClasses}, characters, options));
  }
}

DecodeOptions constrained(const Constraint& constraint) {
  DecodeOptions options;
  options.constraint = constraint;
  return options;
}

void greedy(benchmark::State& state) {
  DecodeOptions options;
  options.search = Search::kGreedy;
  run(state, options);
}
void beam(benchmark::State& state) { run(state, {}); }
void beam_pattern(benchmark::State& state) {
  run(state, constrained(Constraint::pattern("\\d{10}", alphabet())));
}
void beam_date(benchmark::State& state) {
  run(state, constrained(Constraint::date("{YYYY}{MM}{DD}", alphabet())));
}

BENCHMARK(greedy)->Name("decode/greedy/sureness")->Arg(0)->Arg(9);
BENCHMARK(beam)->Name("decode/beam_10/sureness")->Arg(0)->Arg(9);
BENCHMARK(beam_pattern)->Name("decode/beam_10_pattern/sureness")->Arg(0)->Arg(9);
BENCHMARK(beam_date)->Name("decode/beam_10_date/sureness")->Arg(0)->Arg(9);

}  // namespace
}  // namespace glyphmill
