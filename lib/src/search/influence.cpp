// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "glyphmill/study_report.h"
#include "search/encoding.h"
#include "search/space.h"

namespace glyphmill::search {
namespace {

constexpr std::size_t kMostGroups = 5;
constexpr std::size_t kLeastInGroup = 4;

/// From 1; equal values share the mean of theirs.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> result;
  for (const double value : values) {
    const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), value);
    result.push_back(static_cast<double>((low - sorted.begin()) + (high - sorted.begin()) + 1) / 2);
  }
  return result;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double square_sum(const std::vector<double>& values) {
  const double middle = mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - middle) * (value - middle);
  return sum;
}

std::optional<double> correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const double scale = std::sqrt(square_sum(a) * square_sum(b));
  if (!(scale > 0)) return std::nullopt;
  const double middle_a = mean(a);
  const double middle_b = mean(b);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - middle_a) * (b[i] - middle_b);
  return sum / scale;
}

using Groups = std::map<std::size_t, std::vector<double>>;

/// Ranks of the scores, by value or by interval of the places.
Groups groups_of(const Parameter& parameter, const std::vector<double>& places,
                 const std::vector<double>& scores) {
  const std::uint64_t count = count_of(parameter);
  const bool by_value = !is_ordered(parameter) || (count > 0 && count <= kMostGroups);
  const std::size_t n = places.size();
  const std::size_t intervals = std::clamp<std::size_t>(n / kLeastInGroup, 1, kMostGroups);
  const std::vector<double> order = ranks(places);
  Groups groups;
  for (std::size_t i = 0; i < n; ++i) {
    const double share = by_value ? places[i] : (order[i] - 0.5) / static_cast<double>(n);
    const auto all = static_cast<double>(by_value ? count : intervals);
    groups[static_cast<std::size_t>(share * all)].push_back(scores[i]);
  }
  return groups;
}

double explained(const Groups& groups, const std::vector<double>& scores) {
  const double all = square_sum(scores);
  const auto n = static_cast<double>(scores.size());
  const auto k = static_cast<double>(groups.size());
  if (!(all > 0) || k < 2 || n <= k) return 0;
  double within = 0;
  for (const auto& [group, values] : groups) within += square_sum(values);
  return std::max(0.0, 1 - (within / (n - k)) / (all / (n - 1)));
}

Influence influence_of(const Parameter& parameter, const std::vector<Trial>& trials) {
  std::vector<double> places;
  std::vector<double> scores;
  for (const Trial& trial : trials) {
    const Value* const value = trial.point.find(parameter.name);
    if (value == nullptr || !trial.has_ended()) continue;
    places.push_back(place_of(parameter, *value));
    scores.push_back(trial.is_complete() ? trial.outcome->value
                                         : std::numeric_limits<double>::infinity());
  }
  Influence influence{parameter.name, places.size()};
  if (places.empty()) return influence;
  const std::vector<double> ranked = ranks(scores);
  influence.explained = explained(groups_of(parameter, places, ranked), ranked);
  if (is_ordered(parameter)) influence.correlation = correlation(ranks(places), ranked);
  return influence;
}

}  // namespace

std::vector<Influence> influences(const Space& space, const std::vector<Trial>& trials) {
  std::vector<Influence> result;
  for (const Parameter& parameter : space.parameters) {
    if (count_of(parameter) != 1) result.push_back(influence_of(parameter, trials));
  }
  std::stable_sort(result.begin(), result.end(), [](const Influence& a, const Influence& b) {
    return a.explained > b.explained;
  });
  return result;
}

}  // namespace glyphmill::search
