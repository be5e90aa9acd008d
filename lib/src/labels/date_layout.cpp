// SPDX-License-Identifier: Apache-2.0
#include "labels/date_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "glyphmill/error.h"
#include "labels/sources.h"

namespace glyphmill::labels {
namespace {

using Part = DateLayout::Part;

constexpr std::string_view kFieldList = "{YYYY} {YY} {MM} {M} {DD} {D}";

const std::vector<DateLayout::Piece>& fields() {
  static const std::vector<DateLayout::Piece> kFields = {
      {Part::kYear, 4, "YYYY"}, {Part::kYearOfCentury, 2, "YY"}, {Part::kMonth, 2, "MM"},
      {Part::kMonth, 1, "M"},   {Part::kDay, 2, "DD"},           {Part::kDay, 1, "D"}};
  return kFields;
}

/// What a layout that breaks a rule is refused with.
struct Refusal {
  const std::string& field;
  const std::string& layout;

  [[noreturn]] void operator()(const std::string& rule) const {
    throw Error(ErrorCode::kInvalidArgument, fmt::format("{}: {}. Got: '{}'", field, rule, layout));
  }
};

/// The piece that `rest`, which is not empty, begins with; it is taken off `rest`.
DateLayout::Piece take_piece(std::string_view& rest, const Refusal& refuse) {
  const std::size_t brace = std::min(rest.find_first_of("{}"), rest.size());
  if (brace > 0) {
    const DateLayout::Piece literal{Part::kLiteral, 0, std::string(rest.substr(0, brace))};
    rest.remove_prefix(brace);
    return literal;
  }
  if (rest[0] == '}') refuse(fmt::format("'}}' closes no field; the fields are {}", kFieldList));
  const std::size_t close = rest.find_first_of("{}", 1);
  if (close == std::string_view::npos || rest[close] == '{') {
    refuse(fmt::format("field '{}' is not closed; the fields are {}", rest.substr(0, close),
                       kFieldList));
  }
  const std::string_view name = rest.substr(1, close - 1);
  for (const DateLayout::Piece& piece : fields()) {
    if (piece.literal != name) continue;
    rest.remove_prefix(close + 1);
    return piece;
  }
  refuse(fmt::format("unknown field '{{{}}}'; the fields are {}", name, kFieldList));
}

void add_number(std::uint32_t value, std::size_t digits, std::string& out) {
  std::array<char, 10> reversed;
  std::size_t count = 0;
  for (; value > 0 || count < digits; value /= 10) {
    reversed[count++] = static_cast<char>('0' + value % 10);
  }
  while (count > 0) out += reversed[--count];
}

std::uint32_t value_of(Part part, const Date& date) {
  switch (part) {
    case Part::kYear:
      return date.year;
    case Part::kYearOfCentury:
      return date.year % 100;
    case Part::kMonth:
      return date.month;
    case Part::kDay:
      return date.day;
    case Part::kLiteral:
      break;
  }
  return 0;
}

}  // namespace

DateLayout::DateLayout(const std::string& field, const std::string& layout) {
  const Refusal refuse{field, layout};
  check_printable(field, layout);
  bool has_field = false;
  for (std::string_view rest = layout; !rest.empty();) {
    pieces_.push_back(take_piece(rest, refuse));
    has_field = has_field || pieces_.back().part != Part::kLiteral;
  }
  if (!has_field) refuse(fmt::format("must have at least one of the fields {}", kFieldList));
}

void DateLayout::write(const Date& date, std::string& out) const {
  out.clear();
  for (const Piece& piece : pieces_) {
    if (piece.part == Part::kLiteral) {
      out += piece.literal;
    } else {
      add_number(value_of(piece.part, date), piece.digits, out);
    }
  }
}

}  // namespace glyphmill::labels
