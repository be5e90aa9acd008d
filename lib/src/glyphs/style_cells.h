// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "glyphs/hand_style.h"

namespace glyphmill::glyphs {

/// Numbers of pictures that lie side by side in one array of their owner.
class IndexSpan {
 public:
  IndexSpan(const std::uint32_t* data, std::size_t size) : data_(data), size_(size) {}

  const std::uint32_t* data() const { return data_; }
  std::size_t size() const { return size_; }
  const std::uint32_t* begin() const { return data_; }
  const std::uint32_t* end() const { return data_ + size_; }
  std::uint32_t operator[](std::size_t i) const { return data_[i]; }

 private:
  const std::uint32_t* data_;
  std::size_t size_;
};

/// Hands: the pictures of every class dealt into the same cells by their style, so that pictures
/// out of one cell look written by one person, whatever their classes.
///
/// Style is what sets a picture apart from its own class (a 7 leans by its shape): every feature is
/// standardised within the class. Slant and stroke width weigh most, the rest a little. The cells
/// come from a k-d tree that all classes share (Bentley, "Multidimensional binary search trees used
/// for associative searching", CACM 18, 1975): each node splits along the feature of the largest
/// weighted variance, and each class at its own quantile. So every class fills its cells evenly,
/// their sizes differing by at most one, and drawing cells evenly uses every picture evenly, which
/// clusters of free size would not.
///
/// Nothing is drawn at random, and only whole numbers are compared: the same cells everywhere.
/// Immutable; thread-safe.
class StyleCells {
 public:
  /// `styles[i]` is the style of picture i, and `pictures_of_class[cls]` names the pictures of a
  /// class. There are min(64, max(1, n / 4)) cells, n being the size of the smallest class that has
  /// pictures at all.
  StyleCells(const std::vector<HandStyle>& styles,
             const std::vector<std::vector<std::uint32_t>>& pictures_of_class);

  /// Cells, at least 1.
  std::size_t count() const { return count_; }
  /// The pictures of a class in a cell, ascending. Empty only where the class is. Requires
  /// cls < number of classes and cell < count().
  IndexSpan of(std::size_t cls, std::size_t cell) const;

 private:
  std::size_t start(std::size_t cls, std::size_t cell) const;

  std::size_t count_ = 1;
  std::vector<std::uint32_t> pictures_;  // class after class, cell after cell
  std::vector<std::size_t> first_;       // where each class starts in them, and the end
};

}  // namespace glyphmill::glyphs
