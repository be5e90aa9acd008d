// SPDX-License-Identifier: Apache-2.0
#include "glyphs/augment/whitening.h"

#include <Eigen/Dense>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace glyphmill::glyphs {
namespace {

/// Pictures whose products are summed in 32 bits: 512 * 255^2 fit. So few that a block of 28 x 28
/// stays in a second-level cache.
constexpr std::size_t kBlock = 512;

/// Pixels that are multiplied with one at a time, so that it is loaded once for all.
constexpr std::size_t kTile = 4;

std::size_t whole_tiles(std::size_t count) { return (count + kTile - 1) / kTile * kTile; }

/// A pixel's values in the pictures of a block.
using Course = std::array<std::int16_t, kBlock>;

using Products = std::array<std::int32_t, kTile>;

/// a . b[t] for each t. Spelled out: one sum each is what compilers make vector code of.
Products dot_products(const Course& a, const Course* b) {
  Products sums{};
  for (std::size_t k = 0; k < kBlock; ++k) {
    sums[0] += a[k] * b[0][k];
    sums[1] += a[k] * b[1][k];
    sums[2] += a[k] * b[2][k];
    sums[3] += a[k] * b[3][k];
  }
  return sums;
}

/// to[j] += sum over t of x[t] * rows[t * count + j].
void add_rows(const double* x, const double* rows, std::size_t count, double* to) {
  for (std::size_t j = 0; j < count; ++j) {
    double sum = to[j];
    for (std::size_t t = 0; t < kTile; ++t) sum += x[t] * rows[t * count + j];
    to[j] = sum;
  }
}

/// Pictures from `first` on, pixel by pixel; zeros for those beyond the last.
void fill_block(const InkImages& images, std::size_t first, std::vector<Course>& block) {
  const std::size_t count = std::min(kBlock, images.size() - first);
  for (Course& course : block) course.fill(0);
  for (std::size_t k = 0; k < count; ++k) {
    const std::uint8_t* from = images.at(first + k);
    for (std::size_t i = 0; i < images.area(); ++i) block[i][k] = from[i];
  }
}

bool all_zero(const Course& course) {
  return std::all_of(course.begin(), course.end(), [](std::int16_t value) { return value == 0; });
}

/// The mean of x x^T over the data x from which `mean` was taken off: its lower triangle.
Eigen::MatrixXd centred_covariance(const InkImages& images, double mean) {
  const std::size_t area = images.area();
  const auto count = static_cast<double>(images.size());
  const std::vector<double> sums = sums_of_products(images);
  std::vector<double> means(area, 0);
  for (std::size_t n = 0; n < images.size(); ++n) {
    for (std::size_t i = 0; i < area; ++i) means[i] += images.at(n)[i];
  }
  for (double& value : means) value /= count;
  const auto side = static_cast<Eigen::Index>(area);
  Eigen::MatrixXd sigma(side, side);
  for (std::size_t i = 0; i < area; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      sigma(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
          sums[i * area + j] / count - mean * (means[i] + means[j]) + mean * mean;
    }
  }
  return sigma;
}

}  // namespace

GreyStatistics grey_statistics(const InkImages& images) {
  std::array<std::uint64_t, 256> counts{};
  const std::size_t pixels = images.size() * images.area();
  for (std::size_t i = 0; i < pixels; ++i) ++counts[images.pixels[i]];
  double sum = 0;
  double squares = 0;
  for (std::size_t value = 0; value < counts.size(); ++value) {
    const auto grey = static_cast<double>(value);
    sum += grey * static_cast<double>(counts[value]);
    squares += grey * grey * static_cast<double>(counts[value]);
  }
  GreyStatistics found;
  found.mean = sum / static_cast<double>(pixels);
  const double variance = squares / static_cast<double>(pixels) - found.mean * found.mean;
  found.deviation = std::sqrt(std::max(variance, 0.0));
  return found;
}

std::vector<double> sums_of_products(const InkImages& images) {
  const std::size_t area = images.area();
  std::vector<double> sums(area * area, 0);
  // Whole tiles: what is beyond the last pixel stays 0.
  std::vector<Course> block(whole_tiles(area));
  for (std::size_t first = 0; first < images.size(); first += kBlock) {
    fill_block(images, first, block);
    for (std::size_t i = 0; i < area; ++i) {
      if (all_zero(block[i])) continue;
      for (std::size_t j = 0; j <= i; j += kTile) {
        const Products products = dot_products(block[i], &block[j]);
        for (std::size_t t = 0; t < kTile && j + t <= i; ++t) sums[i * area + j + t] += products[t];
      }
    }
  }
  return sums;
}

Whitening::Whitening(const InkImages& images, double mean, double epsilon)
    : area_(images.area()), matrix_(whole_tiles(area_) * area_, 0) {
  // The decomposition of a symmetric matrix without negative eigenvalues is its SVD. It reads the
  // lower triangle only.
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> parts(centred_covariance(images, mean));
  const Eigen::ArrayXd variances = parts.eigenvalues().array().max(0.0);
  const Eigen::VectorXd scales = (variances + epsilon).rsqrt();
  const auto side = static_cast<Eigen::Index>(area_);
  Eigen::Map<Eigen::MatrixXd>(matrix_.data(), side, side).noalias() =
      parts.eigenvectors() * scales.asDiagonal() * parts.eigenvectors().transpose();
}

void Whitening::apply(std::vector<double>& values, std::vector<double>& work) const {
  work.assign(area_, 0);
  values.resize(whole_tiles(area_), 0);
  for (std::size_t i = 0; i < area_; i += kTile) {
    add_rows(&values[i], &matrix_[i * area_], area_, work.data());
  }
  values.swap(work);
}

}  // namespace glyphmill::glyphs
