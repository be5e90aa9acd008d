// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "glyphmill/label_weights.h"
#include "glyphmill/labels.h"
#include "glyphmill/random.h"

namespace glyphmill::labels {

/// A positive number beyond the range of double: mantissa * 2^exponent, mantissa in [0.5, 1).
struct Product {
  double mantissa = 0.5;
  int exponent = 1;
};

/// Weights over the characters that labels can have, each known by its place among them. Only
/// products, sums and comparisons decide, so labels are the same everywhere. Immutable;
/// thread-safe.
class WeightTable {
 public:
  /// Throws Error(kInvalidArgument) naming "labels.weights..." for too many factors, one out of
  /// bounds, a key of another form, a character that is not in `characters`, a place beyond
  /// `longest`.
  WeightTable(const std::vector<std::string>& characters, std::size_t longest,
              const LabelWeights& weights);

  /// A character for `place`, from 0, by the law of codes; `previous` is not used at place 0.
  std::size_t draw(std::size_t place, std::size_t previous, SampleRng& rng) const;

  /// The product of the factors of a label, which has no other characters.
  Product weight(const std::string& label) const;

 private:
  /// The factors of characters at one place.
  struct Column {
    std::vector<double> factors;
    std::vector<double> sums;  // of the factors before each character, and of all
  };
  /// What comes to the factor of a character behind a certain other one.
  struct Link {
    std::size_t character;
    double factor;
  };

  void read_places(const LabelWeights& weights, std::size_t longest);
  void read_links(const LabelWeights& weights);
  std::size_t index_of(const std::string& character, const std::string& path,
                       const std::string& key) const;
  const Column& column(std::size_t place) const;
  /// The place of the character of `label` that begins at byte `at`, which moves behind it.
  std::size_t next(const std::string& label, std::size_t& at) const;

  std::vector<std::string> characters_;
  std::unordered_map<std::string, std::size_t> index_;
  std::array<std::size_t, 128> ascii_{};  // the same of characters of one byte
  std::vector<Column> columns_;           // first that of every place without its own
  std::vector<std::size_t> column_of_;    // by place; beyond its end the first
  std::vector<std::vector<Link>> links_;  // by previous character, in the order of characters
};

/// `plain` with some labels more often than others, see LabelWeights; `first` is the first sample
/// that will be asked for.
std::unique_ptr<LabelSource> weighted_labels(std::unique_ptr<LabelSource> plain, WeightTable table,
                                             std::uint64_t seed, std::uint64_t first);

}  // namespace glyphmill::labels
