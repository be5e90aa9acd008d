// SPDX-License-Identifier: Apache-2.0
#include "ocr/principal_axes.h"

#include <Eigen/Dense>
#include <Eigen/Eigenvalues>

namespace glyphmill::ocr {

Projection on_principal_axes(const std::vector<float>& vectors, std::size_t size) {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto columns = static_cast<Eigen::Index>(size);
  const auto count = static_cast<Eigen::Index>(vectors.size() / size);
  Eigen::MatrixXd rows = Eigen::Map<const Rows>(vectors.data(), count, columns).cast<double>();
  rows.rowwise() -= rows.colwise().mean().eval();
  const Eigen::MatrixXd covariance = rows.transpose() * rows / static_cast<double>(count);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> parts(covariance);  // values rise

  const double variance = covariance.trace();
  Projection projection;
  projection.points.resize(vectors.size() / size);
  for (const bool is_x : {true, false}) {
    const Eigen::Index place = columns - (is_x ? 1 : 2);
    if (place < 0) break;
    Eigen::VectorXd axis = parts.eigenvectors().col(place);
    Eigen::Index largest = 0;
    axis.cwiseAbs().maxCoeff(&largest);
    if (axis[largest] < 0) axis = -axis;
    const Eigen::VectorXd along = rows * axis;
    for (std::size_t i = 0; i < projection.points.size(); ++i) {
      cv::Point2d& point = projection.points[i];
      (is_x ? point.x : point.y) = along[static_cast<Eigen::Index>(i)];
    }
    if (variance > 0) {
      (is_x ? projection.x_share : projection.y_share) = parts.eigenvalues()[place] / variance;
    }
  }
  return projection;
}

}  // namespace glyphmill::ocr
