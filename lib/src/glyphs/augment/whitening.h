// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "glyphmill/ink_images.h"

namespace glyphmill::glyphs {

/// Of all pixels of all pictures together.
struct GreyStatistics {
  double mean = 0;
  double deviation = 0;  ///< of the population
};

GreyStatistics grey_statistics(const InkImages& images);

/// The sums over all pictures of the products of pixel i and pixel j, exact: area x area, of which
/// those with j <= i are set.
std::vector<double> sums_of_products(const InkImages& images);

/// ZCA whitening of flattened pictures from which `mean` was taken off, as ImageDataGenerator.fit()
/// of Keras finds it: u diag(1 / sqrt(s + epsilon)) u^T, where u diag(s) u^T is the mean of x x^T.
class Whitening {
 public:
  Whitening() = default;
  Whitening(const InkImages& images, double mean, double epsilon);

  /// `values` times the matrix, in place. In double precision: along directions in which the data
  /// never vary the matrix holds numbers up to 1 / sqrt(epsilon), which must cancel.
  void apply(std::vector<double>& values, std::vector<double>& work) const;

 private:
  std::size_t area_ = 0;
  std::vector<double> matrix_;  // symmetric; then rows of 0
};

}  // namespace glyphmill::glyphs
