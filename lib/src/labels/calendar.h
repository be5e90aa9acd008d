// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// The proleptic Gregorian calendar, years 1 to 9999.
namespace glyphmill::labels {

struct Date {
  std::uint32_t year = 1;
  std::uint32_t month = 1;
  std::uint32_t day = 1;
};

bool is_leap(std::uint32_t year);

/// Of a month, 1 .. 12.
std::uint32_t days_in_month(std::uint32_t month, bool in_leap_year);

/// Days from 0000-03-01 to `date`.
std::uint64_t day_number(const Date& date);

/// Its inverse.
Date date_of(std::uint64_t day_number);

/// The date that `text` spells as YYYY-MM-DD, if the calendar has it.
std::optional<Date> parse_date(std::string_view text);

}  // namespace glyphmill::labels
