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
constexpr std::size_t kMostFitted = 80;
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
  const double median = sorted[sorted.size() / 2];
  const double scale = median - sorted.front();
  for (double& score : scores) {
    if (score > median && scale > 0) score = median + scale * std::log1p((score - median) / scale);
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

/// What trying a place is worth.
class Acquisition {
 public:
  Acquisition(const Space& space, const History& history) : features_(space) {
    VectorXd y = standardised(history.scores);
    MatrixXd x = rows_of(history.tried);
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
    const auto n = static_cast<std::size_t>(x.rows());
    const std::size_t used = std::min(n, kMostFitted);
    MatrixXd some_x(static_cast<Index>(used), x.cols());
    VectorXd some_y(static_cast<Index>(used));
    for (std::size_t i = 0; i < used; ++i) {
      const auto from = static_cast<Index>(i * n / used);
      some_x.row(static_cast<Index>(i)) = x.row(from);
      some_y[static_cast<Index>(i)] = y[from];
    }
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
    std::vector<std::size_t> order(worth.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return worth[a] > worth[b]; });
    return order;
  }
};

/// The places of the best trials.
std::vector<Places> best_tried(const History& history) {
  Candidates tried{history.tried, {}};
  for (const double score : history.scores) tried.worth.push_back(-score);
  std::vector<Places> best;
  for (const std::size_t i : tried.ranked()) {
    if (best.size() < kCentres) best.push_back(tried.places[i]);
  }
  return best;
}

}  // namespace

std::optional<Point> gaussian_process_point(const Space& space, const History& history,
                                            SampleRng& rng) {
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
