// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "glyphmill/error.h"

namespace glyphmill {
namespace {

template <class Limits, class Number>
std::string rule(const Limits& bounds, Number unlimited) {
  if (bounds.max == unlimited) return fmt::format("must be at least {}", bounds.min);
  return fmt::format("must be between {} and {}", bounds.min, bounds.max);
}

[[noreturn]] void refuse(const std::string& path, std::string_view key, const std::string& broken,
                         const std::string& got) {
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("{}{}{}: {}. Got: {}", path, path.empty() ? "" : ".", key, broken, got));
}

bool inside(double value, const Bounds& bounds) {
  return value >= bounds.min && value <= bounds.max;  // false for NaN
}

}  // namespace

std::string rule_of(const Bounds& bounds) {
  return rule(bounds, std::numeric_limits<double>::max());
}

std::string rule_of(const IntegerBounds& bounds) {
  return rule(bounds, std::numeric_limits<std::uint64_t>::max());
}

std::string rule_of(const IntegerRange& bounds) {
  return rule(bounds, std::numeric_limits<std::int64_t>::max());
}

void BoundsChecker::integer(std::string_view key, std::uint64_t& value, const IntegerBounds& bounds,
                            std::string_view) {
  if (value < bounds.min || value > bounds.max) {
    refuse(path_, key, rule_of(bounds), fmt::to_string(value));
  }
}

void BoundsChecker::integer(std::string_view key, std::optional<std::uint64_t>& value,
                            std::string_view, const IntegerBounds& bounds, std::string_view help) {
  if (value) integer(key, *value, bounds, help);
}

void BoundsChecker::integer_range(std::string_view key, IntegerRange& value,
                                  const IntegerRange& bounds, std::string_view) {
  const std::string got = fmt::format("[{}, {}]", value.min, value.max);
  if (value.min < bounds.min || value.max > bounds.max) refuse(path_, key, rule_of(bounds), got);
  if (value.min > value.max) refuse(path_, key, "min must not be above max", got);
}

void BoundsChecker::integers(std::string_view key, std::vector<std::uint64_t>& values,
                             const IntegerBounds& bounds, std::string_view help) {
  for (std::uint64_t& value : values) integer(key, value, bounds, help);
}

void BoundsChecker::number(std::string_view key, double& value, const Bounds& bounds,
                           std::string_view) {
  if (!inside(value, bounds)) refuse(path_, key, rule_of(bounds), fmt::to_string(value));
}

void BoundsChecker::number(std::string_view key, std::optional<double>& value, const Bounds& bounds,
                           std::string_view help) {
  if (value) number(key, *value, bounds, help);
}

void BoundsChecker::range(std::string_view key, Range& value, const Bounds& bounds,
                          std::string_view) {
  const std::string got = fmt::format("[{}, {}]", value.min, value.max);
  if (!inside(value.min, bounds) || !inside(value.max, bounds)) {
    refuse(path_, key, rule_of(bounds), got);
  }
  if (value.min > value.max) refuse(path_, key, "min must not be above max", got);
}

void BoundsChecker::range(std::string_view key, std::optional<Range>& value, const Bounds& bounds,
                          std::string_view help) {
  if (value) range(key, *value, bounds, help);
}

void BoundsChecker::spread(std::string_view key, Range& value, double, const Bounds& bounds,
                           std::string_view help) {
  range(key, value, bounds, help);
}

void BoundsChecker::choice(std::string_view key, std::size_t& index,
                           const std::vector<std::string_view>& names, std::string_view) {
  if (index >= names.size()) {
    refuse(path_, key, fmt::format("must be one of {}", fmt::join(names, ", ")),
           fmt::to_string(index));
  }
}

void BoundsChecker::choices(std::string_view key, std::vector<std::size_t>& indices,
                            const std::vector<std::string_view>& names, std::string_view help) {
  for (std::size_t& index : indices) {
    choice(key, index, names, help);
    if (std::count(indices.begin(), indices.end(), index) > 1) {
      refuse(path_, key, "must not have one name twice", std::string(names[index]));
    }
  }
  if (indices.empty()) {
    refuse(path_, key, fmt::format("must be one or several of {}", fmt::join(names, ", ")),
           "nothing");
  }
}

}  // namespace glyphmill
