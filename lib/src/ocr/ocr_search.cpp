// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ocr_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "glyphmill/error.h"
#include "glyphmill/field_values.h"
#include "ocr/sample_stream.h"
#include "sinks/files.h"

namespace glyphmill {
namespace {

using search::Point;
using search::Value;

constexpr std::int64_t kMostStages = 6;
constexpr std::int64_t kMostLayers = 4;
constexpr double kFirstChannels = 16;
constexpr double kMostChannels = 4096;

std::string numbered(const char* name, std::int64_t i) { return fmt::format("{}_{}", name, i); }

template <class Options>
DescribeFields fields_of(Options& options) {
  return [&options](FieldVisitor& visitor) { describe(options, visitor); };
}

bool has_field(const DescribeFields& fields, const std::string& name) {
  const std::vector<FieldValueText> all = field_values(fields);
  return std::any_of(all.begin(), all.end(),
                     [&](const FieldValueText& field) { return field.key == name; });
}

bool is_numbered(const std::string& name, const char* stem, std::int64_t most) {
  for (std::int64_t i = 1; i <= most; ++i) {
    if (name == numbered(stem, i)) return true;
  }
  return false;
}

/// Parameters that are no fields but make some.
bool is_derived(const std::string& name) {
  return name == "conv_layers" || name == "first_channels" ||
         is_numbered(name, "growth", kMostStages) || is_numbered(name, "linear", kMostLayers) ||
         is_numbered(name, "lstm", kMostLayers);
}

std::uint64_t size_of(const Point& point, const std::string& name) {
  const std::int64_t size = point.integer(name);
  if (size < 1 || size > static_cast<std::int64_t>(kMostChannels)) {
    throw Error(
        ErrorCode::kInvalidArgument,
        fmt::format("parameters.{}: must be between 1 and {}. Got: {}", name, kMostChannels, size));
  }
  return static_cast<std::uint64_t>(size);
}

void set_channels(const Point& point, ModelOptions& model) {
  if (!point.has("conv_layers")) return;
  const std::int64_t layers = point.integer("conv_layers");
  if (layers < 1 || layers > kMostStages) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("parameters.conv_layers: must be between 1 and {}. Got: {}",
                            kMostStages, layers));
  }
  double channels = kFirstChannels;
  if (point.has("first_channels")) {
    channels = static_cast<double>(size_of(point, "first_channels"));
  }
  model.channels.clear();
  for (std::int64_t i = 1; i <= layers; ++i) {
    if (point.has(numbered("growth", i))) channels *= point.real(numbered("growth", i));
    channels = std::clamp(channels, 1.0, kMostChannels);
    model.channels.push_back(static_cast<std::uint64_t>(std::lround(channels)));
  }
}

/// The list of NAME_1, NAME_2, ... as far as they go.
void set_sizes(const Point& point, const char* name, std::vector<std::uint64_t>& sizes) {
  if (!point.has(numbered(name, 1))) return;
  sizes.clear();
  for (std::int64_t i = 1; i <= kMostLayers && point.has(numbered(name, i)); ++i) {
    sizes.push_back(size_of(point, numbered(name, i)));
  }
}

/// The names that a list of choices spells in capitals are those of the fields in small letters.
std::string field_text(const Value& value) {
  std::string text = search::spelled(value);
  if (const auto* given = std::get_if<std::string>(&value)) text = *given;
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

void set_field(const std::string& name, const Value& value, ModelOptions& model,
               TrainingOptions& training) {
  for (const DescribeFields& fields : {fields_of(model), fields_of(training)}) {
    if (!has_field(fields, name)) continue;
    return set_field_value(fields, name, {field_text(value)}, "parameters." + name);
  }
  throw Error(
      ErrorCode::kInvalidArgument,
      fmt::format("parameters.{}: must be a size of the model or an option of its training. "
                  "Got: {}",
                  name, search::spelled(value)));
}

/// Both ends, or every choice.
std::vector<Value> extremes_of(const search::Parameter& parameter) {
  if (const auto* integers = std::get_if<search::Integers>(&parameter.values)) {
    return {integers->range.min, integers->range.max};
  }
  if (const auto* reals = std::get_if<search::Reals>(&parameter.values)) {
    return {reals->range.min, reals->range.max};
  }
  return std::get<search::Choices>(parameter.values).values;
}

/// Where a trial's model is while it is trained.
class TrialModel {
 public:
  TrialModel(const std::string& models, std::uint64_t number)
      : directory_(models, true), name_(fmt::format("{:06}", number)) {
    directory_.remove_all(name_);
  }
  TrialModel(const TrialModel&) = delete;
  TrialModel& operator=(const TrialModel&) = delete;
  ~TrialModel() {
    try {
      directory_.remove_all(name_);
    } catch (const Error&) {  // the next trial of this number will
    }
  }
  std::string path() const { return directory_.path() + "/" + name_; }

 private:
  sinks::Directory directory_;
  std::string name_;
};

}  // namespace

void apply_point(const Point& point, ModelOptions& model, TrainingOptions& training) {
  constexpr char kArchitecture[] = "architecture";
  if (const Value* const architecture = point.find(kArchitecture)) {
    ModelOptions named;
    set_field(kArchitecture, *architecture, named, training);
    model = model_options(named.architecture);
  }
  for (const auto& [name, value] : point.values()) {
    if (name == kArchitecture || is_derived(name)) continue;
    set_field(name, value, model, training);
  }
  set_channels(point, model);
  set_sizes(point, "linear", model.linear);
  set_sizes(point, "lstm", model.lstm);
  const std::size_t stages = std::min<std::size_t>(model.channels.size(), kMostStages);
  model.stride_px = std::min<std::uint64_t>(model.stride_px, std::uint64_t{1} << stages);
}

void check_trial_space(const search::Space& space) {
  for (const search::Parameter& parameter : space.parameters) {
    for (const Value& value : extremes_of(parameter)) {
      Point point;
      point.set(parameter.name, value);
      ModelOptions model;
      TrainingOptions training;
      apply_point(point, model, training);
      validate(model);
    }
  }
}

void check_trial_samples(const TrainingTask& task) {
  using ocr::SampleStream;
  const std::uint64_t seed = task.options.seed;
  const SampleStream training(task.streams, SampleStream::Use::kTraining, seed);
  if (task.validation) const SampleStream validation(*task.validation, seed);
}

search::Outcome train_trial(const search::Trial& trial, const TrialOptions& options) {
  using Clock = std::chrono::steady_clock;
  TrainingTask task = options.task;
  apply_point(trial.point, task.model, task.options);
  const TrialModel model(options.models, trial.number);
  const Clock::time_point started = Clock::now();
  std::atomic<bool> stop{false};
  bool late = false;
  TrainingRun run;
  run.output = model.path();
  run.stop = &stop;
  run.on_progress = [&](const TrainingProgress& progress) {
    const double minutes = std::chrono::duration<double>(Clock::now() - started).count() / 60;
    late = options.timeout_minutes > 0 && minutes > options.timeout_minutes;
    stop = late || (options.stop != nullptr && *options.stop);
    if (options.on_progress) options.on_progress(trial, progress);
  };
  const TrainingResult result = train(task, run);
  if (!result.interrupted) return search::Outcome::of(result.character_error_rate);
  if (late) {
    return search::Outcome::failed(
        fmt::format("took longer than {} minutes", options.timeout_minutes));
  }
  return search::Outcome::interrupted();
}

}  // namespace glyphmill
