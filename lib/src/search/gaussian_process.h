// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace glyphmill::search {

/// Regression by a Gaussian process (Rasmussen and Williams, "Gaussian processes for machine
/// learning", 2006): Matern 5/2 kernel with a length scale for each group of coordinates, constant
/// mean, Gaussian noise.
class GaussianProcess {
 public:
  /// Natural logarithms. The signal's variance is the one of most likelihood, given these.
  struct Hyperparameters {
    Eigen::VectorXd log_scales;  ///< one a group
    double log_noise = 0;        ///< variance of the noise / that of the signal
  };

  /// Of the most posterior probability under weak priors, sought for by Rprop (Riedmiller and
  /// Braun, 1993) in a fixed number of steps. Rows of `x` are places in the unit cube; `y` has zero
  /// mean and unit variance. Takes longer with the cube of the rows.
  static Hyperparameters fitted(const Eigen::MatrixXd& x, const Eigen::VectorXd& y,
                                const std::vector<std::size_t>& groups, std::size_t group_count);

  GaussianProcess(Eigen::MatrixXd x, const Eigen::VectorXd& y,
                  const std::vector<std::size_t>& groups, const Hyperparameters& hyperparameters);

  struct Prediction {
    Eigen::VectorXd mean;
    Eigen::VectorXd stddev;  ///< of the signal, without noise
  };
  Prediction predict(const Eigen::MatrixXd& x) const;
  Eigen::VectorXd predicted_mean(const Eigen::MatrixXd& x) const;

 private:
  Eigen::MatrixXd kernel_to(const Eigen::MatrixXd& x) const;

  Eigen::RowVectorXd inverse_scales_;  // one a coordinate
  Eigen::MatrixXd x_;                  // divided by the scales
  Eigen::LLT<Eigen::MatrixXd> factor_;
  Eigen::VectorXd weights_;
  double variance_ = 1;
};

}  // namespace glyphmill::search
