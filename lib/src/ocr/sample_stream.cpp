// SPDX-License-Identifier: Apache-2.0
#include "ocr/sample_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "glyphmill/ctc.h"
#include "glyphmill/error.h"
#include "glyphmill/random.h"
#include "glyphmill/utf8.h"
#include "job/first_failure.h"
#include "job/recipe_fields.h"

namespace glyphmill::ocr {
namespace {

constexpr std::uint32_t kValidationStage = stage_id("ocr.validation");
constexpr std::uint64_t kWithoutEnd = 1'000'000'000'000;  // the most that a recipe may ask for

bool has_split(const Recipe& recipe, const std::string& name) {
  return std::any_of(recipe.splits.begin(), recipe.splits.end(),
                     [&](const Split& split) { return split.name == name; });
}

Recipe without_end(Recipe recipe, std::uint64_t seed) {
  if (!recipe.seed) recipe.seed = seed;
  std::uint64_t count = kWithoutEnd;
  for (const MixPart& part : parts_of(recipe)) {
    count =
        std::min(count, make_labels(part.labels, *recipe.seed, {}, part.label_weights)->limit());
  }
  recipe.count = count;
  return recipe;
}

Recipe recipe_for(const TrainingStream& stream, SampleStream::Use use, std::uint64_t seed) {
  Recipe recipe = without_end(stream.recipe, seed);
  const bool trains = use == SampleStream::Use::kTraining;
  if (recipe.split.empty() && has_split(recipe, "train") && has_split(recipe, "val")) {
    recipe.split = trains ? "train" : "val";
  } else if (!trains) {
    recipe.seed = derived({*recipe.seed, 0, kValidationStage}, 0).seed;
  }
  return recipe;
}

std::vector<double> weights_of(const std::vector<TrainingStream>& streams) {
  if (streams.empty()) {
    throw Error(ErrorCode::kInvalidArgument, "streams: must be at least one recipe. Got: none");
  }
  std::vector<double> weights;
  for (const TrainingStream& stream : streams) {
    if (!(stream.weight >= kWeightBounds.min && stream.weight <= kWeightBounds.max)) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("weight: {}. Got: {}", rule_of(kWeightBounds), stream.weight));
    }
    weights.push_back(stream.weight);
  }
  return weights;
}

}  // namespace

SampleStream::SampleStream(const std::vector<TrainingStream>& streams, Use use, std::uint64_t seed)
    : mix_(weights_of(streams)) {
  for (const TrainingStream& stream : streams) {
    generators_.push_back(std::make_unique<Generator>(recipe_for(stream, use, seed)));
  }
}

SampleStream::SampleStream(const Recipe& recipe, std::uint64_t seed) : mix_({1}) {
  Recipe with_seed = recipe;
  if (!with_seed.seed) with_seed.seed = seed;
  generators_.push_back(std::make_unique<Generator>(with_seed));
}

SampleStream::Place SampleStream::place_of(std::uint64_t k) const {
  const job::MixLaw::Place place = mix_.at(k);
  return {place.part, place.index % generators_[place.part]->count()};
}

void SampleStream::sample(std::uint64_t k, Sample& sample, Generator::Scratch& scratch) const {
  const Place place = place_of(k);
  generators_[place.stream]->sample(place.sample, sample, scratch);
}

void SampleStream::within_sample(std::uint64_t k, const std::function<void()>& use) const {
  const Place place = place_of(k);
  if (generators_.size() == 1) return job::within_sample(place.sample, use);
  try {
    job::within_sample(place.sample, use);
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("stream {}, {}", place.stream, error.what()));
  }
}

std::uint64_t SampleStream::count() const {
  return generators_.size() == 1 ? generators_.front()->count() : kWithoutEnd;
}

std::vector<std::string> SampleStream::characters() const {
  std::set<std::string> all;  // the order of UTF-8 is that of code points
  for (const auto& generator : generators_) {
    for (std::string& character : generator->characters()) all.insert(std::move(character));
  }
  return {all.begin(), all.end()};
}

SampleStream validation_of(const TrainingTask& task) {
  if (task.validation) return {*task.validation, task.options.seed};
  return {task.streams, SampleStream::Use::kValidation, task.options.seed};
}

std::vector<std::string> characters_of(const TrainingTask& task, const SampleStream& training,
                                       const SampleStream& validation) {
  if (!task.characters.empty()) return task.characters;
  std::set<std::string> all;
  for (const SampleStream* stream : {&training, &validation}) {
    for (std::string& character : stream->characters()) all.insert(std::move(character));
  }
  return {all.begin(), all.end()};
}

Alphabet::Alphabet(std::vector<std::string> characters) : characters_(std::move(characters)) {
  if (characters_.empty()) {
    throw Error(ErrorCode::kInvalidArgument, "characters: must be at least one. Got: none");
  }
  for (std::size_t i = 0; i < characters_.size(); ++i) {
    const std::string& character = characters_[i];
    if (!is_utf8(character) || utf8_characters(character).size() != 1) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("characters: must be one character each. Got: '{}'", character));
    }
    if (places_.emplace(character, static_cast<int>(i) + 1).second) continue;
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("characters: must differ. Got: '{}' twice", character));
  }
}

std::vector<int> Alphabet::classes_of(const std::string& text) const {
  std::vector<int> classes;
  for (const std::string& character : utf8_characters(text)) {
    const auto found = places_.find(character);
    if (found == places_.end()) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("label: must be of the {} characters that the model knows. Got: '{}' "
                              "in '{}'",
                              characters_.size(), character, text));
    }
    classes.push_back(found->second);
  }
  return classes;
}

LineMaker::LineMaker(const ModelOptions& options, const Alphabet& alphabet, std::size_t workers,
                     ParallelLoop loop)
    : options_(options), alphabet_(alphabet), loop_(std::move(loop)), workers_(workers) {}

void LineMaker::make(const SampleStream& stream, std::uint64_t first, std::size_t count) {
  lines_.resize(count);
  classes_.resize(count);
  job::FirstFailure failure;
  loop_(count, [&](std::size_t w, std::size_t i) {
    if (failure.is_before(i)) return;
    Worker& worker = workers_[w];
    try {
      stream.within_sample(first + i, [&] {
        stream.sample(first + i, worker.sample, worker.scratch);
        make_line(worker.sample.image, worker.sample.paper, options_, lines_[i]);
        classes_[i] = alphabet_.classes_of(worker.sample.label);
        check(worker.sample.label, i);
      });
    } catch (...) {
      failure.keep(i, std::current_exception());
    }
  });
  failure.rethrow();
}

void LineMaker::check(const std::string& label, std::size_t i) const {
  if (options_.head == Head::kPositions) {
    if (classes_[i].size() <= options_.positions) return;
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("label: must have at most the model's {} positions. Got: '{}'",
                            options_.positions, label));
  }
  const std::size_t needed = ctc_needed_steps(label);
  const std::size_t steps = steps_of(lines_[i].width, options_);
  if (steps >= needed) return;
  throw Error(
      ErrorCode::kInvalidArgument,
      fmt::format("image: scaled to {} px of height must be at least {} px wide, {} steps for "
                  "the label '{}'. Got: {}; a smaller model.stride_px or a larger model.height "
                  "gives more steps",
                  options_.height, (needed - 1) * options_.stride_px + 1, needed, label,
                  lines_[i].width));
}

}  // namespace glyphmill::ocr
