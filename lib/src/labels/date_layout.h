// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "labels/calendar.h"

namespace glyphmill::labels {

/// A way to spell dates: literals and the fields {YYYY} {YY} {MM} {M} {DD} {D}.
class DateLayout {
 public:
  /// Throws Error(kInvalidArgument) naming `field` unless `layout` is printable, has at least one
  /// field, and has braces around fields only.
  DateLayout(const std::string& field, const std::string& layout);

  /// Puts the spelling of `date` in place of what `out` holds.
  void write(const Date& date, std::string& out) const;

  enum class Part { kLiteral, kYear, kYearOfCentury, kMonth, kDay };
  struct Piece {
    Part part;
    std::size_t digits;   // of a number: at least so many
    std::string literal;  // of a literal; of a number the field's name
  };

  const std::vector<Piece>& pieces() const { return pieces_; }

 private:
  std::vector<Piece> pieces_;
};

}  // namespace glyphmill::labels
