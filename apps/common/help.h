// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/program.h"

namespace glyphmill {

/// The page that --help prints: flags by group, with defaults, at most 100 columns wide.
std::string help_text(const ProgramSpec& spec);

/// A flag's lines on such a page.
std::string help_line(const Flag& flag, const std::string& text);

}  // namespace glyphmill
