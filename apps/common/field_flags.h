// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/flags.h"
#include "glyphmill/field_values.h"

/// Flags of a program that come from an options struct: one for each field, so that value, rule and
/// help are the field's own.
namespace glyphmill {

/// The flags: "--learning-rate" for `learning_rate`, its value as default.
std::vector<Flag> flags_of_fields(const DescribeFields& fields, const std::string& group);

/// Sets the fields whose flags are given. Throws Error(kInvalidArgument) "--learning-rate: rule.
/// Got: value".
void set_fields(const CommandLine& line, const DescribeFields& fields);

template <class Options>
std::vector<Flag> field_flags(Options options, const std::string& group) {
  return flags_of_fields([&](FieldVisitor& visitor) { describe(options, visitor); }, group);
}

template <class Options>
void set_from(const CommandLine& line, Options& options) {
  set_fields(line, [&](FieldVisitor& visitor) { describe(options, visitor); });
}

}  // namespace glyphmill
