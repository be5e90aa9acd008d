// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace glyphmill {

/// A JSON Schema (draft 7, which editors know) of what `read_jobs` reads, made from the options'
/// own descriptions: every key with its help, range, choices and default, and no other key. What
/// only a look at several fields or at the disk tells (a range with its ends reversed, a date that
/// does not exist, a folder without tiles) is left to `read_jobs` and `Generator`.
std::string json_schema();

}  // namespace glyphmill
