// SPDX-License-Identifier: Apache-2.0
#include "recognition/date_steps.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "glyphmill/utf8.h"
#include "labels/calendar.h"

namespace glyphmill::recognition {
namespace {

using labels::DateLayout;
using Part = DateLayout::Part;

/// Which fields a layout has from some piece on.
struct Fields {
  bool year = false;
  bool year_of_century = false;
  bool month = false;
  bool day = false;
};

Fields fields_from(const std::vector<DateLayout::Piece>& pieces, std::size_t first) {
  Fields fields;
  for (std::size_t i = first; i < pieces.size(); ++i) {
    fields.year = fields.year || pieces[i].part == Part::kYear;
    fields.year_of_century = fields.year_of_century || pieces[i].part == Part::kYearOfCentury;
    fields.month = fields.month || pieces[i].part == Part::kMonth;
    fields.day = fields.day || pieces[i].part == Part::kDay;
  }
  return fields;
}

/// What has been read of a date.
struct Known {
  std::optional<std::uint32_t> year;
  std::optional<std::uint32_t> year_of_century;
  std::optional<std::uint32_t> month;
  std::optional<std::uint32_t> day;
  bool can_leap = true;  ///< a year that agrees with what was read has a 29 February

  bool operator<(const Known& other) const {
    const auto key = [](const Known& known) {
      return std::tie(known.year, known.year_of_century, known.month, known.day, known.can_leap);
    };
    return key(*this) < key(other);
  }

  bool is_possible() const {
    if (!day) return true;
    return *day <= (month ? labels::days_in_month(*month, can_leap) : 31);
  }
};

/// False if the value contradicts what is known.
bool learn(std::optional<std::uint32_t>& known, std::uint32_t value) {
  const bool agrees = !known || *known == value;
  known = value;
  return agrees;
}

/// What is known once a field says `value` as well; nothing if no day is like that.
std::optional<Known> with(Known known, Part part, std::uint32_t value) {
  bool agrees = true;
  switch (part) {
    case Part::kYear:
      agrees = learn(known.year, value) && learn(known.year_of_century, value % 100);
      known.can_leap = labels::is_leap(value);
      break;
    case Part::kYearOfCentury:
      agrees = learn(known.year_of_century, value);
      // Of the years that end in 00 every fourth is one.
      known.can_leap = known.can_leap && value % 4 == 0;
      break;
    case Part::kMonth:
      agrees = learn(known.month, value);
      break;
    case Part::kDay:
      agrees = learn(known.day, value);
      break;
    case Part::kLiteral:
      break;
  }
  if (!agrees || !known.is_possible()) return std::nullopt;
  return known;
}

/// Forgets what can no longer matter, so that dates that go on alike share their states.
Known simplified(Known known, const Fields& later) {
  if (!later.year) {
    known.year.reset();
    if (!later.year_of_century) known.year_of_century.reset();
  }
  // Days that every month has are alike, and so are months of one length.
  if (!later.day && known.day && *known.day <= 28) known.day = 1;
  if (!later.month && known.month && *known.month != 2) {
    known.month = labels::days_in_month(*known.month, false) == 31 ? 1 : 4;
  }
  if (!later.month && !later.day) {
    const bool is_leap_day = known.month == 2U && known.day == 29U;
    if (!is_leap_day || !(later.year || later.year_of_century)) {
      known.month.reset();
      known.day.reset();
    }
    if (!known.month) known.can_leap = true;
  }
  return known;
}

struct Values {
  std::uint32_t first;
  std::uint32_t last;
};

Values values_of(Part part) {
  switch (part) {
    case Part::kYear:
      return {1, 9999};
    case Part::kYearOfCentury:
      return {0, 99};
    case Part::kMonth:
      return {1, 12};
    default:
      return {1, 31};
  }
}

using Frontier = std::map<Known, State>;

State& state_of(Frontier& frontier, const Known& known, Steps& steps) {
  const auto [found, is_new] = frontier.emplace(known, 0);
  if (is_new) found->second = steps.add_state();
  return found->second;
}

/// The states after a literal.
Frontier after_literal(const Frontier& before, const std::string& literal, Steps& steps) {
  Frontier after = before;
  for (const std::string& character : utf8_characters(literal)) {
    for (auto& [known, state] : after) {
      const State next = steps.add_state();
      steps.add(state, {character}, next);
      state = next;
    }
  }
  return after;
}

/// The states after a number. Values share the states of the digits that they begin with.
Frontier after_number(const Frontier& before, const DateLayout::Piece& piece, const Fields& later,
                      Steps& steps) {
  Frontier after;
  for (const auto& [known, start] : before) {
    std::map<std::string, State> begun = {{"", start}};
    const Values values = values_of(piece.part);
    for (std::uint32_t value = values.first; value <= values.last; ++value) {
      const std::optional<Known> next = with(known, piece.part, value);
      if (!next) continue;
      const std::string digits = fmt::format("{:0{}}", value, piece.digits);
      State at = start;
      for (std::size_t i = 1; i < digits.size(); ++i) {
        const auto [found, is_new] = begun.emplace(digits.substr(0, i), 0);
        if (is_new) {
          found->second = steps.add_state();
          steps.add(at, {digits.substr(i - 1, 1)}, found->second);
        }
        at = found->second;
      }
      steps.add(at, {digits.substr(digits.size() - 1)},
                state_of(after, simplified(*next, later), steps));
    }
  }
  return after;
}

}  // namespace

State add_dates(const DateLayout& layout, Steps& steps) {
  const std::vector<DateLayout::Piece>& pieces = layout.pieces();
  Frontier frontier = {{Known{}, Steps::kStart}};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    frontier = pieces[i].part == Part::kLiteral
                   ? after_literal(frontier, pieces[i].literal, steps)
                   : after_number(frontier, pieces[i], fields_from(pieces, i + 1), steps);
  }
  const State end = steps.add_state();
  for (const auto& [known, state] : frontier) steps.add(state, end);
  return end;
}

}  // namespace glyphmill::recognition
