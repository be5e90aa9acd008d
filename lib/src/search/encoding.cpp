// SPDX-License-Identifier: Apache-2.0
#include "search/encoding.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "search/space.h"

namespace glyphmill::search {
namespace {

/// Cells of whole numbers on a log scale meet half way between them.
Range log_range(const Integers& integers) {
  return {std::log(static_cast<double>(integers.range.min) - 0.5),
          std::log(static_cast<double>(integers.range.max) + 0.5)};
}

double between(const Range& range, double place) {
  return range.min + place * (range.max - range.min);
}

std::int64_t integer_at(const Integers& integers, double place, std::uint64_t count) {
  const auto& [min, max] = integers.range;
  if (integers.log) {
    const auto nearest =
        static_cast<std::int64_t>(std::llround(std::exp(between(log_range(integers), place))));
    return std::clamp(nearest, min, max);
  }
  const auto rank = static_cast<std::uint64_t>(place * static_cast<double>(count));
  return min + static_cast<std::int64_t>(std::min(rank, count - 1)) * integers.step;
}

double real_at(const Reals& reals, double place) {
  const auto& [min, max] = reals.range;
  if (!reals.log) return std::clamp(between(reals.range, place), min, max);
  return std::clamp(std::exp(between({std::log(min), std::log(max)}, place)), min, max);
}

double middle_of(std::size_t rank, std::uint64_t count) {
  return (static_cast<double>(rank) + 0.5) / static_cast<double>(count);
}

double place_within(const Range& range, double at) {
  return (at - range.min) / (range.max - range.min);
}

/// Ranks of ordered choices, whatever order they were written in.
std::vector<Value> in_order(const Parameter& parameter) {
  std::vector<Value> values = std::get<Choices>(parameter.values).values;
  if (is_ordered(parameter)) std::sort(values.begin(), values.end());
  return values;
}

}  // namespace

Value value_at(const Parameter& parameter, double place) {
  const std::uint64_t count = count_of(parameter);
  if (const auto* const integers = std::get_if<Integers>(&parameter.values)) {
    return integer_at(*integers, place, count);
  }
  if (const auto* const reals = std::get_if<Reals>(&parameter.values)) {
    return real_at(*reals, place);
  }
  const auto rank = static_cast<std::size_t>(place * static_cast<double>(count));
  return in_order(parameter)[std::min<std::size_t>(rank, count - 1)];
}

double place_of(const Parameter& parameter, const Value& value) {
  const std::uint64_t count = count_of(parameter);
  if (const auto* const integers = std::get_if<Integers>(&parameter.values)) {
    const std::int64_t whole = std::get<std::int64_t>(value);
    if (integers->log) {
      return place_within(log_range(*integers), std::log(static_cast<double>(whole)));
    }
    return middle_of(static_cast<std::size_t>((whole - integers->range.min) / integers->step),
                     count);
  }
  if (const auto* const reals = std::get_if<Reals>(&parameter.values)) {
    const double real = std::get<double>(value);
    if (!reals->log) return place_within(reals->range, real);
    return place_within({std::log(reals->range.min), std::log(reals->range.max)}, std::log(real));
  }
  const std::vector<Value> values = in_order(parameter);
  const auto found = std::find(values.begin(), values.end(), value);
  return middle_of(static_cast<std::size_t>(found - values.begin()), count);
}

Point point_at(const Space& space, const Places& places) {
  Point point;
  for (std::size_t i = 0; i < space.parameters.size(); ++i) {
    const Parameter& parameter = space.parameters[i];
    if (is_active(parameter, point)) point.set(parameter.name, value_at(parameter, places[i]));
  }
  return point;
}

Places places_of(const Space& space, const Point& point) {
  Places places;
  for (const Parameter& parameter : space.parameters) {
    const Value* const value = point.find(parameter.name);
    places.push_back(value == nullptr ? kNowhere : place_of(parameter, *value));
  }
  return places;
}

Places random_places(const Space& space, SampleRng& rng) {
  Places places(space.parameters.size());
  for (double& place : places) place = rng.uniform01();
  return places;
}

Features::Features(const Space& space) {
  for (std::size_t i = 0; i < space.parameters.size(); ++i) {
    const Parameter& parameter = space.parameters[i];
    const std::uint64_t count = count_of(parameter);
    if (count == 1) continue;
    const std::size_t values = is_ordered(parameter) || count == 2 ? 0 : count;
    parts_.push_back({i, values});
    groups_.insert(groups_.end(), std::max<std::size_t>(1, values), group_count_++);
  }
}

void Features::write(const Places& places, Eigen::Ref<Eigen::RowVectorXd> row) const {
  // Two different values are as far from each other as the ends of a line.
  const double one = std::sqrt(0.5);
  Eigen::Index at = 0;
  for (const Part& part : parts_) {
    const double place = places[part.parameter];
    if (part.values == 0) {
      row[at++] = place == kNowhere ? 0.5 : place;
      continue;
    }
    const auto count = static_cast<double>(part.values);
    const double rank = place == kNowhere ? -1 : std::min(std::floor(place * count), count - 1);
    for (std::size_t value = 0; value < part.values; ++value) {
      row[at++] = static_cast<double>(value) == rank ? one : 0;
    }
  }
}

namespace {

Value ranked_value(const Parameter& parameter, std::uint64_t rank) {
  if (const auto* const integers = std::get_if<Integers>(&parameter.values)) {
    return integers->range.min + static_cast<std::int64_t>(rank) * integers->step;
  }
  return std::get<Choices>(parameter.values).values[rank];
}

/// Goes through the points of a space, depth first.
class Walk {
 public:
  Walk(const Space& space, const Visited& visited, SampleRng& rng)
      : space_(space), visited_(visited), rng_(rng) {}

  bool find(Point& point, std::size_t depth = 0) {
    if (depth == space_.parameters.size()) return !visited_.has(point);
    const Parameter& parameter = space_.parameters[depth];
    if (!is_active(parameter, point)) return find(point, depth + 1);
    const std::uint64_t count = count_of(parameter);
    // Of real numbers one more is always to be had.
    if (count == 0) return goes_on(point, depth, value_at(parameter, rng_.uniform01()));
    const auto first =
        static_cast<std::uint64_t>(rng_.uniform_int(0, static_cast<std::int64_t>(count - 1)));
    for (std::uint64_t i = 0; i < count; ++i) {
      if (goes_on(point, depth, ranked_value(parameter, (first + i) % count))) return true;
    }
    return false;
  }

 private:
  bool goes_on(Point& point, std::size_t depth, Value value) {
    Point longer = point;
    longer.set(space_.parameters[depth].name, std::move(value));
    if (!find(longer, depth + 1)) return false;
    point = std::move(longer);
    return true;
  }

  const Space& space_;
  const Visited& visited_;
  SampleRng& rng_;
};

}  // namespace

std::optional<Point> any_unvisited(const Space& space, const Visited& visited, SampleRng& rng) {
  Point point;
  if (!Walk(space, visited, rng).find(point)) return std::nullopt;
  return point;
}

}  // namespace glyphmill::search
