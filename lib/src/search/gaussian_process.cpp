// SPDX-License-Identifier: Apache-2.0
#include "search/gaussian_process.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace glyphmill::search {
namespace {

using Eigen::ArrayXXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;
using Hyperparameters = GaussianProcess::Hyperparameters;

constexpr int kSteps = 24;

/// Normal priors of the logarithms: scales about half the cube's side, little noise.
constexpr double kScaleMean = -0.7;
constexpr double kScaleStddev = 1.0;
constexpr double kNoiseMean = -7.0;
constexpr double kNoiseStddev = 2.5;
/// Less noise, and the matrix can no longer be factored.
constexpr double kLeastLogNoise = -14;
constexpr double kMostLog = 4;

RowVectorXd inverse_scales(const VectorXd& log_scales, const std::vector<std::size_t>& groups) {
  RowVectorXd inverse(static_cast<Index>(groups.size()));
  for (std::size_t i = 0; i < groups.size(); ++i) {
    inverse[static_cast<Index>(i)] = std::exp(-log_scales[static_cast<Index>(groups[i])]);
  }
  return inverse;
}

/// sqrt(5) times the distances between the rows.
ArrayXXd scaled_distances(const MatrixXd& a, const MatrixXd& b) {
  MatrixXd squares = -2 * a * b.transpose();
  squares.colwise() += a.rowwise().squaredNorm();
  squares.rowwise() += b.rowwise().squaredNorm().transpose();
  return (5 * squares.array().max(0)).sqrt();
}

ArrayXXd matern(const ArrayXXd& distances) {
  return (1 + distances + distances.square() / 3) * (-distances).exp();
}

/// Probability of the observations, and its slope.
class Posterior {
 public:
  Posterior(const MatrixXd& x, const VectorXd& y, const std::vector<std::size_t>& groups)
      : x_(x), y_(y), groups_(groups) {}

  /// The slope by the scales and, last, the noise.
  VectorXd slope(const Hyperparameters& at) const {
    const auto n = static_cast<double>(y_.size());
    const MatrixXd x = x_ * inverse_scales(at.log_scales, groups_).asDiagonal();
    const ArrayXXd distances = scaled_distances(x, x);
    const double noise = std::exp(at.log_noise);
    MatrixXd kernel = matern(distances);
    kernel.diagonal().array() += noise;
    const Eigen::LLT<MatrixXd> factor(kernel);
    const VectorXd weights = factor.solve(y_);
    const double variance = y_.dot(weights) / n;
    const MatrixXd inverse = factor.solve(MatrixXd::Identity(y_.size(), y_.size()));
    // d likelihood = 1/2 trace(outer dK), R. & W. (5.9), with the signal's variance at its best.
    const MatrixXd outer = weights * weights.transpose() / variance - inverse;

    VectorXd result(at.log_scales.size() + 1);
    // dK/dlog scale = 5/3 (1 + d) exp(-d) (difference / scale)^2
    const MatrixXd part =
        (outer.array() * (1 + distances) * (-distances).exp() * (5.0 / 3)).matrix();
    result.head(at.log_scales.size()) = squared_differences(part, x);
    result[at.log_scales.size()] = 0.5 * noise * outer.trace();
    add_priors(at, result);
    return result;
  }

 private:
  /// Half the sum of part(a, b) (x_a - x_b)^2, for each group.
  VectorXd squared_differences(const MatrixXd& part, const MatrixXd& x) const {
    const VectorXd sums = part.rowwise().sum();
    const RowVectorXd coordinates =
        (sums.transpose() * x.cwiseProduct(x)) - x.cwiseProduct(part * x).colwise().sum();
    VectorXd result = VectorXd::Zero(static_cast<Index>(groups_.back()) + 1);
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      result[static_cast<Index>(groups_[i])] += coordinates[static_cast<Index>(i)];
    }
    return result;
  }

  static void add_priors(const Hyperparameters& at, VectorXd& slope) {
    const Index scales = at.log_scales.size();
    slope.head(scales).array() -=
        (at.log_scales.array() - kScaleMean) / (kScaleStddev * kScaleStddev);
    slope[scales] -= (at.log_noise - kNoiseMean) / (kNoiseStddev * kNoiseStddev);
  }

  const MatrixXd& x_;
  const VectorXd& y_;
  const std::vector<std::size_t>& groups_;
};

}  // namespace

Hyperparameters GaussianProcess::fitted(const MatrixXd& x, const VectorXd& y,
                                        const std::vector<std::size_t>& groups,
                                        std::size_t group_count) {
  const auto scales = static_cast<Index>(group_count);
  const Posterior posterior(x, y, groups);
  Hyperparameters at{VectorXd::Constant(scales, kScaleMean), kNoiseMean};
  VectorXd step = VectorXd::Constant(scales + 1, 0.3);
  VectorXd before = VectorXd::Zero(scales + 1);
  for (int i = 0; i < kSteps; ++i) {
    const VectorXd slope = posterior.slope(at);
    for (Index k = 0; k <= scales; ++k) {
      const double turn = slope[k] * before[k];
      if (turn > 0) step[k] = std::min(step[k] * 1.2, 1.0);
      if (turn < 0) step[k] *= 0.5;
      const double move = slope[k] > 0 ? step[k] : -step[k];
      double& value = k < scales ? at.log_scales[k] : at.log_noise;
      value = std::clamp(value + move, k < scales ? -kMostLog : kLeastLogNoise, kMostLog);
    }
    before = slope;
  }
  return at;
}

GaussianProcess::GaussianProcess(MatrixXd x, const VectorXd& y,
                                 const std::vector<std::size_t>& groups,
                                 const Hyperparameters& hyperparameters)
    : inverse_scales_(inverse_scales(hyperparameters.log_scales, groups)), x_(std::move(x)) {
  x_ *= inverse_scales_.asDiagonal();
  MatrixXd kernel = matern(scaled_distances(x_, x_));
  kernel.diagonal().array() += std::exp(hyperparameters.log_noise);
  factor_.compute(kernel);
  weights_ = factor_.solve(y);
  variance_ = std::max(y.dot(weights_) / static_cast<double>(y.size()), 1e-12);
}

MatrixXd GaussianProcess::kernel_to(const MatrixXd& x) const {
  return matern(scaled_distances(x_, x * inverse_scales_.asDiagonal()));
}

VectorXd GaussianProcess::predicted_mean(const MatrixXd& x) const {
  return kernel_to(x).transpose() * weights_;
}

GaussianProcess::Prediction GaussianProcess::predict(const MatrixXd& x) const {
  MatrixXd kernel = kernel_to(x);
  VectorXd mean = kernel.transpose() * weights_;
  factor_.matrixL().solveInPlace(kernel);
  const VectorXd explained = kernel.colwise().squaredNorm();
  return {std::move(mean), (variance_ * (1 - explained.array()).max(0)).sqrt()};
}

}  // namespace glyphmill::search
