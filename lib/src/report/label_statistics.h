// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/inspect.h"

namespace glyphmill::report {

/// Counts the characters of labels, in memory that does not grow with their number or length.
class LabelStatistics {
 public:
  LabelStatistics();

  /// `label` is UTF-8.
  void add(std::string_view label);
  void add(const LabelStatistics& other);
  /// Makes characters be reported that no label has.
  void expect(const std::vector<std::string>& characters);
  LabelReport report() const;

 private:
  static constexpr std::size_t kMostCharacters = 256;  // the last stands for all others
  static constexpr std::size_t kMostPositions = 64;
  static constexpr std::size_t kOthers = kMostCharacters - 1;
  using Counts = std::vector<std::uint64_t>;  // by number of the character

  std::size_t number_of(std::string_view character);
  void count_at(std::size_t position, std::size_t character, std::uint64_t count);
  std::vector<std::size_t> tracked() const;
  void report_pairs(const std::vector<std::size_t>& order, LabelReport& report) const;

  std::array<std::size_t, 128> ascii_{};  // number + 1
  std::map<std::string, std::size_t, std::less<>> others_;
  std::vector<std::string> characters_;  // by number
  Counts counts_;
  std::vector<Counts> positions_;
  Counts pairs_;  // first * kMostCharacters + second
  std::uint64_t pair_count_ = 0;
  std::uint64_t repeats_ = 0;
  std::map<std::uint64_t, std::uint64_t> lengths_;
  std::vector<std::size_t> numbers_;  // of the label at hand
};

}  // namespace glyphmill::report
