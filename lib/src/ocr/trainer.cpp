// SPDX-License-Identifier: Apache-2.0
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

#include "glyphmill/error.h"
#include "glyphmill/random.h"
#include "glyphmill/training.h"
#include "ocr/center_loss.h"
#include "ocr/checkpoint.h"
#include "ocr/model_files.h"
#include "ocr/network.h"
#include "ocr/optimizer.h"
#include "ocr/sample_stream.h"
#include "ocr/schedule.h"
#include "ocr/task_files.h"
#include "ocr/text_loss.h"
#include "ocr/validation.h"

namespace glyphmill {
namespace ocr {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kDropoutStage = stage_id("ocr.dropout");
constexpr double kBetweenReports = 0.25;  // s
constexpr std::uint64_t kValidations = 20;
constexpr double kMostValidating = 0.2;  // of the time
/// Of the time: later steps may take more than those that are timed, and a training that ends
/// before the last of its steps does not end at the lowest learning rate.
constexpr double kReserve = 0.05;
/// Steps whose time says how many fit: the first ones plan convolutions and cost more.
constexpr std::uint64_t kFirstTimed = 10;
constexpr std::uint64_t kLeastTimed = 30;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Samples are made by the threads that compute between them: others would wait for one another.
ParallelLoop threads_of_torch() {
  return [](std::size_t count, const auto& work) {
    at::parallel_for(0, static_cast<std::int64_t>(count), 1,
                     [&](std::int64_t from, std::int64_t to) {
                       const auto worker = static_cast<std::size_t>(at::get_thread_num());
                       for (std::int64_t i = from; i < to; ++i)
                         work(worker, static_cast<std::size_t>(i));
                     });
  };
}

class Trainer {
 public:
  Trainer(const TrainingTask& task, const TrainingRun& run)
      : task_(task),
        options_(task.options),
        run_(run),
        training_(task.streams, SampleStream::Use::kTraining, options_.seed),
        validation_(validation_of(task)),
        alphabet_(characters_of(task, training_, validation_)),
        lines_(task.model, alphabet_, static_cast<std::size_t>(at::get_num_threads()),
               threads_of_torch()),
        network_(seeded_network()),
        optimizer_(options_.optimizer, options_.weight_decay, network_->parameter_count()),
        spans_(spans_of(network_)),
        highest_rate_(options_.learning_rate.value_or(usual_learning_rate(options_.optimizer))) {
    if (options_.center_loss > 0) {
      centers_.emplace(alphabet_.classes(), static_cast<std::size_t>(network_->feature_count()));
    }
  }

  TrainingResult train() {
    make_lines(training_, 0, options_.batch);  // what cannot be trained on leaves no directory
    // Before they may be overwritten.
    if (!run_.resume && !task_.start_from.empty()) take_weights(task_.start_from);
    const sinks::Directory directory =
        run_.resume ? sinks::Directory(run_.output) : open_for_model(run_.output, run_.overwrite);
    if (!directory.try_lock(sinks::LockFile::Kind::kExclusive)) {
      throw Error(ErrorCode::kIo, fmt::format("{}: another training writes there", run_.output));
    }
    directory_ = &directory;
    if (run_.resume) {
      go_on();
    } else {
      begin();
    }
    started_ = Clock::now();
    earlier_seconds_ = state_.seconds;
    return run();
  }

 private:
  Network seeded_network() const {
    torch::manual_seed(options_.seed);
    return Network(task_.model, alphabet_.classes());
  }

  void begin() {
    write_task(task_, model(), *directory_);
    state_.best_error_rate = std::numeric_limits<double>::infinity();
  }

  ModelDescription model() const { return {task_.model, alphabet_.characters()}; }

  void take_weights(const std::string& path) {
    const sinks::Directory from(path);
    const std::string name = path + "/" + kModelFile;
    if (to_yaml(parse_model(from.read(kModelFile), name)) != to_yaml(model())) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("start_from: {} must have the sizes and the characters of the model "
                              "that is trained",
                              name));
    }
    load_weights(network_, from.read(kWeightsFile), path + "/" + kWeightsFile);
    if (centers_ && from.has(kCentersFile)) {
      load_centers(*centers_, from.read(kCentersFile), path + "/" + kCentersFile);
    }
  }

  /// Goes on from the checkpoint, if the directory is of this very task.
  void go_on() {
    const std::string in = run_.output + "/";
    check_task(task_, model(), *directory_);
    if (!directory_->has(kCheckpointFile)) {
      state_.best_error_rate = std::numeric_limits<double>::infinity();
      return;  // interrupted before the first: from the beginning
    }
    load_checkpoint(directory_->read(kCheckpointFile), in + kCheckpointFile, network_, optimizer_,
                    centers(), state_);
    measurements_ = parse_csv(directory_->read(kMetricsFile), in + kMetricsFile);
    drop_later(measurements_);
    if (!centers_) return;
    distances_ = parse_distances(directory_->read(kDistancesFile), in + kDistancesFile);
    drop_later(distances_);
  }

  Centers* centers() { return centers_ ? &*centers_ : nullptr; }

  /// What was measured behind the checkpoint will be measured again.
  template <class Line>
  void drop_later(std::vector<Line>& lines) const {
    while (!lines.empty() && lines.back().step > state_.step) lines.pop_back();
  }

  double seconds() const { return earlier_seconds_ + seconds_since(started_); }

  TrainingResult run() {
    bool interrupted = false;
    if (options_.steps && state_.steps == 0) plan(*options_.steps, kValidations);
    while (state_.steps == 0 || state_.step < state_.steps) {
      if (run_.stop != nullptr && *run_.stop) {
        interrupted = true;
        break;
      }
      const double loss = step();
      state_.loss_sum += loss;
      ++state_.loss_count;
      state_.recent_loss = state_.step == 0 ? loss : 0.98 * state_.recent_loss + 0.02 * loss;
      ++state_.step;
      if (state_.step == kFirstTimed) timed_from_ = seconds();
      if (state_.steps == 0 && state_.step >= plan_at()) plan_for_time();
      const bool late = is_time_over();
      const bool last = late || state_.step == state_.steps;
      if (state_.steps > 0 && (state_.step % state_.validate_every == 0 || last)) {
        validate_and_save();
        if (late) end_here();
        if (last || is_patience_over()) break;
      }
      report();
    }
    if (interrupted) save_checkpoint();
    report(true);
    return result(interrupted);
  }

  /// Where there is a plan and the rest of the time is needed for the last validation.
  bool is_time_over() const {
    return !options_.steps && state_.steps > 0 && seconds() + validating_ >= options_.minutes * 60;
  }

  /// Leaves nothing to do for a resumed training.
  void end_here() {
    state_.steps = state_.step;
    save_checkpoint();
  }

  /// Where the falling part of the schedule begins, which needs to know the end.
  std::uint64_t plan_at() const {
    return std::max(options_.warmup_steps, kFirstTimed + kLeastTimed);
  }

  /// As many steps as fit the time, judged by those that were timed and by a validation.
  void plan_for_time() {
    const double budget = (1 - kReserve) * options_.minutes * 60;
    const double before = seconds();
    evaluate();
    validating_ = seconds() - before;
    const double each = (before - timed_from_) / static_cast<double>(state_.step - kFirstTimed);
    const auto validations = std::clamp<std::uint64_t>(
        static_cast<std::uint64_t>(kMostValidating * budget / validating_), 2, kValidations);
    const double left = budget - seconds() - static_cast<double>(validations) * validating_;
    plan(state_.step + static_cast<std::uint64_t>(std::max(1.0, left / each)), validations);
  }

  void plan(std::uint64_t steps, std::uint64_t validations) {
    state_.steps = steps;
    state_.validate_every =
        options_.validate_every.value_or((steps + validations - 1) / validations);
    // What was found is what repeats this training.
    TrainingOptions found = options_;
    found.steps = state_.steps;
    found.validate_every = state_.validate_every;
    directory_->replace(kTrainingFile, to_yaml(found));
  }

  double learning_rate() const {
    return highest_rate_ * rate_share(options_, state_.step, plan_at(), state_.steps);
  }

  void make_lines(const SampleStream& stream, std::uint64_t first, std::uint64_t count) {
    lines_.make(stream, first, count);
    make_batch(
        count, [this](std::size_t i) -> const LineImage& { return lines_.line(i); }, task_.model,
        batch_);
  }

  /// Gives the loss of the texts.
  double step() {
    make_lines(training_, state_.step * options_.batch, options_.batch);
    network_->train();
    // A stream of its own for each step, so that a resumed training drops the same features.
    torch::manual_seed(derived({options_.seed, state_.step, kDropoutStage}, 0).seed);
    const NetworkOutput output = network_->forward(batch_);
    std::vector<std::size_t> steps;
    for (const int width : batch_.widths) steps.push_back(steps_of(width, task_.model));
    const torch::Tensor loss = text_loss(output, steps, lines_.all_classes(), task_.model);
    torch::Tensor total = loss;
    if (centers_) {
      const auto features = labelled_features(output, steps, lines_.all_classes());
      total = loss + options_.center_loss * center_loss(features, *centers_);
      follow(features, options_.center_rate, *centers_);
    }
    check_loss(total.item<double>());
    for (const ParameterSpan& span : spans_) std::fill_n(span.gradients, span.size, 0.0F);
    total.backward();
    clip_gradients(spans_, options_.clip_norm);
    optimizer_.step(spans_, learning_rate());
    return loss.item<double>();
  }

  /// Where there is no number any more the weights are spoilt.
  void check_loss(double loss) const {
    if (!std::isfinite(loss)) refuse_spoilt(fmt::format("{} in step {}", loss, state_.step));
  }

  /// The last step may have spoilt them after its loss was a number.
  void check_weights() const {
    for (const ParameterSpan& span : spans_) {
      const bool is_whole = std::all_of(span.values, span.values + span.size,
                                        [](float value) { return std::isfinite(value); });
      if (!is_whole) refuse_spoilt(fmt::format("other weights after step {}", state_.step));
    }
  }

  [[noreturn]] void refuse_spoilt(const std::string& got) const {
    const std::string kept =
        directory_->has(kCheckpointFile) ? "; the last checkpoint is kept" : "";
    throw Error(ErrorCode::kFormat,
                fmt::format("training: loss and weights must be numbers; a smaller learning_rate "
                            "(it is {}) may help{}. Got: {}",
                            learning_rate(), kept, got));
  }

  Measurement evaluate(CenterStatistics* statistics = nullptr) {
    check_weights();
    const std::uint64_t count = std::min(options_.validation_samples, validation_.count());
    return ocr::evaluate(network_, task_.model, alphabet_, validation_, count, lines_, statistics);
  }

  void validate_and_save() {
    std::optional<CenterStatistics> statistics;
    if (centers_) statistics.emplace(*centers_, alphabet_.characters());
    Measurement measured = evaluate(statistics ? &*statistics : nullptr);
    measured.step = state_.step;
    measured.samples = state_.step * options_.batch;
    measured.learning_rate = learning_rate();
    measured.loss = state_.loss_sum / static_cast<double>(state_.loss_count);
    state_.loss_sum = 0;
    state_.loss_count = 0;
    const bool improves = measured.character_error_rate < state_.best_error_rate ||
                          (measured.character_error_rate == state_.best_error_rate &&
                           measured.validation_loss < state_.best_loss);
    state_.without_improvement = improves ? 0 : state_.without_improvement + 1;
    if (improves) {
      state_.best_step = state_.step;
      state_.best_error_rate = measured.character_error_rate;
      state_.best_loss = measured.validation_loss;
      state_.best_accuracy = measured.accuracy;
      directory_->replace(kWeightsFile, weights_bytes(network_));
      if (centers_) directory_->replace(kCentersFile, centers_bytes(*centers_));
    }
    measured.seconds = seconds();
    measurements_.push_back(measured);
    if (statistics) {
      distances_.push_back(statistics->distances());
      distances_.back().step = state_.step;
    }
    write_measurements();
    write_curve(measurements_, distances_, run_.output + "/" + kCurveFile);
    save_checkpoint();
  }

  bool is_patience_over() const {
    return options_.patience > 0 && state_.without_improvement >= options_.patience;
  }

  void write_measurements() {
    directory_->replace(kMetricsFile, to_csv(measurements_));
    if (centers_) directory_->replace(kDistancesFile, to_csv(distances_));
  }

  void save_checkpoint() {
    check_weights();
    state_.seconds = seconds();
    directory_->replace(kCheckpointFile, checkpoint_bytes(network_, optimizer_, centers(), state_));
    if (measurements_.empty()) write_measurements();
  }

  void report(bool always = false) {
    if (!run_.on_progress) return;
    const double now = seconds();
    if (!always && now - reported_ < kBetweenReports) return;
    reported_ = now;
    TrainingProgress progress;
    progress.step = state_.step;
    progress.steps = state_.steps;
    progress.seconds = now;
    const double done = static_cast<double>(state_.step);
    progress.samples_per_second = done * static_cast<double>(options_.batch) / now;
    progress.seconds_left = state_.steps > 0
                                ? now / done * static_cast<double>(state_.steps - state_.step)
                                : std::max(0.0, options_.minutes * 60 - now);
    progress.loss = state_.recent_loss;
    progress.learning_rate = learning_rate();
    if (!measurements_.empty()) {
      progress.accuracy = measurements_.back().accuracy;
      progress.character_error_rate = measurements_.back().character_error_rate;
    }
    run_.on_progress(progress);
  }

  TrainingResult result(bool interrupted) const {
    TrainingResult result;
    result.steps = state_.step;
    result.samples = state_.step * options_.batch;
    result.seconds = seconds();
    result.best_step = state_.best_step;
    result.accuracy = state_.best_accuracy;
    result.character_error_rate = state_.best_error_rate;
    for (const CenterDistances& distances : distances_) {
      if (distances.step == state_.best_step) result.centers = distances;
    }
    result.interrupted = interrupted;
    return result;
  }

  const TrainingTask& task_;
  const TrainingOptions& options_;
  const TrainingRun& run_;
  SampleStream training_;
  SampleStream validation_;
  Alphabet alphabet_;
  LineMaker lines_;
  LineBatch batch_;
  Network network_;
  Optimizer optimizer_;
  std::vector<ParameterSpan> spans_;
  double highest_rate_;
  std::optional<Centers> centers_;  // with center loss
  TrainingState state_;
  std::vector<Measurement> measurements_;
  std::vector<CenterDistances> distances_;
  const sinks::Directory* directory_ = nullptr;
  Clock::time_point started_ = Clock::now();
  double earlier_seconds_ = 0;
  double timed_from_ = 0;
  double validating_ = 0;  // s, of one validation
  double reported_ = -1;
};

}  // namespace
}  // namespace ocr

TrainingResult train(const TrainingTask& task, const TrainingRun& run) {
  validate(task.model);
  check_bounds(task.options, "training");
  if (task.options.center_loss > 0 && task.model.head != Head::kCtc) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("training.center_loss: must be 0 unless model.head is ctc. Got: {}",
                            task.options.center_loss));
  }
  return ocr::Trainer(task, run).train();
}

}  // namespace glyphmill
