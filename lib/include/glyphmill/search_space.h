// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "glyphmill/range.h"

/// What a search of hyper-parameters may choose from.
namespace glyphmill::search {

/// A hyper-parameter's value.
using Value = std::variant<bool, std::int64_t, double, std::string>;

/// As YAML and messages show it; numbers in the fewest digits that give them back.
std::string spelled(const Value& value);

/// Whole numbers min, min + step, ... up to max.
struct Integers {
  IntegerRange range{0, 1};  ///< within +-2^53, both ends included
  std::int64_t step = 1;     ///< at least 1
  bool log = false;          ///< as likely in each octave; min at least 1, step 1
};

/// Real numbers.
struct Reals {
  Range range{0, 1};  ///< min below max
  bool log = false;   ///< as likely in each octave; min above 0
};

/// One of at least 1 and at most 1,000 distinct values of one type. A single one is fixed. Numbers
/// are taken for ordered, text is not.
struct Choices {
  std::vector<Value> values;
};

/// Holds where the other parameter is in a point and has one of these values.
struct Condition {
  std::string parameter;  ///< one before; not of real numbers
  std::vector<Value> values;
};

struct Parameter {
  std::string name;  ///< a letter and then letters, digits and '_'; at most 64
  std::variant<Integers, Reals, Choices> values = Choices{};
  std::vector<Condition> when = {};  ///< in a point where all hold; else absent from it
};

struct Space {
  std::vector<Parameter> parameters;  ///< at least 1, at most 100, no name twice
};

/// Throws Error(kInvalidArgument) "parameters.NAME: RULE. Got: VALUE" for the first breach.
void validate(const Space& space);

/// A value for each parameter that is active, in the order of the space.
class Point {
 public:
  /// Replaces the value if the name is there.
  void set(std::string_view name, Value value);

  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// Null where the parameter is not active.
  const Value* find(std::string_view name) const;

  /// The value of a parameter that must be there and of the type; whole numbers are real ones too.
  /// Throw Error(kInvalidArgument).
  bool boolean(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  double real(std::string_view name) const;
  const std::string& text(std::string_view name) const;

  const std::vector<std::pair<std::string, Value>>& values() const { return values_; }
  friend bool operator==(const Point& a, const Point& b) { return a.values_ == b.values_; }
  friend bool operator!=(const Point& a, const Point& b) { return !(a == b); }

 private:
  std::vector<std::pair<std::string, Value>> values_;
};

/// `conv_layers: 2, optimizer: "Adam"`; "nothing" for an empty point.
std::string spelled(const Point& point);

/// Whether `parameter` belongs in a point that holds what comes before it.
bool is_active(const Parameter& parameter, const Point& point);

/// Throws Error(kInvalidArgument) "NAME: RULE. Got: VALUE" unless `point` has exactly the active
/// parameters of `space`, in its order, with values of theirs.
void check_point(const Space& space, const Point& point);

}  // namespace glyphmill::search
