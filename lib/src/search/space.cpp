// SPDX-License-Identifier: Apache-2.0
#include "search/space.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "job/field_io.h"

namespace glyphmill::search {
namespace {

constexpr std::size_t kMostParameters = 100;
constexpr std::size_t kMostChoices = 1000;
constexpr std::size_t kLongestName = 64;

[[noreturn]] void refuse(std::string_view rule, std::string_view got) {
  throw Error(ErrorCode::kInvalidArgument, fmt::format("{}. Got: {}", rule, got));
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_character(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; }

void check_name(const std::string& name) {
  const bool good = !name.empty() && name.size() <= kLongestName && is_letter(name.front()) &&
                    std::all_of(name.begin(), name.end(), is_name_character);
  if (good) return;
  refuse(fmt::format("a name must be a letter and then letters, digits and '_', at most {}",
                     kLongestName),
         shown(name));
}

void check_values(const Integers& integers) {
  const auto& [min, max] = integers.range;
  const std::string range = fmt::format("[{}, {}]", min, max);
  if (min < -kMostInteger || max > kMostInteger) {
    refuse(fmt::format("must be between -{0} and {0}", kMostInteger), range);
  }
  if (min > max) refuse("min must not be above max", range);
  if (integers.step < 1) refuse("step must be at least 1", fmt::to_string(integers.step));
  if (integers.log && min < 1) refuse("log needs a min of at least 1", range);
  if (integers.log && integers.step != 1) {
    refuse("log goes without a step", fmt::to_string(integers.step));
  }
}

void check_values(const Reals& reals) {
  const auto& [min, max] = reals.range;
  const std::string range = fmt::format("[{}, {}]", min, max);
  if (!std::isfinite(max - min)) refuse("must be finite numbers", range);
  if (!(min < max)) refuse("min must be below max; a fixed value is one number", range);
  if (reals.log && !(min > 0)) refuse("log needs a min above 0", range);
}

void check_values(const Choices& choices) {
  const std::vector<Value>& values = choices.values;
  if (values.empty()) refuse("must have a value", "none");
  if (values.size() > kMostChoices) {
    refuse(fmt::format("must be at most {} values", kMostChoices), fmt::to_string(values.size()));
  }
  for (auto value = values.begin(); value != values.end(); ++value) {
    if (value->index() != values.front().index()) {
      refuse("values must be of one type", spelled(*value) + " beside " + spelled(values.front()));
    }
    const auto* const number = std::get_if<double>(&*value);
    if (number != nullptr && !std::isfinite(*number)) {
      refuse("must be finite numbers", spelled(*value));
    }
    if (std::find(values.begin(), value, *value) != value) {
      refuse("values must differ", spelled(*value) + " twice");
    }
  }
}

void check_condition(const Space& before, const Condition& condition) {
  const Parameter* const other = find_parameter(before, condition.parameter);
  if (other == nullptr) {
    refuse("'when' must name a parameter that comes before", shown(condition.parameter));
  }
  if (std::holds_alternative<Reals>(other->values)) {
    refuse("'when' must not name real numbers", condition.parameter);
  }
  if (condition.values.empty()) refuse("'when' must give values", condition.parameter);
  for (const Value& value : condition.values) {
    if (contains(*other, value)) continue;
    refuse(fmt::format("'when' must give values of {}", condition.parameter), spelled(value));
  }
}

const Value& needed(const Point& point, std::string_view name) {
  if (const Value* const value = point.find(name)) return *value;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("{}: must be in the point. Got: {}", name, spelled(point)));
}

template <class Type>
const Type& typed(const Point& point, std::string_view name, std::string_view type) {
  const Value& value = needed(point, name);
  if (const Type* const found = std::get_if<Type>(&value)) return *found;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("{}: must be {}. Got: {}", name, type, spelled(value)));
}

std::string spelled_number(double number) {
  std::string digits = fmt::to_string(number);
  // Without a point it would be read as a whole number.
  if (digits.find_first_of(".en") == std::string::npos) digits += ".0";
  return digits;
}

}  // namespace

std::string spelled(const Value& value) {
  if (const auto* const text = std::get_if<std::string>(&value)) return yaml_quoted(*text);
  if (const auto* const number = std::get_if<double>(&value)) return spelled_number(*number);
  if (const auto* const flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  return fmt::to_string(std::get<std::int64_t>(value));
}

std::string spelled(const Point& point) {
  std::string result;
  for (const auto& [name, value] : point.values()) {
    result += fmt::format("{}{}: {}", result.empty() ? "" : ", ", name, spelled(value));
  }
  return result.empty() ? "nothing" : result;
}

const Parameter* find_parameter(const Space& space, std::string_view name) {
  for (const Parameter& parameter : space.parameters) {
    if (parameter.name == name) return &parameter;
  }
  return nullptr;
}

bool contains(const Parameter& parameter, const Value& value) {
  if (const auto* const integers = std::get_if<Integers>(&parameter.values)) {
    const auto* const whole = std::get_if<std::int64_t>(&value);
    return whole != nullptr && *whole >= integers->range.min && *whole <= integers->range.max &&
           (*whole - integers->range.min) % integers->step == 0;
  }
  if (const auto* const reals = std::get_if<Reals>(&parameter.values)) {
    const auto* const real = std::get_if<double>(&value);
    return real != nullptr && *real >= reals->range.min && *real <= reals->range.max;
  }
  const std::vector<Value>& values = std::get<Choices>(parameter.values).values;
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::uint64_t count_of(const Parameter& parameter) {
  if (const auto* const integers = std::get_if<Integers>(&parameter.values)) {
    const std::int64_t length = integers->range.max - integers->range.min;
    return static_cast<std::uint64_t>(length / integers->step) + 1;
  }
  const auto* const choices = std::get_if<Choices>(&parameter.values);
  return choices == nullptr ? 0 : choices->values.size();
}

bool is_ordered(const Parameter& parameter) {
  const auto* const choices = std::get_if<Choices>(&parameter.values);
  return choices == nullptr || std::holds_alternative<std::int64_t>(choices->values.front()) ||
         std::holds_alternative<double>(choices->values.front());
}

void check_parameter(const Space& before, const Parameter& parameter) {
  check_name(parameter.name);
  if (find_parameter(before, parameter.name) != nullptr) refuse("must be there once", "it twice");
  std::visit([](const auto& values) { check_values(values); }, parameter.values);
  for (const Condition& condition : parameter.when) check_condition(before, condition);
}

void validate(const Space& space) {
  const std::size_t count = space.parameters.size();
  if (count < 1 || count > kMostParameters) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("parameters: must be 1 to {}. Got: {}", kMostParameters, count));
  }
  Space before;
  for (const Parameter& parameter : space.parameters) {
    try {
      check_parameter(before, parameter);
    } catch (const Error& error) {
      throw Error(error.code(),
                  fmt::format("parameters.{}: {}", shown(parameter.name), error.what()));
    }
    before.parameters.push_back(parameter);
  }
}

void Point::set(std::string_view name, Value value) {
  for (auto& [own, old] : values_) {
    if (own != name) continue;
    old = std::move(value);
    return;
  }
  values_.emplace_back(name, std::move(value));
}

const Value* Point::find(std::string_view name) const {
  for (const auto& [own, value] : values_) {
    if (own == name) return &value;
  }
  return nullptr;
}

bool Point::boolean(std::string_view name) const {
  return typed<bool>(*this, name, "true or false");
}

std::int64_t Point::integer(std::string_view name) const {
  return typed<std::int64_t>(*this, name, "a whole number");
}

double Point::real(std::string_view name) const {
  const auto* const whole = std::get_if<std::int64_t>(&needed(*this, name));
  return whole != nullptr ? static_cast<double>(*whole) : typed<double>(*this, name, "a number");
}

const std::string& Point::text(std::string_view name) const {
  return typed<std::string>(*this, name, "text");
}

bool is_active(const Parameter& parameter, const Point& point) {
  return std::all_of(parameter.when.begin(), parameter.when.end(), [&](const Condition& condition) {
    const Value* const value = point.find(condition.parameter);
    return value != nullptr && std::find(condition.values.begin(), condition.values.end(),
                                         *value) != condition.values.end();
  });
}

void check_point(const Space& space, const Point& point) {
  const auto refuse_named = [](const std::string& name, std::string_view rule,
                               const std::string& got) {
    throw Error(ErrorCode::kInvalidArgument, fmt::format("{}: {}. Got: {}", name, rule, got));
  };
  auto next = point.values().begin();
  for (const Parameter& parameter : space.parameters) {
    if (!is_active(parameter, point)) continue;
    if (next == point.values().end() || next->first != parameter.name) {
      refuse_named(parameter.name, "must be in the point, in the space's order", spelled(point));
    }
    if (!contains(parameter, next->second)) {
      refuse_named(parameter.name, "must be a value of the space", spelled(next->second));
    }
    ++next;
  }
  if (next != point.values().end()) {
    refuse_named(shown(next->first), "must not be in the point", spelled(point));
  }
}

}  // namespace glyphmill::search
