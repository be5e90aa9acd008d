// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "search/gaussian_process.h"
#include "search/proposer.h"
#include "search/space.h"

namespace glyphmill::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Trials that hyper-parameters are fitted to: more cost time and tell little more.
constexpr std::size_t kMostFitted = 64;
/// Trials that are modelled: half of them the best, the others spread over the rest. The time is
/// that of their cube.
constexpr std::size_t kMostModelled = 400;
/// Candidates: some anywhere, then rounds of ever nearer neighbours of the best.
constexpr std::size_t kAnywhere = 400;
constexpr std::size_t kNeighbours = 100;
constexpr std::size_t kCentres = 5;
constexpr int kRounds = 4;

/// Scores as a Gaussian process likes them: of mean 0 and variance 1, those worse than the median
/// compressed, so that one that is out of all proportion does not drown what matters, the good
/// ones.
VectorXd standardised(std::vector<double> scores) {
  std::vector<double> sorted = scores;
  std::sort(sorted.begin(), sorted.end());
  // Halves, whose differences are finite.
  const double median = sorted[sorted.size() / 2] / 2;
  const double below = median - sorted.front() / 2;
  const double scale = below > 0 ? below : sorted.back() / 2 - median;
  for (double& score : scores) {
    const double above = scale > 0 ? (score / 2 - median) / scale : 0;
    score = above > 0 ? std::log1p(above) : above;
  }
  VectorXd result = Eigen::Map<const VectorXd>(scores.data(), static_cast<Index>(scores.size()));
  result.array() -= result.mean();
  const double variance = result.squaredNorm() / static_cast<double>(scores.size());
  if (variance > 0) result /= std::sqrt(variance);
  return result;
}

/// Natural logarithm of the expected improvement on `best`, which itself would be 0 far from it.
double log_expected_improvement(double mean, double stddev, double best) {
  if (stddev <= 0) return -std::numeric_limits<double>::infinity();
  const double z = (best - mean) / stddev;
  constexpr double kLogRootTwoPi = 0.91893853320467274;
  const double log_density = -0.5 * z * z - kLogRootTwoPi;
  // Below, the difference of two like numbers: their asymptotic series.
  const double log_height = z > -6 ? std::log(z * normal_cdf(z) + std::exp(log_density))
                                   : log_density - 2 * std::log(-z) + std::log1p(-3 / (z * z));
  return std::log(stddev) + log_height;
}

/// `count` of all, evenly spread.
std::vector<std::size_t> spread(const std::vector<std::size_t>& all, std::size_t count) {
  if (all.size() <= count) return all;
  std::vector<std::size_t> some;
  for (std::size_t i = 0; i < count; ++i) some.push_back(all[i * all.size() / count]);
  return some;
}

/// The trials, the best first.
std::vector<std::size_t> by_score(const std::vector<double>& scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  return order;
}

/// Which trials the surrogate is told of, in their order.
std::vector<std::size_t> modelled(const std::vector<double>& scores) {
  std::vector<std::size_t> best = by_score(scores);
  const std::size_t half = std::min(best.size(), kMostModelled / 2);
  std::vector<std::size_t> rest(best.begin() + static_cast<std::ptrdiff_t>(half), best.end());
  best.resize(half);
  std::sort(rest.begin(), rest.end());
  rest = spread(rest, kMostModelled - half);
  best.insert(best.end(), rest.begin(), rest.end());
  std::sort(best.begin(), best.end());
  return best;
}

/// What trying a place is worth.
class Acquisition {
 public:
  Acquisition(const Space& space, const History& history) : features_(space) {
    std::vector<Places> places;
    std::vector<double> scores;
    for (const std::size_t i : modelled(history.scores)) {
      places.push_back(history.tried[i]);
      scores.push_back(history.scores[i]);
    }
    VectorXd y = standardised(std::move(scores));
    MatrixXd x = rows_of(places);
    const GaussianProcess::Hyperparameters fitted = hyperparameters(x, y);
    process_.emplace(x, y, features_.groups(), fitted);
    best_ = process_->predicted_mean(x).minCoeff();
    if (history.pending.empty()) return;
    // Ginsbourger, Le Riche, Carraro: "Kriging is well-suited to parallelize optimization", 2010:
    // trials that are out are believed to give what is predicted.
    const MatrixXd out = rows_of(history.pending);
    const VectorXd believed = process_->predicted_mean(out);
    x.conservativeResize(x.rows() + out.rows(), Eigen::NoChange);
    x.bottomRows(out.rows()) = out;
    y.conservativeResize(y.size() + believed.size());
    y.tail(believed.size()) = believed;
    best_ = std::min(best_, believed.minCoeff());
    process_.emplace(x, y, features_.groups(), fitted);
  }

  std::vector<double> operator()(const std::vector<Places>& candidates) const {
    const GaussianProcess::Prediction prediction = process_->predict(rows_of(candidates));
    std::vector<double> result;
    for (Index i = 0; i < prediction.mean.size(); ++i) {
      result.push_back(log_expected_improvement(prediction.mean[i], prediction.stddev[i], best_));
    }
    return result;
  }

 private:
  MatrixXd rows_of(const std::vector<Places>& all) const {
    MatrixXd rows(static_cast<Index>(all.size()), static_cast<Index>(features_.groups().size()));
    Eigen::RowVectorXd row(rows.cols());
    for (std::size_t i = 0; i < all.size(); ++i) {
      features_.write(all[i], row);
      rows.row(static_cast<Index>(i)) = row;
    }
    return rows;
  }

  GaussianProcess::Hyperparameters hyperparameters(const MatrixXd& x, const VectorXd& y) const {
    std::vector<std::size_t> all(static_cast<std::size_t>(x.rows()));
    std::iota(all.begin(), all.end(), std::size_t{0});
    const std::vector<std::size_t> some = spread(all, kMostFitted);
    const MatrixXd some_x = x(some, Eigen::all);
    const VectorXd some_y = y(some);
    return GaussianProcess::fitted(some_x, some_y, features_.groups(), features_.group_count());
  }

  Features features_;
  std::optional<GaussianProcess> process_;
  double best_ = 0;
};

/// Places that point_at gives a point of, as the surrogate will see them.
Places settled(const Space& space, const Places& places) {
  return places_of(space, point_at(space, places));
}

/// `centre` with some parameters changed: numbers a little, or one anew.
Places neighbour_of(const Space& space, const Places& centre, double reach, SampleRng& rng) {
  Places places = centre;
  const auto last = static_cast<std::int64_t>(places.size()) - 1;
  const auto one = static_cast<std::size_t>(rng.uniform_int(0, last));
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Parameter& parameter = space.parameters[i];
    const bool changed = i == one || rng.bernoulli(0.5);
    if (places[i] == kNowhere || (i == one && !is_ordered(parameter))) {
      places[i] = rng.uniform01();
    } else if (changed && is_ordered(parameter)) {
      const std::uint64_t count = count_of(parameter);
      const double cell = count == 0 ? 0 : 1 / static_cast<double>(count);
      places[i] = std::clamp(rng.normal(places[i], std::max(reach, cell)), 0.0, 1.0);
    }
  }
  return settled(space, places);
}

struct Candidates {
  std::vector<Places> places;
  std::vector<double> worth;

  void add(const std::vector<Places>& more, const Acquisition& acquisition) {
    const std::vector<double> theirs = acquisition(more);
    places.insert(places.end(), more.begin(), more.end());
    worth.insert(worth.end(), theirs.begin(), theirs.end());
  }

  /// The best first.
  std::vector<std::size_t> ranked() const {
    std::vector<double> losses;
    for (const double one : worth) losses.push_back(-one);
    return by_score(losses);
  }
};

/// The places of the best trials.
std::vector<Places> best_tried(const History& history) {
  std::vector<Places> best;
  for (const std::size_t i : by_score(history.scores)) {
    if (best.size() < kCentres) best.push_back(history.tried[i]);
  }
  return best;
}

}  // namespace

std::optional<Point> gaussian_process_point(const Space& space, const History& history,
                                            SampleRng& rng) {
  const bool is_one_point = std::all_of(space.parameters.begin(), space.parameters.end(),
                                        [](const Parameter& one) { return count_of(one) == 1; });
  if (is_one_point) return std::nullopt;
  const Acquisition acquisition(space, history);
  std::vector<Places> some;
  for (std::size_t i = 0; i < kAnywhere; ++i) {
    some.push_back(settled(space, random_places(space, rng)));
  }
  const std::vector<Places> tried = best_tried(history);
  for (std::size_t i = 0; i < kNeighbours; ++i) {
    some.push_back(neighbour_of(space, tried[i % tried.size()], 0.1, rng));
  }
  Candidates candidates;
  candidates.add(some, acquisition);
  double reach = 0.1;
  for (int round = 0; round < kRounds; ++round, reach /= 3) {
    const std::vector<std::size_t> order = candidates.ranked();
    some.clear();
    for (std::size_t i = 0; i < kNeighbours; ++i) {
      some.push_back(neighbour_of(space, candidates.places[order[i % kCentres]], reach, rng));
    }
    candidates.add(some, acquisition);
  }
  for (const std::size_t i : candidates.ranked()) {
    Point point = point_at(space, candidates.places[i]);
    if (!history.visited.has(point)) return point;
  }
  return std::nullopt;
}

}  // namespace glyphmill::search
