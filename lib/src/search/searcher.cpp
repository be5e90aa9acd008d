// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "glyphmill/error.h"
#include "glyphmill/search.h"
#include "search/proposer.h"

namespace glyphmill::search {
namespace {

/// Points drawn before any is chosen by what is known.
constexpr std::size_t kFirstRandom = 10;

std::optional<Point> chosen_point(Method method, const Space& space, const History& history,
                                  SampleRng& rng) {
  const std::size_t known = history.tried.size();
  if (method == Method::kRandom || known + history.pending.size() < kFirstRandom || known < 2) {
    return random_point(space, history, rng);
  }
  if (method == Method::kTreeParzen) return tree_parzen_point(space, history, rng);
  return gaussian_process_point(space, history, rng);
}

void check_earlier(const Space& space, const std::vector<Trial>& trials) {
  for (std::size_t i = 0; i < trials.size(); ++i) {
    if (trials[i].number != i) {
      throw Error(
          ErrorCode::kInvalidArgument,
          fmt::format("trial {}: numbers must be 0, 1, 2, ... Got: {}", i, trials[i].number));
    }
    try {
      check_point(space, trials[i].point);
    } catch (const Error& error) {
      throw Error(error.code(), fmt::format("trial {}: {}", i, error.what()));
    }
  }
}

}  // namespace

History history_of(const Space& space, const std::vector<Trial>& trials) {
  double worst = -std::numeric_limits<double>::infinity();
  for (const Trial& trial : trials) {
    if (trial.is_complete()) worst = std::max(worst, trial.outcome->value);
  }
  if (!std::isfinite(worst)) worst = 0;
  History history;
  for (const Trial& trial : trials) {
    history.visited.add(trial.point);
    (trial.has_ended() ? history.tried : history.pending).push_back(places_of(space, trial.point));
    if (trial.has_ended()) {
      history.scores.push_back(trial.is_complete() ? trial.outcome->value : worst);
    }
  }
  return history;
}

std::optional<Point> random_point(const Space& space, const History& history, SampleRng& rng) {
  Point point = point_at(space, random_places(space, rng));
  if (history.visited.has(point)) return std::nullopt;
  return point;
}

Outcome Outcome::of(double value) {
  if (std::isfinite(value)) return {State::kComplete, value, ""};
  return failed(fmt::format("the score must be finite. Got: {}", value));
}

Outcome Outcome::failed(std::string message) { return {State::kFailed, 0, std::move(message)}; }

const Trial* best_trial(const std::vector<Trial>& trials) {
  const Trial* best = nullptr;
  for (const Trial& trial : trials) {
    if (!trial.is_complete()) continue;
    if (best == nullptr || trial.outcome->value < best->outcome->value) best = &trial;
  }
  return best;
}

Searcher::Searcher(Plan plan, std::vector<Trial> earlier)
    : plan_(std::move(plan)), trials_(std::move(earlier)) {
  validate(plan_.space);
  check_earlier(plan_.space, trials_);
}

std::optional<Trial> Searcher::ask() {
  const std::uint64_t number = trials_.size();
  const History history = history_of(plan_.space, trials_);
  SampleRng rng({plan_.seed.value_or(0), number, stage_id("search.point")});
  std::optional<Point> point =
      chosen_point(plan_.method.value_or(Method::kGaussianProcess), plan_.space, history, rng);
  if (!point) point = any_unvisited(plan_.space, history.visited, rng);
  if (!point) return std::nullopt;
  trials_.push_back({number, std::move(*point)});
  return trials_.back();
}

void Searcher::tell(std::uint64_t number, Outcome outcome) {
  if (number >= trials_.size() || trials_[number].outcome) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("trial: must be one that is out. Got: {}", number));
  }
  if (outcome.state == Outcome::State::kInterrupted) return;
  if (outcome.is_complete()) outcome = Outcome::of(outcome.value);
  trials_[number].outcome = std::move(outcome);
}

}  // namespace glyphmill::search
