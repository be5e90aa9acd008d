// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "glyphmill/ctc.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/utf8.h"
#include "recognition/beam_search.h"
#include "recognition/greedy.h"
#include "recognition/lattice.h"

namespace glyphmill {
namespace {

using Classes = std::vector<std::uint32_t>;
using recognition::BeamSearch;

constexpr std::size_t kWiden = 8;
constexpr std::size_t kWidestRepeat = 5120;

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

void check(const LogProbabilities& outputs, const std::vector<std::string>& alphabet,
           const DecodeOptions& options) {
  if (outputs.classes != alphabet.size() + 1) {
    refuse(fmt::format("outputs: must have {} classes, one more than the alphabet. Got: {}",
                       alphabet.size() + 1, outputs.classes));
  }
  if (options.width == 0) refuse("width: must be at least 1. Got: 0");
  const recognition::Automaton* const automaton = options.constraint.automaton();
  if (automaton && automaton->alphabet() != alphabet) {
    std::string known;
    for (const std::string& character : automaton->alphabet()) known += character;
    refuse(
        fmt::format("constraint: must be made for the alphabet of the outputs. Got: one for '{}'",
                    shown(known)));
  }
  // A logarithm that rounding made a little larger than 0 is one.
  constexpr float kMostLog = 1e-3F;
  for (std::size_t i = 0; i < outputs.steps * outputs.classes; ++i) {
    if (outputs.values[i] <= kMostLog) continue;  // which NaN is not
    refuse(
        fmt::format("outputs: must be logarithms of probabilities. Got: {} for class {} of step "
                    "{}",
                    outputs.values[i], i % outputs.classes, i / outputs.classes));
  }
}

Decoded decoded(const LogProbabilities& outputs, const std::vector<std::string>& alphabet,
                OutputKind kind, const Classes& classes) {
  Decoded result;
  result.text = text_of(classes, alphabet);
  result.characters = recognition::placed_characters(kind, outputs, classes);
  result.log_probability = log_likelihood(kind, outputs, classes);
  return result;
}

std::vector<Classes> constrained(const LogProbabilities& outputs, const DecodeOptions& options,
                                 std::size_t count) {
  for (std::size_t width = options.width;; width *= kWiden) {
    BeamSearch search(options.outputs, outputs, options.constraint.automaton(), width);
    std::vector<Classes> found = search.run(count);
    const bool is_last = !search.has_dropped() || width > kWidestRepeat / kWiden;
    if (!found.empty() || is_last) return found;
  }
}

}  // namespace

double Decoded::confidence() const { return std::min(1.0, std::exp(log_probability)); }

std::vector<Decoded> decode_several(const LogProbabilities& outputs,
                                    const std::vector<std::string>& alphabet, std::size_t count,
                                    const DecodeOptions& options) {
  check(outputs, alphabet, options);
  const std::size_t asked = std::max<std::size_t>(1, count);
  std::vector<Classes> found;
  bool accepted = true;
  if (!options.constraint.is_free()) {
    found = constrained(outputs, options, asked);
    accepted = !found.empty();
  }
  if (found.empty()) {
    found = BeamSearch(options.outputs, outputs, nullptr, options.width).run(asked);
  }
  // Rows whose every class is impossible leave nothing.
  if (found.empty()) found.emplace_back();
  std::vector<Decoded> results;
  for (const Classes& classes : found) {
    results.push_back(decoded(outputs, alphabet, options.outputs, classes));
    results.back().accepted = accepted;
  }
  // The beam's sums lack the alignments that it dropped.
  std::stable_sort(results.begin(), results.end(), [](const Decoded& a, const Decoded& b) {
    return a.log_probability > b.log_probability;
  });
  return results;
}

Decoded decode(const LogProbabilities& outputs, const std::vector<std::string>& alphabet,
               const DecodeOptions& options) {
  const bool is_greedy = options.search == Search::kGreedy && options.constraint.is_free();
  if (!is_greedy) return decode_several(outputs, alphabet, 1, options).front();
  check(outputs, alphabet, options);
  return decoded(outputs, alphabet, options.outputs,
                 recognition::greedy_answer(options.outputs, outputs).classes);
}

Classes classes_of(const std::string& text, const std::vector<std::string>& alphabet) {
  std::map<std::string, std::uint32_t> numbers;
  for (const std::string& character : alphabet) {
    numbers.emplace(character, static_cast<std::uint32_t>(numbers.size() + 1));
  }
  Classes classes;
  for (const std::string& character : utf8_characters(text)) {
    const auto found = numbers.find(character);
    if (found == numbers.end()) {
      refuse(fmt::format("text: must hold characters of the alphabet only. Got: '{}' in '{}'",
                         printable(character), shown(text)));
    }
    classes.push_back(found->second);
  }
  return classes;
}

std::string text_of(const Classes& classes, const std::vector<std::string>& alphabet) {
  std::string text;
  for (const std::uint32_t c : classes) text += alphabet[c - 1];
  return text;
}

}  // namespace glyphmill
