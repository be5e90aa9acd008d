// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "glyphmill/ink_images.h"

namespace glyphmill::digit_files {

/// True where a directory has at least one of the sub-directories 0 .. 9.
bool is_digit_tree(const std::string& directory);

/// The pictures (PNG, JPEG, BMP, TIFF, PGM) of the sub-directories 0 .. 9, sorted by name; a
/// missing one is a class without examples. Other files beside these directories are not looked at,
/// other directories refused, and in them every file must be a picture but for hidden ones. Throws
/// Error(kFormat) that names the file.
InkImages read_digit_tree(const std::string& directory);

}  // namespace glyphmill::digit_files
