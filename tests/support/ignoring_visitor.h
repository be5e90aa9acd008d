// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/fields.h"

namespace glyphmill {

/// Ignores every field; tests override what they look at.
class IgnoringVisitor : public FieldVisitor {
 public:
  void boolean(std::string_view, bool&, std::string_view) override {}
  void integer(std::string_view, std::uint64_t&, const IntegerBounds&, std::string_view) override {}
  void integer(std::string_view, std::optional<std::uint64_t>&, std::string_view,
               const IntegerBounds&, std::string_view) override {}
  void integer_range(std::string_view, IntegerRange&, const IntegerRange&,
                     std::string_view) override {}
  void integers(std::string_view, std::vector<std::uint64_t>&, const IntegerBounds&,
                std::string_view) override {}
  void number(std::string_view, double&, const Bounds&, std::string_view) override {}
  void number(std::string_view, std::optional<double>&, const Bounds&, std::string_view) override {}
  void range(std::string_view, Range&, const Bounds&, std::string_view) override {}
  void range(std::string_view, std::optional<Range>&, const Bounds&, std::string_view) override {}
  void spread(std::string_view, Range&, double, const Bounds&, std::string_view) override {}
  void text(std::string_view, std::string&, std::string_view) override {}
  void texts(std::string_view, std::vector<std::string>&, std::string_view) override {}
  void choice(std::string_view, std::size_t&, const std::vector<std::string_view>&,
              std::string_view) override {}
  void choices(std::string_view, std::vector<std::size_t>&, const std::vector<std::string_view>&,
               std::string_view) override {}
};

}  // namespace glyphmill
