// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "search/proposer.h"
#include "search/space.h"

namespace glyphmill::search {
namespace {

constexpr std::size_t kCandidates = 48;
constexpr double kGoodShare = 0.15;
constexpr std::size_t kMostGood = 25;
constexpr double kLeastWidth = 0.01;

double mass(double mean, double width, double low, double high) {
  return normal_cdf((high - mean) / width) - normal_cdf((low - mean) / width);
}

/// The density of one parameter's places: a mixture of one normal law, cut to [0, 1], for each
/// place, and a uniform one; of text, counts with a prior of one value in all.
class Estimator {
 public:
  Estimator(const Parameter& parameter, std::vector<double> places)
      : values_(is_ordered(parameter) ? 0 : count_of(parameter)), places_(std::move(places)) {
    if (values_ > 0) return;
    std::sort(places_.begin(), places_.end());
    const double least = std::max(kLeastWidth, 1.0 / (1 + static_cast<double>(places_.size())) / 4);
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const double left = i == 0 ? 0 : places_[i - 1];
      const double right = i + 1 == places_.size() ? 1 : places_[i + 1];
      widths_.push_back(std::clamp(std::max(places_[i] - left, right - places_[i]), least, 1.0));
    }
  }

  double draw(SampleRng& rng) const {
    const auto chosen =
        static_cast<std::size_t>(rng.uniform_int(0, static_cast<std::int64_t>(places_.size())));
    if (chosen == places_.size()) return rng.uniform01();
    if (values_ > 0) return places_[chosen];
    return rng.truncated_normal(places_[chosen], widths_[chosen], 0, 1);
  }

  double log_density(double place) const {
    double sum = 1;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (values_ > 0) {
        if (cell_of(places_[i]) == cell_of(place)) sum += static_cast<double>(values_);
        continue;
      }
      const double z = (place - places_[i]) / widths_[i];
      constexpr double kRootTwoPi = 2.5066282746310002;
      sum +=
          std::exp(-0.5 * z * z) / (kRootTwoPi * widths_[i] * mass(places_[i], widths_[i], 0, 1));
    }
    return std::log(sum / static_cast<double>(places_.size() + 1));
  }

 private:
  std::size_t cell_of(double place) const {
    return static_cast<std::size_t>(place * static_cast<double>(values_));
  }

  std::size_t values_;
  std::vector<double> places_;
  std::vector<double> widths_;
};

/// One estimator a parameter, of the trials in which it is active.
std::vector<Estimator> estimators(const Space& space, const std::vector<const Places*>& all) {
  std::vector<Estimator> result;
  for (std::size_t k = 0; k < space.parameters.size(); ++k) {
    std::vector<double> places;
    for (const Places* const one : all) {
      if ((*one)[k] != kNowhere) places.push_back((*one)[k]);
    }
    result.emplace_back(space.parameters[k], std::move(places));
  }
  return result;
}

}  // namespace

std::optional<Point> tree_parzen_point(const Space& space, const History& history, SampleRng& rng) {
  const std::size_t n = history.tried.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return history.scores[a] < history.scores[b];
  });
  const auto share = static_cast<std::size_t>(std::ceil(kGoodShare * static_cast<double>(n)));
  const std::size_t good_count = std::min(share, kMostGood);
  std::vector<const Places*> good;
  std::vector<const Places*> bad;
  for (std::size_t i = 0; i < n; ++i) {
    (i < good_count ? good : bad).push_back(&history.tried[order[i]]);
  }
  // What is being tried counts as bad, which keeps others away.
  for (const Places& pending : history.pending) bad.push_back(&pending);

  const std::vector<Estimator> of_good = estimators(space, good);
  const std::vector<Estimator> of_bad = estimators(space, bad);
  std::optional<Point> best;
  double most = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < kCandidates; ++i) {
    Places drawn;
    for (const Estimator& estimator : of_good) drawn.push_back(estimator.draw(rng));
    Point point = point_at(space, drawn);
    const Places places = places_of(space, point);
    double worth = 0;
    for (std::size_t k = 0; k < places.size(); ++k) {
      if (places[k] == kNowhere) continue;
      worth += of_good[k].log_density(places[k]) - of_bad[k].log_density(places[k]);
    }
    if (worth <= most || history.visited.has(point)) continue;
    most = worth;
    best = std::move(point);
  }
  return best;
}

}  // namespace glyphmill::search
