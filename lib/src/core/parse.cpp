// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "glyphmill/error.h"
#include "glyphmill/utf8.h"

namespace glyphmill {
namespace {

[[noreturn]] void refuse(const std::string& rule, std::string_view got) {
  throw Error(ErrorCode::kInvalidArgument, fmt::format("{}. Got: {}", rule, shown(got)));
}

/// "must be between 1 and 5" -> "must be a whole number between 1 and 5".
std::string rule_with_type(const std::string& rule, std::string_view type) {
  constexpr std::string_view kMust = "must be ";
  const std::string bounds = rule.substr(kMust.size());
  const bool at_least = bounds.compare(0, 3, "at ") == 0;
  return fmt::format("{}{} {}{}", kMust, type, at_least ? "of " : "", bounds);
}

/// Edit distance in which exchanging two neighbours counts as one edit (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

/// Digits, with a '-' in front where Integer has a sign.
template <class Integer, class Limits>
Integer whole_number(std::string_view text, const Limits& bounds) {
  Integer value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const bool too_large = error == std::errc::result_out_of_range && stop == end;
  if (!too_large && (error != std::errc() || stop != end)) {
    refuse(rule_with_type(rule_of(bounds), "a whole number"), text);
  }
  const bool negative = text.front() == '-';
  if (too_large && negative) refuse(fmt::format("must be at least {}", bounds.min), text);
  if (too_large) refuse(fmt::format("must be at most {}", bounds.max), text);
  if (value < bounds.min || value > bounds.max) refuse(rule_of(bounds), text);
  return value;
}

}  // namespace

bool parse_boolean(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  refuse("must be true or false", text);
}

std::uint64_t parse_integer(std::string_view text, const IntegerBounds& bounds) {
  return whole_number<std::uint64_t>(text, bounds);
}

std::int64_t parse_signed_integer(std::string_view text, const IntegerRange& bounds) {
  return whole_number<std::int64_t>(text, bounds);
}

double parse_number(std::string_view text, const Bounds& bounds) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const Bounds anything;
  const bool bounded = bounds.min > anything.min || bounds.max < anything.max;
  if (error != std::errc() || stop != end || !std::isfinite(value)) {
    refuse(bounded ? rule_with_type(rule_of(bounds), "a number") : "must be a number", text);
  }
  if (value < bounds.min || value > bounds.max) refuse(rule_of(bounds), text);
  return value;
}

std::size_t parse_choice(std::string_view text, const std::vector<std::string_view>& names) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  const std::string_view meant = closest_name(text, names);
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("must be one of {}. Got: {}{}", fmt::join(names, ", "), shown(text),
                          meant.empty() ? "" : fmt::format(". Did you mean '{}'?", meant)));
}

std::string_view closest_name(std::string_view text, const std::vector<std::string_view>& names) {
  constexpr std::size_t kLongestName = 64;  // longer texts are no slips of the pen
  std::string_view closest;
  if (text.size() < 2 || text.size() > kLongestName) return closest;
  std::size_t least = std::max<std::size_t>(1, text.size() / 3) + 1;
  for (const std::string_view name : names) {
    const bool shortened = text.size() >= 3 && name.substr(0, text.size()) == text;
    const std::size_t distance = shortened ? 1 : edit_distance(text, name);
    if (distance < least && distance < name.size()) {
      least = distance;
      closest = name;
    }
  }
  return closest;
}

std::string shown(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  if (text.empty()) return "''";
  if (text.size() <= kLongest) return printable(text);
  std::size_t cut = kLongest;
  while (cut > kLongest - 4 && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) --cut;
  return printable(text.substr(0, cut)) + "...";
}

}  // namespace glyphmill
