// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

#include "core/ascii.h"

namespace glyphmill::ops {

/// What the composer's values are called where drawn values are recorded.
inline constexpr std::string_view kReservedName = "compose";

/// True for letters, digits, '_' and '-', at least one: stage names stand in the paths of fields,
/// and streams whose names hold a '.' are the library's own.
inline bool is_stage_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return core::is_letter(c) || core::is_digit(c) || c == '_' || c == '-';
  });
}

}  // namespace glyphmill::ops
