// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/fields.h"

/// Strict, locale-independent reading of values that people write, in recipes and in flags: the
/// whole text must be the value. A broken rule is Error(kInvalidArgument) "rule. Got: text" without
/// a name; the caller puts the name of the thing in front.
namespace glyphmill {

/// `true` or `false`.
bool parse_boolean(std::string_view text);

/// Decimal digits only: no sign, no fraction, no exponent, no spaces.
std::uint64_t parse_integer(std::string_view text, const IntegerBounds& bounds = {});

/// The same with an optional '-' in front.
std::int64_t parse_signed_integer(std::string_view text, const IntegerRange& bounds);

/// A decimal number such as "-0.5" or "1e-3"; finite, no '+', no spaces.
double parse_number(std::string_view text, const Bounds& bounds = {});

/// The place of `text` in `names`.
std::size_t parse_choice(std::string_view text, const std::vector<std::string_view>& names);

/// The name that was probably meant by the misspelt `text`; empty if none is near.
std::string_view closest_name(std::string_view text, const std::vector<std::string_view>& names);

/// `text` as messages show it: printable, and cut where it is long.
std::string shown(std::string_view text);

}  // namespace glyphmill
