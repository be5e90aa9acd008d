// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

#include "glyphmill/output.h"

/// Reads back what `write_dataset` wrote, in any format, with memory that does not grow with the
/// number of samples:
///
///     const DataSet set("train");
///     const auto samples = set.read();
///     for (StoredSample sample; samples->next(sample);) use(sample.label, decoded(sample));
///
/// A data set may come from anybody. Paths in it that lead elsewhere, links, sizes that lie and
/// damaged files are Error(kFormat) "PATH: RULE. Got: FOUND"; nothing outside of the directory is
/// opened.
namespace glyphmill {

/// A contiguous range of samples that can be read without the others.
struct DataSetPart {
  std::string path;         ///< relative to the data set; "" where all samples share their files
  std::uint64_t first = 0;  ///< index of its first sample
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;  ///< of its encoded images; 0 where the manifest does not say
  std::string checksum;     ///< XXH3-128 as the manifest says it; may be empty
};

/// A file that holds all samples: IDX, npz, pickle.
struct DataSetFile {
  std::string path;
  std::uint64_t bytes = 0;
  std::string checksum;  ///< XXH3-128 of the file
};

/// What manifest.json says.
struct Manifest {
  std::string version;  ///< of the Glyphmill that wrote it
  Format format = Format::kFolder;
  std::uint64_t seed = 0;
  std::uint64_t count = 0;
  std::string labels;  ///< the file of all labels
  std::vector<DataSetPart> parts;
  std::vector<DataSetFile> files;
};

/// How pixels that are not encoded lie in memory: row by row, the channels of a pixel in the order
/// red, green, blue.
struct PixelLayout {
  int rows = 0;
  int columns = 0;
  int channels = 1;
  bool is_float = false;  ///< 32-bit floats of 0 .. 1 in place of bytes
};

/// A sample as it is stored.
struct StoredSample {
  std::uint64_t index = 0;  ///< place in the data set, from 0
  /// Where it is, for people: "images/000/0123.jpg", "lmdb/000/data.mdb: image-000000001".
  std::string place;
  std::string name;   ///< what the shard's checksum calls it; empty for pixels
  std::string label;  ///< UTF-8, as this format stores it
  std::string bytes;  ///< the file of the encoded image, or pixels
  std::optional<PixelLayout> pixels = std::nullopt;  ///< there if `bytes` are pixels
  /// Of the image, as a list says that has it: COCO's.
  std::optional<cv::Size> stated_size = std::nullopt;
};

/// The image, CV_8UC1 or CV_8UC3 (BGR). Throws Error(kFormat) for what is no whole PNG or JPEG
/// image of 8 bits, or has more than 100 million pixels.
cv::Mat decoded(const StoredSample& sample);

/// Gives samples in their order. Used by one thread.
class SampleReader {
 public:
  virtual ~SampleReader() = default;

  /// False when there are no more; memory of `sample` is reused. Throws Error: after a sample that
  /// cannot be read the next call gives the one behind it, if it can be found.
  virtual bool next(StoredSample& sample) = 0;

  /// Passes over so many samples, or those that are left, without reading their images. What is
  /// wrong with them may stay unnoticed; otherwise throws as `next`.
  virtual void skip(std::uint64_t samples);
};

/// A line of labels.tsv.
struct ListedLabel {
  std::string place;  ///< the path of an image, or an index
  std::string label;
};

class LabelReader {
 public:
  virtual ~LabelReader() = default;
  /// False at the end of the file. Throws Error(kFormat) for a line that is none.
  virtual bool next(ListedLabel& label) = 0;
};

/// A finished data set. Immutable; thread-safe.
class DataSet {
 public:
  /// Reads the manifest. Throws Error: kNotFound (no such directory), kFormat (no finished data
  /// set, or none of ours), kIo.
  explicit DataSet(const std::string& path);
  ~DataSet();
  DataSet(DataSet&&) noexcept;
  DataSet& operator=(DataSet&&) noexcept;

  const std::string& path() const;
  const Manifest& manifest() const;
  /// The characters that labels are made of, by dataset.json; empty if it does not say.
  const std::vector<std::string>& characters() const;

  /// The number of the first sample where a format or labels.tsv numbers samples: that of a split
  /// has its place among the samples of all splits.
  std::uint64_t first_number() const;

  /// What can be read independently, in order: the manifest's shards, or everything at once.
  const std::vector<DataSetPart>& parts() const;
  /// Reads a part.
  std::unique_ptr<SampleReader> read(std::size_t part) const;
  /// Reads all of them, one after the other.
  std::unique_ptr<SampleReader> read() const;

  /// The lines of labels.tsv from the part's first sample on, to the end of the file.
  std::unique_ptr<LabelReader> labels(std::size_t part) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace glyphmill
