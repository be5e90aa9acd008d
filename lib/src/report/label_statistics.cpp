// SPDX-License-Identifier: Apache-2.0
#include "report/label_statistics.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <numeric>

namespace glyphmill {

ChiSquare chi_square(const std::vector<std::uint64_t>& counts) {
  ChiSquare result;
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  if (counts.size() < 2 || total == 0) return result;
  const double expected = total / static_cast<double>(counts.size());
  for (const std::uint64_t count : counts) {
    const double off = static_cast<double>(count) - expected;
    result.value += off * off / expected;
  }
  result.degrees = counts.size() - 1;
  result.p = boost::math::gamma_q(static_cast<double>(result.degrees) / 2, result.value / 2);
  return result;
}

namespace report {
namespace {

/// Bytes of the first character of UTF-8.
std::size_t character_size(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

}  // namespace

LabelStatistics::LabelStatistics()
    : counts_(kMostCharacters), pairs_(kMostCharacters * kMostCharacters) {}

std::size_t LabelStatistics::number_of(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (lead < 0x80 && ascii_[lead] != 0) return ascii_[lead] - 1;
  const auto found = others_.find(character);
  if (found != others_.end()) return found->second;
  if (characters_.size() == kOthers) return kOthers;
  const std::size_t number = characters_.size();
  characters_.emplace_back(character);
  if (lead < 0x80) {
    ascii_[lead] = number + 1;
  } else {
    others_.emplace(character, number);
  }
  return number;
}

void LabelStatistics::count_at(std::size_t position, std::size_t character, std::uint64_t count) {
  if (position >= kMostPositions) return;
  if (positions_.size() <= position) positions_.resize(position + 1, Counts(kMostCharacters));
  positions_[position][character] += count;
}

void LabelStatistics::add(std::string_view label) {
  numbers_.clear();
  while (!label.empty()) {
    const std::size_t size = std::min(character_size(label[0]), label.size());
    numbers_.push_back(number_of(label.substr(0, size)));
    label.remove_prefix(size);
  }
  ++lengths_[numbers_.size()];
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    ++counts_[numbers_[i]];
    count_at(i, numbers_[i], 1);
    if (i == 0) continue;
    ++pairs_[numbers_[i - 1] * kMostCharacters + numbers_[i]];
    ++pair_count_;
    if (numbers_[i] == numbers_[i - 1] && numbers_[i] != kOthers) ++repeats_;
  }
}

void LabelStatistics::add(const LabelStatistics& other) {
  std::vector<std::size_t> here;
  for (const std::string& character : other.characters_) here.push_back(number_of(character));
  here.resize(kMostCharacters, kOthers);
  for (std::size_t c = 0; c < kMostCharacters; ++c) {
    counts_[here[c]] += other.counts_[c];
    for (std::size_t i = 0; i < other.positions_.size(); ++i) {
      count_at(i, here[c], other.positions_[i][c]);
    }
    for (std::size_t d = 0; d < kMostCharacters; ++d) {
      pairs_[here[c] * kMostCharacters + here[d]] += other.pairs_[c * kMostCharacters + d];
    }
  }
  pair_count_ += other.pair_count_;
  repeats_ += other.repeats_;
  for (const auto& [length, count] : other.lengths_) lengths_[length] += count;
}

void LabelStatistics::expect(const std::vector<std::string>& characters) {
  for (const std::string& character : characters) number_of(character);
}

/// The numbers of the characters, by code point.
std::vector<std::size_t> LabelStatistics::tracked() const {
  std::vector<std::size_t> order(characters_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Bytes of UTF-8 are in the order of code points.
  std::sort(order.begin(), order.end(),
            [this](std::size_t a, std::size_t b) { return characters_[a] < characters_[b]; });
  return order;
}

LabelReport LabelStatistics::report() const {
  LabelReport report;
  const std::vector<std::size_t> order = tracked();
  for (const std::size_t c : order) {
    report.characters.push_back(characters_[c]);
    report.counts.push_back(counts_[c]);
  }
  report.others = counts_[kOthers];
  for (const Counts& counts : positions_) {
    PositionCounts position;
    for (const std::size_t c : order) position.counts.push_back(counts[c]);
    position.evenness = chi_square(position.counts);
    report.positions.push_back(position);
  }
  report.lengths = lengths_;
  report.repeats = repeats_;
  report.pairs = pair_count_;
  report_pairs(order, report);
  return report;
}

void LabelStatistics::report_pairs(const std::vector<std::size_t>& order,
                                   LabelReport& report) const {
  std::vector<std::uint64_t> counts;
  for (const std::size_t c : order) {
    for (const std::size_t d : order) counts.push_back(pairs_[c * kMostCharacters + d]);
  }
  if (counts.empty()) return;
  const auto extremes = std::minmax_element(counts.begin(), counts.end());
  report.least_pair = *extremes.first;
  report.most_pair = *extremes.second;
  report.different_pairs = counts.size() - static_cast<std::uint64_t>(std::count(
                                               counts.begin(), counts.end(), std::uint64_t{0}));
  report.pair_evenness = chi_square(counts);
}

}  // namespace report
}  // namespace glyphmill
