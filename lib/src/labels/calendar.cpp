// SPDX-License-Identifier: Apache-2.0
#include "labels/calendar.h"

#include <array>
#include <cstddef>

namespace glyphmill::labels {
namespace {

constexpr std::uint32_t kDaysPerEra = 146097;  // 400 years, after which the calendar repeats

}  // namespace

bool is_leap(std::uint32_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

std::uint32_t days_in_month(std::uint32_t month, bool in_leap_year) {
  static constexpr std::array<std::uint32_t, 12> kDays = {31, 28, 31, 30, 31, 30,
                                                          31, 31, 30, 31, 30, 31};
  return month == 2 && in_leap_year ? 29 : kDays[month - 1];
}

// Both conversions follow Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013):
// years begin in March, so that the leap day is the last of its year, and from March on the
// month m (0 .. 11) begins at day (153 m + 2) / 5.

std::uint64_t day_number(const Date& date) {
  const std::uint32_t year = date.month > 2 ? date.year : date.year - 1;
  const std::uint32_t month = date.month > 2 ? date.month - 3 : date.month + 9;
  const std::uint32_t year_of_era = year % 400;
  const std::uint32_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
  const std::uint32_t leap_days = year_of_era / 4 - year_of_era / 100;
  return std::uint64_t{year / 400} * kDaysPerEra + 365 * year_of_era + leap_days + day_of_year;
}

Date date_of(std::uint64_t day_number) {
  const auto era = static_cast<std::uint32_t>(day_number / kDaysPerEra);
  const auto day_of_era = static_cast<std::uint32_t>(day_number % kDaysPerEra);
  // Taking out the leap days gone by (one in 1461 days, none in 36524, one in the era's last day)
  // leaves years of 365.
  const std::uint32_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (kDaysPerEra - 1)) / 365;
  const std::uint32_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint32_t month = (5 * day_of_year + 2) / 153;
  const std::uint32_t day = day_of_year - (153 * month + 2) / 5 + 1;
  const std::uint32_t year = era * 400 + year_of_era;
  return month < 10 ? Date{year, month + 3, day} : Date{year + 1, month - 9, day};
}

std::optional<Date> parse_date(std::string_view text) {
  static constexpr std::string_view kPattern = "dddd-dd-dd";
  if (text.size() != kPattern.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool fits = kPattern[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == '-';
    if (!fits) return std::nullopt;
  }
  const auto number = [&](std::size_t first, std::size_t digits) {
    std::uint32_t value = 0;
    for (const char c : text.substr(first, digits)) {
      value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return value;
  };
  const Date date{number(0, 4), number(5, 2), number(8, 2)};
  if (date.year < 1 || date.month < 1 || date.month > 12) return std::nullopt;
  if (date.day < 1 || date.day > days_in_month(date.month, is_leap(date.year))) return std::nullopt;
  return date;
}

}  // namespace glyphmill::labels
