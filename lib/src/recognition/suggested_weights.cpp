// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "glyphmill/error.h"
#include "glyphmill/recognition.h"

namespace glyphmill {
namespace {

constexpr double kStandardErrors = 2;
constexpr double kLeastWorthSaying = 1.05;

void check(const WeightOptions& options) {
  const auto refuse = [](std::string_view name, const std::string& rule, double got) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: must be {}. Got: {}", name, rule, got));
  };
  if (!(options.strength >= 0)) refuse("strength", "at least 0", options.strength);
  if (!(options.most >= 1 && options.most <= kFactorBounds.max)) {
    refuse("most", fmt::format("between 1 and {}", kFactorBounds.max), options.most);
  }
  if (!(options.prior_errors > 0)) refuse("prior_errors", "above 0", options.prior_errors);
}

/// Of something with `errors` where the mean expects `expected`: see the header.
class Weighing {
 public:
  explicit Weighing(const WeightOptions& options) : options_(options) {}

  double weight(std::uint64_t errors, double expected, double share = 1) const {
    const auto found = static_cast<double>(errors);
    const double surely = std::max(expected, found - kStandardErrors * std::sqrt(found));
    const double relative = (surely + options_.prior_errors) / (expected + options_.prior_errors);
    const double weight = 1 + share * options_.strength * std::log(relative);
    return std::min(options_.most, std::round(100 * weight) / 100);
  }

 private:
  const WeightOptions& options_;
};

void put(std::map<std::string, double>& weights, const std::string& key, double weight) {
  if (weight >= kLeastWorthSaying) weights[key] = weight;
}

void weigh_characters(const RecognitionReport& report, const Weighing& weighing,
                      LabelWeights& weights) {
  std::vector<std::uint64_t> errors(report.characters.size());
  std::uint64_t all_errors = 0;
  std::uint64_t all = 0;
  for (std::size_t c = 0; c < errors.size(); ++c) {
    errors[c] = report.character(c).wrong();
    for (std::size_t truth = 0; truth < report.matrix_size(); ++truth) {
      if (truth != c) errors[c] += report.read_as(truth, c);
    }
    all_errors += errors[c];
    all += report.character(c).count;
  }
  if (all == 0) return;
  const double rate = static_cast<double>(all_errors) / static_cast<double>(all);
  for (std::size_t c = 0; c < errors.size(); ++c) {
    const double expected = rate * static_cast<double>(report.character(c).count);
    put(weights.characters, report.characters[c], weighing.weight(errors[c], expected));
  }
}

void weigh_pairs(const RecognitionReport& report, const Weighing& weighing, LabelWeights& weights) {
  const std::vector<Confusion> confusions = report.confusions(report.matrix.size());
  std::uint64_t all = 0;
  for (const Confusion& confusion : confusions) all += confusion.forth + confusion.back;
  const auto size = static_cast<double>(report.characters.size());
  const double expected = static_cast<double>(all) / std::max(1.0, size * (size - 1) / 2);
  for (const Confusion& confusion : confusions) {
    // Half of the strength: the factors of both characters count in the pair as well.
    const double weight = weighing.weight(confusion.forth + confusion.back, expected, 0.5);
    put(weights.pairs, confusion.first + confusion.second, weight);
    put(weights.pairs, confusion.second + confusion.first, weight);
  }
}

void weigh_positions(const RecognitionReport& report, const Weighing& weighing,
                     LabelWeights& weights) {
  std::vector<Tally> own(report.characters.size());
  Tally all;
  for (std::size_t place = 0; place < report.places.size(); ++place) {
    for (std::size_t c = 0; c < own.size(); ++c) {
      own[c].count += report.places[place][c].count;
      own[c].right += report.places[place][c].right;
    }
    all.count += report.place(place).count;
    all.right += report.place(place).right;
  }
  const double rate = 1 - all.rate();
  for (std::size_t place = 0; place < report.places.size(); ++place) {
    const Tally here = report.place(place);
    if (here.count == 0) continue;
    const double error = std::sqrt(rate * (1 - rate) / static_cast<double>(here.count));
    if (1 - here.rate() <= rate + kStandardErrors * error) continue;
    std::map<std::string, double> found;
    for (std::size_t c = 0; c < own.size(); ++c) {
      const Tally& tally = report.places[place][c];
      const double expected = (1 - own[c].rate()) * static_cast<double>(tally.count);
      put(found, report.characters[c], weighing.weight(tally.wrong(), expected));
    }
    if (!found.empty()) weights.positions[place + 1] = std::move(found);
  }
}

}  // namespace

LabelWeights suggested_weights(const RecognitionReport& report, const WeightOptions& options) {
  check(options);
  const Weighing weighing(options);
  LabelWeights weights;
  weigh_characters(report, weighing, weights);
  weigh_pairs(report, weighing, weights);
  weigh_positions(report, weighing, weights);
  const double expected =
      report.character_error_rate() * static_cast<double>(report.run_characters);
  const double repeats = weighing.weight(report.runs.wrong(), expected);
  if (repeats >= kLeastWorthSaying) weights.repeats = repeats;
  return weights;
}

}  // namespace glyphmill
