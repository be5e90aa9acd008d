// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>

/// What <cctype> says depends on the locale of the process; this does not.
namespace glyphmill::core {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// `text` with the letters A to Z in lower case.
inline std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

}  // namespace glyphmill::core
