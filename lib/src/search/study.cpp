// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <new>

#include "glyphmill/error.h"
#include "glyphmill/fields.h"
#include "search/study_directory.h"
#include "search/study_files.h"

namespace glyphmill::search {
namespace {

using Clock = std::chrono::steady_clock;

/// A trial that ends its process each time must not keep a study from ending.
constexpr std::uint64_t kMostStarts = 3;
constexpr std::size_t kLongestMessage = 4000;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void check(const Plan& plan, const StudyOptions& options) {
  validate(plan.space);
  const IntegerBounds bounds{1, kMostTrials};
  if (options.trials < bounds.min || options.trials > bounds.max) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("trials: {}. Got: {}", rule_of(bounds), options.trials));
  }
  if (!(options.seconds >= 0)) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("seconds: must be at least 0. Got: {}", options.seconds));
  }
}

/// What the objective says, its errors included.
Outcome outcome_of(const Objective& objective, const Trial& trial) {
  std::string message;
  try {
    const Outcome outcome = objective(trial);
    return outcome.is_complete() ? Outcome::of(outcome.value) : outcome;
  } catch (const std::bad_alloc&) {
    message = "out of memory";
  } catch (const std::exception& error) {
    message = error.what();
  } catch (...) {
    message = "threw something that is no std::exception";
  }
  return Outcome::failed(message.substr(0, kLongestMessage));
}

class StudyRun {
 public:
  StudyRun(const Plan& plan, const StudyOptions& options)
      : options_(options), directory_(plan, options) {}

  StudyResult run(const Objective& objective,
                  const std::function<void(const StudyProgress&)>& on_progress,
                  const std::atomic<bool>* stop) {
    StudyResult result;
    const auto is_stopped = [&] { return stop != nullptr && *stop; };
    while (!is_stopped() && !is_time_over()) {
      const std::optional<sinks::Claim> claim = begin_next(result.exhausted);
      if (!claim) break;
      const Clock::time_point start = Clock::now();
      const Outcome outcome = outcome_of(objective, current_.trial);
      end(outcome, seconds_since(start));
      if (outcome.state == Outcome::State::kInterrupted) {
        result.interrupted = true;
        break;
      }
      report(on_progress);
    }
    result.interrupted = result.interrupted || is_stopped();
    const StudyDirectory::Turn turn(directory_);
    result.study = directory_.study();
    const std::vector<StudyTrial>& trials = result.study.trials;
    result.complete = (trials.size() >= options_.trials || result.exhausted) &&
                      std::all_of(trials.begin(), trials.end(),
                                  [](const StudyTrial& one) { return one.trial.has_ended(); });
    return result;
  }

 private:
  bool is_time_over() const {
    return options_.seconds > 0 && seconds_since(start_) >= options_.seconds;
  }

  /// Makes a trial the current one: one that was begun and is nobody's, or a new one. None if
  /// there is none to be had.
  std::optional<sinks::Claim> begin_next(bool& exhausted) {
    const StudyDirectory::Turn turn(directory_);
    for (const StudyTrial& trial : directory_.study().trials) {
      if (trial.trial.has_ended()) continue;
      std::optional<sinks::Claim> claim = directory_.claim(trial.trial.number);
      if (!claim) continue;
      current_ = trial;
      if (current_.starts >= kMostStarts) {
        give_up();
        continue;
      }
      ++current_.starts;
      begin();
      return claim;
    }
    if (directory_.study().trials.size() >= options_.trials) return std::nullopt;
    const Plan& plan = directory_.study().plan;
    const std::optional<Trial> trial = Searcher(plan, trials_of(directory_.study())).ask();
    exhausted = !trial;
    if (!trial) return std::nullopt;
    std::optional<sinks::Claim> claim = directory_.claim(trial->number);
    if (!claim) {
      throw Error(ErrorCode::kIo, fmt::format("{}: another process has trial {}, which is new",
                                              options_.directory, trial->number));
    }
    current_ = {*trial, "", ""};
    begin();
    return claim;
  }

  void begin() {
    current_.trial.outcome.reset();
    current_.started = time_now();
    current_.completed.clear();
    directory_.put(current_);
  }

  void give_up() {
    current_.trial.outcome = Outcome::failed(
        fmt::format("its process ended {} times without a result", current_.starts));
    current_.completed = time_now();
    directory_.put(current_);
    directory_.write_csv();
  }

  void end(const Outcome& outcome, double seconds) {
    const StudyDirectory::Turn turn(directory_);
    current_.trial.outcome = outcome;
    if (outcome.state == Outcome::State::kInterrupted) {
      --current_.starts;
    } else {
      current_.completed = time_now();
      current_.seconds = seconds;
    }
    directory_.put(current_);
    directory_.write_csv();
  }

  void report(const std::function<void(const StudyProgress&)>& on_progress) const {
    if (!on_progress) return;
    const std::vector<Trial> trials = trials_of(directory_.study());
    StudyProgress progress{current_, best_trial(trials), 0,
                           0,        options_.trials,    seconds_since(start_)};
    for (const Trial& trial : trials) {
      progress.ended += trial.has_ended();
      progress.failed += trial.has_ended() && !trial.is_complete();
    }
    on_progress(progress);
  }

  const StudyOptions& options_;
  StudyDirectory directory_;
  StudyTrial current_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace

std::vector<Trial> trials_of(const Study& study) {
  std::vector<Trial> trials;
  for (const StudyTrial& trial : study.trials) trials.push_back(trial.trial);
  return trials;
}

Study read_study(const std::string& directory) { return StudyDirectory(directory).study(); }

StudyResult run_study(const Plan& plan, const StudyOptions& options, const Objective& objective,
                      const std::function<void(const StudyProgress&)>& on_progress,
                      const std::atomic<bool>* stop) {
  check(plan, options);
  return StudyRun(plan, options).run(objective, on_progress, stop);
}

}  // namespace glyphmill::search
