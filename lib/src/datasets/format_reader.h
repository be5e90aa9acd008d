// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "datasets/lists.h"
#include "datasets/stored_file.h"
#include "glyphmill/data_set.h"

/// One reader per family of formats.
namespace glyphmill::datasets {

/// What every reader needs to know of its data set. Lives as long as they do.
struct OpenSet {
  std::string root;
  Manifest manifest;
  std::vector<std::string> characters;
  std::vector<DataSetPart> parts;  ///< in which it is read
  std::unique_ptr<List> labels;    ///< labels.tsv
  std::uint64_t first_number = 0;  ///< see DataSet::first_number
};

/// Reads the parts of one data set. Thread-safe.
class FormatReader {
 public:
  virtual ~FormatReader() = default;
  virtual std::unique_ptr<SampleReader> read(std::size_t part) const = 0;
};

/// Image files and a list of them: folder, jsonl, hf, tesseract, easyocr, coco.
std::unique_ptr<FormatReader> make_image_file_reader(const OpenSet& set);
std::unique_ptr<FormatReader> make_lmdb_reader(const OpenSet& set);
std::unique_ptr<FormatReader> make_tar_reader(const OpenSet& set);
std::unique_ptr<FormatReader> make_idx_reader(const OpenSet& set);
/// Of a set with one part, for what is deflated is read from its beginning.
std::unique_ptr<FormatReader> make_npz_reader(const OpenSet& set);
std::unique_ptr<FormatReader> make_pickle_reader(const OpenSet& set);

/// No file of an image is larger, bytes.
constexpr std::uint64_t kMostImageBytes = std::uint64_t{256} << 20;
/// No image has longer sides, px: the limit of JPEG.
constexpr std::uint64_t kLongestSide = 65500;

/// The bytes of one image's pixels. Throws Error(kFormat) for sides that no image has.
std::size_t pixel_bytes(const std::string& origin, const PixelLayout& layout);

/// The file of a packed set whose path ends in `end`. Throws Error(kFormat) if there is none.
std::string file_ending_in(const OpenSet& set, std::string_view end);

}  // namespace glyphmill::datasets
