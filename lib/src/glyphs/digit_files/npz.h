// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "glyphmill/ink_images.h"
#include "glyphs/digit_files/file_bytes.h"

namespace glyphmill::digit_files {

/// The digits of an .npz file: of x_train and y_train, images and labels, or arr_0 and arr_1, the
/// first of these pairs that is there. Throws Error(kFormat).
InkImages npz_digits(const FileBytes& file);

}  // namespace glyphmill::digit_files
