// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/fields.h"

namespace glyphmill {

enum class ImageExt {
  kJpg,
  kPng,
  kAuto,  ///< jpg for tiles, whose noise PNG cannot compress; png for handwriting and for tesseract
};

/// What a data set looks like on disk.
enum class Format {
  kFolder,  ///< an image file a sample, and labels.tsv: PaddleOCR, deep-text-recognition-benchmark
  kLmdb,    ///< an LMDB directory a shard: deep-text-recognition-benchmark, PaddleOCR, PARSeq
  kWebDataset,  ///< a tar file a shard: WebDataset
  kJsonl,       ///< images and annotations.jsonl: MMOCR
  kHf,          ///< images and metadata.jsonl or .csv: the imagefolder of Hugging Face's datasets
  kTesseract,   ///< pairs NAME.png, NAME.gt.txt: tesstrain
  kEasyOcr,     ///< directories of images with a labels.csv each: EasyOCR's trainer
  kCoco,        ///< images and annotations.json with a box and a polygon a character
  kIdx,         ///< MNIST's files: images (N, H, W), labels (N, L)
  kNpz,         ///< one .npz: arr_0 = images (N, H, W[, 3]), arr_1 = labels, unicode of fixed width
  kPickle,      ///< one pickle: {'images': (N, H, W[, 3]), 'labels': [str], 'metadata': {...}}
};

/// How samples are stored.
struct OutputOptions {
  /// At least one. Several are written side by side, each in a directory of its name.
  std::vector<Format> format{Format::kFolder};
  ImageExt image_ext = ImageExt::kAuto;
  std::uint64_t quality = 95;  ///< of JPEG; 1 .. 100
  /// File name of an image: {label} {text} {index} {height} {width} {hash} {md5} {ext}. {hash} is
  /// the XXH3-128 of the file's bytes, 32 hexadecimal digits. Names that are equal in one directory
  /// get _2, _3, ... before the extension.
  std::string name_pattern = "{label}_{height}_{width}_{hash}.{ext}";
  /// Name without extension of the one file of npz and pickle; {count} is the number of samples.
  std::string pack_name = "dataset";
  bool normalize = false;  ///< npz and pickle: float32 of 0 .. 1 in place of uint8
  /// Samples a shard, the unit that is made, resumed and scheduled; auto: by format and count.
  std::optional<std::uint64_t> shard_size = std::nullopt;
  /// Write samples.jsonl: per sample index, label, boxes, quadrilaterals and drawn parameters.
  bool annotations = false;
};

/// The names of the formats, in the order of `Format`.
const std::vector<std::string_view>& format_names();

void describe(OutputOptions& options, FieldVisitor& visitor);

}  // namespace glyphmill
