// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/sample.h"
#include "sinks/layout.h"

namespace glyphmill::sinks {

/// What trainers need to know of a data set as a whole: gathered shard by shard and merged.
class Statistics {
 public:
  void add(const Sample& sample);
  void add(const Statistics& other);

  std::uint64_t count() const { return count_; }
  /// Every character of the labels, by code point, with its number.
  std::map<std::string, std::uint64_t> character_counts() const;
  /// The same characters in one text; 0 to 9 whole where there are only digits.
  std::vector<std::string> alphabet() const;
  std::uint64_t longest_label() const { return longest_.max; }
  std::uint64_t shortest_label() const { return longest_.min; }
  /// True if a label reads as a date or time of ISO 8601, which readers of JSON take for a time.
  bool has_dates() const { return dates_ > 0; }
  /// True if a label is a word that readers of CSV (pandas) take for a missing value.
  bool has_missing_words() const { return missing_ > 0; }
  bool has_colour() const { return channels_.max > 1; }
  /// `height`, `width` (both [least, greatest]) and `channels`.
  Json image_json() const;

  Json to_json() const;
  /// Throws Json::exception if it is not what `to_json` gave.
  static Statistics from_json(const Json& json);

 private:
  struct Extremes {
    std::uint64_t min = ~std::uint64_t{0};
    std::uint64_t max = 0;
    void add(std::uint64_t value) {
      min = std::min(min, value);
      max = std::max(max, value);
    }
    void add(const Extremes& other) {
      min = std::min(min, other.min);
      max = std::max(max, other.max);
    }
  };

  std::uint64_t count_ = 0;
  std::uint64_t dates_ = 0;
  std::uint64_t missing_ = 0;
  std::array<std::uint64_t, 128> ascii_{};
  std::map<std::string, std::uint64_t, std::less<>> others_;
  Extremes longest_;  // characters of a label
  Extremes height_;
  Extremes width_;
  Extremes channels_;
};

/// True for YYYY-MM-DD, perhaps with a time behind 'T' or a space.
bool reads_as_date(std::string_view label);

/// True for the default `na_values` of pandas.read_csv: "NA", "null", ...
bool reads_as_missing(std::string_view label);

}  // namespace glyphmill::sinks
