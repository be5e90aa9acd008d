// SPDX-License-Identifier: Apache-2.0
#include "glyphs/style_cells.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace glyphmill::glyphs {
namespace {

__extension__ using Wide = __int128;

constexpr std::size_t kMostCells = 64;
constexpr std::size_t kPicturesPerCell = 4;  // fewer would repeat one picture over and over

struct Feature {
  double HandStyle::*value;
  double weight;
};
/// Slant and stroke width are what the eye takes for a hand. The weight of the others makes them
/// split a node only where it is narrow in both. Darkness follows the width of the stroke anyway.
constexpr std::array<Feature, 5> kFeatures{{{&HandStyle::slant, 1},
                                            {&HandStyle::stroke_width, 1},
                                            {&HandStyle::aspect, 0.3},
                                            {&HandStyle::size, 0.3},
                                            {&HandStyle::ink, 0.3}}};

/// A picture's weighted deviations from its class, in 1 / kUnit standard deviations.
using Scores = std::array<std::int32_t, kFeatures.size()>;
constexpr double kUnit = 4096;
constexpr double kMostDeviations = 8;  // so that a few freaks do not rule the variance

/// n^2 times the variance of what it has been given.
class Spread {
 public:
  void add(std::int64_t value) {
    ++count_;
    sum_ += value;
    squares_ += static_cast<Wide>(value) * value;
  }
  Wide count() const { return count_; }
  Wide sum() const { return sum_; }
  Wide times_count_squared() const { return squares_ * count_ - sum_ * sum_; }

 private:
  Wide count_ = 0;
  Wide sum_ = 0;
  Wide squares_ = 0;
};

std::int64_t fixed_point(double value) { return std::llround(value * 65536); }

/// Sums are whole numbers; what remains is one square root, quotient and product, each rounded in
/// the one way that IEEE 754 allows.
void score(const std::vector<HandStyle>& styles, const std::vector<std::uint32_t>& pictures,
           std::size_t feature, std::vector<Scores>& scores) {
  const auto [value, weight] = kFeatures[feature];
  Spread spread;
  for (const std::uint32_t i : pictures) spread.add(fixed_point(styles[i].*value));
  const double deviation = std::sqrt(static_cast<double>(spread.times_count_squared()));
  if (deviation <= 0) return;  // all alike: the scores stay 0
  for (const std::uint32_t i : pictures) {
    const Wide difference = fixed_point(styles[i].*value) * spread.count() - spread.sum();
    const double deviations = static_cast<double>(difference) / deviation;
    scores[i][feature] = static_cast<std::int32_t>(
        std::lround(std::clamp(deviations, -kMostDeviations, kMostDeviations) * (kUnit * weight)));
  }
}

std::size_t cells_for(const std::vector<std::vector<std::uint32_t>>& pictures_of_class) {
  std::size_t smallest = 0;  // of those that have pictures
  for (const auto& pictures : pictures_of_class) {
    if (smallest == 0 || (!pictures.empty() && pictures.size() < smallest)) {
      smallest = pictures.size();
    }
  }
  return std::clamp<std::size_t>(smallest / kPicturesPerCell, 1, kMostCells);
}

using Pictures = std::vector<std::uint32_t>::iterator;

struct Slice {  // of one class
  Pictures begin, middle, end;
};

/// The feature along which the slices, each about its own mean, spread most.
std::size_t widest_feature(const std::vector<Slice>& slices, const std::vector<Scores>& scores) {
  std::array<Wide, kFeatures.size()> spreads{};
  for (const Slice& slice : slices) {
    for (std::size_t feature = 0; feature < kFeatures.size(); ++feature) {
      Spread spread;
      for (Pictures i = slice.begin; i != slice.end; ++i) spread.add(scores[*i][feature]);
      if (spread.count() > 0) spreads[feature] += spread.times_count_squared() / spread.count();
    }
  }
  return static_cast<std::size_t>(std::max_element(spreads.begin(), spreads.end()) -
                                  spreads.begin());
}

void split(const Slice& slice, std::size_t feature, const std::vector<Scores>& scores) {
  std::nth_element(slice.begin, slice.middle, slice.end, [&](std::uint32_t a, std::uint32_t b) {
    const std::int32_t score_a = scores[a][feature];
    const std::int32_t score_b = scores[b][feature];
    return score_a != score_b ? score_a < score_b : a < b;
  });
}

/// Deals the pictures of the cells [low, high) into them. `slices(low, middle, high)` gives each
/// class's pictures of these cells, cut where the cell `middle` starts.
template <class Slices>
void deal(std::size_t low, std::size_t high, const Slices& slices,
          const std::vector<Scores>& scores) {
  const std::size_t middle = low + (high - low) / 2;
  const std::vector<Slice> classes = slices(low, middle, high);
  if (high - low == 1) {
    for (const Slice& slice : classes) std::sort(slice.begin, slice.end);
    return;
  }
  const std::size_t feature = widest_feature(classes, scores);
  for (const Slice& slice : classes) split(slice, feature, scores);
  deal(low, middle, slices, scores);
  deal(middle, high, slices, scores);
}

}  // namespace

StyleCells::StyleCells(const std::vector<HandStyle>& styles,
                       const std::vector<std::vector<std::uint32_t>>& pictures_of_class)
    : count_(cells_for(pictures_of_class)), first_{0} {
  std::vector<Scores> scores(styles.size());
  for (const auto& pictures : pictures_of_class) {
    for (std::size_t feature = 0; feature < kFeatures.size(); ++feature) {
      score(styles, pictures, feature, scores);
    }
    pictures_.insert(pictures_.end(), pictures.begin(), pictures.end());
    first_.push_back(pictures_.size());
  }
  const auto slices = [&](std::size_t low, std::size_t middle, std::size_t high) {
    std::vector<Slice> classes;
    const auto at = [&](std::size_t cls, std::size_t cell) {
      return pictures_.begin() + static_cast<std::ptrdiff_t>(start(cls, cell));
    };
    for (std::size_t cls = 0; cls < pictures_of_class.size(); ++cls) {
      classes.push_back({at(cls, low), at(cls, middle), at(cls, high)});
    }
    return classes;
  };
  deal(0, count_, slices, scores);
}

std::size_t StyleCells::start(std::size_t cls, std::size_t cell) const {
  return first_[cls] + (first_[cls + 1] - first_[cls]) * cell / count_;
}

IndexSpan StyleCells::of(std::size_t cls, std::size_t cell) const {
  const std::size_t from = start(cls, cell);
  return {pictures_.data() + from, start(cls, cell + 1) - from};
}

}  // namespace glyphmill::glyphs
