// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "glyphmill/random.h"
#include "glyphmill/search.h"

namespace glyphmill::search {

/// A place in [0, 1] for each parameter of a space. Each value has a cell of it, in which all
/// places mean the value: cells are of equal size, of whole numbers on a log scale of about equal
/// ratio. Of those that are not active the place means nothing.
using Places = std::vector<double>;

/// Marks the place of a parameter that is not active.
constexpr double kNowhere = -1;

/// The value in whose cell `place` lies.
Value value_at(const Parameter& parameter, double place);
/// The middle of the value's cell.
double place_of(const Parameter& parameter, const Value& value);

Point point_at(const Space& space, const Places& places);
Places places_of(const Space& space, const Point& point);

/// Uniform places for all parameters.
Places random_places(const Space& space, SampleRng& rng);

/// The coordinates that a surrogate sees: the place of an ordered parameter or of one with two
/// values; for other text one coordinate a value, of which one is not 0. What is not active lies in
/// the middle, where it is as far from all values as can be. A fixed parameter has none.
class Features {
 public:
  explicit Features(const Space& space);

  /// Of each coordinate, the parameter among those that have any.
  const std::vector<std::size_t>& groups() const { return groups_; }
  std::size_t group_count() const { return group_count_; }
  void write(const Places& places, Eigen::Ref<Eigen::RowVectorXd> row) const;

 private:
  struct Part {
    std::size_t parameter;
    std::size_t values;  // coordinates of text; 0: one coordinate, the place
  };
  std::vector<Part> parts_;
  std::vector<std::size_t> groups_;
  std::size_t group_count_ = 0;
};

/// The points that were asked for.
class Visited {
 public:
  void add(const Point& point) { known_.insert(spelled(point)); }
  bool has(const Point& point) const { return known_.count(spelled(point)) > 0; }

 private:
  std::unordered_set<std::string> known_;
};

/// A point that was not visited, found by looking through the space from a random place on; none if
/// there is no such point. Takes as long as there are visited points.
std::optional<Point> any_unvisited(const Space& space, const Visited& visited, SampleRng& rng);

}  // namespace glyphmill::search
