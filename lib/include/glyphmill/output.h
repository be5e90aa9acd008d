// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "glyphmill/fields.h"

namespace glyphmill {

enum class ImageExt { kJpg, kPng };

/// How samples are stored.
struct OutputOptions {
  ImageExt image_ext = ImageExt::kJpg;
  std::uint64_t quality = 95;  ///< of JPEG; 1 .. 100
  /// File name of an image: {label} {text} {index} {height} {width} {hash} {md5} {ext}. {hash} is
  /// the XXH3-128 of the file's bytes, 32 hexadecimal digits. Names that are equal in one directory
  /// get _2, _3, ... before the extension.
  std::string name_pattern = "{label}_{height}_{width}_{hash}.{ext}";
};

void describe(OutputOptions& options, FieldVisitor& visitor);

}  // namespace glyphmill
