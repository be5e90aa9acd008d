// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glyphmill {

/// True for well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool is_utf8(std::string_view text);

/// The characters (code points) of well-formed UTF-8, one string each.
/// Throws Error(kInvalidArgument) where the text is not UTF-8.
std::vector<std::string> utf8_characters(std::string_view text);

/// Number of code points of well-formed UTF-8.
std::size_t utf8_length(std::string_view text);

/// `text` quoted for messages: invalid bytes and control characters as \xNN.
std::string printable(std::string_view text);

}  // namespace glyphmill
