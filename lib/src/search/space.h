// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "glyphmill/fields.h"
#include "glyphmill/search_space.h"

namespace glyphmill::search {

/// Whole numbers that a double holds.
constexpr std::int64_t kMostInteger = std::int64_t{1} << 53;

void describe(Integers& integers, FieldVisitor& visitor);
void describe(Reals& reals, FieldVisitor& visitor);

/// Throws Error(kInvalidArgument) "RULE. Got: VALUE" unless the parameter may follow those of
/// `before`.
void check_parameter(const Space& before, const Parameter& parameter);

const Parameter* find_parameter(const Space& space, std::string_view name);

bool contains(const Parameter& parameter, const Value& value);

/// How many values there are; 0 for real numbers.
std::uint64_t count_of(const Parameter& parameter);

/// Whether its values lie on a line.
bool is_ordered(const Parameter& parameter);

}  // namespace glyphmill::search
