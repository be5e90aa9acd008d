// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "glyphmill/fields.h"

namespace glyphmill {

enum class ImageExt { kJpg, kPng };

/// What a data set looks like on disk.
enum class Format {
  kFolder,  ///< an image file a sample, and labels.tsv
  kNpz,     ///< one .npz: arr_0 = images (N, H, W[, 3]), arr_1 = labels, unicode of fixed width
  kPickle,  ///< one pickle: {'images': (N, H, W[, 3]), 'labels': [str], 'metadata': {...}}
};

/// How samples are stored.
struct OutputOptions {
  Format format = Format::kFolder;
  ImageExt image_ext = ImageExt::kJpg;
  std::uint64_t quality = 95;  ///< of JPEG; 1 .. 100
  /// File name of an image: {label} {text} {index} {height} {width} {hash} {md5} {ext}. {hash} is
  /// the XXH3-128 of the file's bytes, 32 hexadecimal digits. Names that are equal in one directory
  /// get _2, _3, ... before the extension.
  std::string name_pattern = "{label}_{height}_{width}_{hash}.{ext}";
  /// Name without extension of the one file of npz and pickle; {count} is the number of samples.
  std::string pack_name = "dataset";
  bool normalize = false;  ///< npz and pickle: float32 of 0 .. 1 in place of uint8
};

void describe(OutputOptions& options, FieldVisitor& visitor);

}  // namespace glyphmill
