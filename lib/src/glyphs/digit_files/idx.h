// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "glyphmill/ink_images.h"
#include "glyphs/digit_files/file_bytes.h"

/// The IDX files of MNIST: 00 00 08 and the number of dimensions, every dimension as a big-endian
/// number of 32 bits, the bytes. http://yann.lecun.com/exdb/mnist/ describes them.
namespace glyphmill::digit_files {

/// True where the bytes begin as an IDX file, whatever it holds.
bool is_idx(const FileBytes& file);

/// The digits of a pair of IDX files, already unpacked. The pixels are those of `images`.
InkImages idx_digits(const FileBytes& images, const FileBytes& labels);

/// The digits of the pair that `path` is one half of; `file` is what it holds, unpacked.
InkImages read_idx_pair(const std::string& path, const FileBytes& file);

/// The digits of the one pair of IDX files in a directory, or of the one train pair if there are
/// several. Nothing where the directory has no file that is named like one of IDX images or labels.
std::optional<InkImages> read_idx_directory(const std::string& directory);

/// The bytes of a file, unpacked where it is gzip.
FileBytes unpacked_file(const std::string& path);

}  // namespace glyphmill::digit_files
