// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/fields.h"

/// The fields of any options struct as text, for front ends.
namespace glyphmill {

/// Calls `describe(options, visitor)` of the struct that is meant.
using DescribeFields = std::function<void(FieldVisitor& visitor)>;

/// One field, as a recipe spells it.
struct FieldValueText {
  std::string key;
  std::string value;
  std::string help;
};

/// Every field, in its order.
std::vector<FieldValueText> field_values(const DescribeFields& fields);

/// Sets one field: several values are a list. Throws Error(kInvalidArgument) "origin: rule. Got:
/// value", and kInternal where there is no such field.
void set_field_value(const DescribeFields& fields, std::string_view key,
                     const std::vector<std::string>& values, const std::string& origin);

}  // namespace glyphmill
