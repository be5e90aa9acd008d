// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphs/digit_files/array.h"

namespace glyphmill::digit_files {

bool is_npy(const FileBytes& file);

/// The array of a .npy file of version 1, 2 or 3, which numpy.lib.format describes.
/// Throws Error(kFormat).
Array parse_npy(const FileBytes& file);

}  // namespace glyphmill::digit_files
