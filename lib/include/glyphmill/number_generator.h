// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

#include "glyphmill/ink_images.h"
#include "glyphmill/random.h"
#include "glyphmill/range.h"

/// Handwritten numbers in one call, for those who want a picture and no data set:
///
///     cv::Mat image = generate_numbers_sequence({1, 2, 3}, {4, 10}, 100);
///
/// and the data sets of number-generator, pickles of pictures and labels. Data sets of any size are
/// better made by a recipe, which knows more and keeps nothing in memory.
///
/// Every picture is a pure function of the digit set, the arguments and the seed. What is read is
/// taken for hostile, as `read_digits` says: nothing in a pickle is ever executed.
namespace glyphmill {

/// What a data set says about itself; what a file does not say is empty. Other entries of a file's
/// metadata are not kept.
struct DatasetMetadata {
  /// Seconds since 1970. The library reads no clock: 0 unless the caller sets it, so that equal
  /// data make equal files.
  double creation_timestamp = 0;
  std::optional<IntegerRange> spacing_range;  ///< px between digits
  std::optional<int> image_width;             ///< px
};

/// Pictures of one size, each with a label, kept in a pickle
///
///     {'images': uint8 (N, H, W), 'labels': list of str, 'metadata': {'creation_timestamp': float,
///      'spacing_range': (min, max) or None, 'image_width': int or None}}
///
/// Const members may be called by several threads at once. Copies share their pixels, which are
/// never written: `add_examples` makes new memory.
class GenericDataset {
 public:
  /// The pictures of a data set and what they show.
  struct Data {
    /// Three dimensions, {N, H, W}, CV_8UC1, continuous; H and W are 1 .. 16384. Empty if N is 0.
    cv::Mat images;
    std::vector<std::string> labels;  ///< N, UTF-8
  };

  struct Example {
    cv::Mat image;      ///< H x W, CV_8UC1, the data set's own pixels, kept alive: read only
    std::string label;  ///< UTF-8
  };

  GenericDataset() = default;

  /// Throws Error(kInvalidArgument) unless `data` is as Data says.
  explicit GenericDataset(Data data, const DatasetMetadata& metadata = {});

  /// Reads a pickle of this layout, also a gzipped one; labels may be a list of text or an array of
  /// text or of whole numbers, which become text ("7"), and pictures as `read_digits` takes them.
  /// The metadata may be missing or None, as a whole or in part. Throws Error: kNotFound, kIo, or
  /// kFormat with the file, the rule and what was found.
  [[nodiscard]] static GenericDataset load(const std::string& path);

  /// Writes the pickle, which plain pickle.load reads, under a temporary name and renames it: a
  /// file of this name is whole, the old or the new. Throws Error(kIo).
  void save(const std::string& path) const;

  const Data& get_data() const { return data_; }
  const DatasetMetadata& get_metadata() const { return metadata_; }
  void set_metadata(const DatasetMetadata& metadata) { metadata_ = metadata; }

  /// Appends copies of pictures and their labels, as many of the one as of the other. Copies what
  /// is there, too: add many at once. Throws Error(kInvalidArgument), with the data set as it was,
  /// for a picture that is not CV_8UC1 or not of the others' size (that of the first, if there are
  /// none yet), and for a label that is not UTF-8.
  void add_examples(const std::vector<cv::Mat>& images, const std::vector<std::string>& labels);

  std::size_t size() const { return data_.labels.size(); }

  /// Requires i < size().
  Example operator[](std::size_t i) const;

 private:
  Data data_;
  DatasetMetadata metadata_;
};

/// Pictures of the digits 0 .. 9, bright ink on 0, to make sequences from. Immutable; thread-safe;
/// copies share everything.
class DigitImageDataset {
 public:
  /// The built-in handwriting, 28 x 28.
  DigitImageDataset();

  /// Copies the pixels. Throws Error: kInvalidArgument for a set that is empty, holds anything but
  /// digits or has sides that are not 1 .. 1000 px, kFormat for a picture without ink.
  explicit DigitImageDataset(const InkImages& digits);

  /// Everything that `read_digits` reads: number-generator's own layout (labels uint8 (N,), images
  /// uint8 (N, S, S)), IDX, .npz, a directory of pictures. Throws what `read_digits` and the
  /// constructor throw.
  [[nodiscard]] static DigitImageDataset load(const std::string& path);

  /// Writes number-generator's own layout, as GenericDataset::save writes.
  void save(const std::string& path) const;

  std::size_t size() const;

  /// Rows and columns of every picture, px.
  cv::Size get_example_size() const;

  /// Every picture of a digit, CV_8UC1, in the set's order: the set's own pixels, kept alive, read
  /// only. Throws Error(kInvalidArgument) unless digit is 0 .. 9; a set may have none of a digit.
  std::vector<cv::Mat> get_digit_examples(int digit) const;

  /// One of them, evenly drawn. Throws Error(kInvalidArgument) also where there is none.
  cv::Mat random_sample_digit(int digit, SampleRng& rng) const;

 private:
  friend class DigitSequenceImageGenerator;
  struct Impl;
  explicit DigitImageDataset(std::shared_ptr<const Impl> impl);

  std::shared_ptr<const Impl> impl_;
};

/// Makes pictures of sequences of digits. For each digit a picture of it is drawn evenly and cut to
/// the columns that have ink; every gap is a whole number of its own, drawn evenly from
/// `spacing_range`, and there are none at the ends. A line narrower than the image is centred,
/// (image - line) / 2 columns from the left; a wider one is reduced, aspect kept, and centred in
/// both directions. Pictures of another height than 28 are scaled to it first. Immutable;
/// thread-safe.
class DigitSequenceImageGenerator {
 public:
  /// Rows of every image, px.
  static constexpr int kHeight = 28;

  /// `spacing_range`: px, both ends included, -512 .. 10000, min <= max; negative overlaps, by at
  /// most a quarter of either neighbour's width. `image_width`: px, 1 .. 65536. Throws
  /// Error(kInvalidArgument) "spacing_range: ..." or "image_width: ..." for others.
  DigitSequenceImageGenerator(const DigitImageDataset& dataset, const IntegerRange& spacing_range,
                              int image_width);
  ~DigitSequenceImageGenerator();
  DigitSequenceImageGenerator(DigitSequenceImageGenerator&&) noexcept;
  DigitSequenceImageGenerator& operator=(DigitSequenceImageGenerator&&) noexcept;

  /// Image k of a seed, dark on white: CV_8UC1, kHeight x image_width, paper 255, in memory of its
  /// own; that of a recipe of the same digits, spacing, width and seed. No digits give white paper.
  /// Throws Error(kInvalidArgument) "digits: ..." for a digit that is not 0 .. 9 or has no picture
  /// in the set, and for more digits than the image has columns or than fit a line of 2^28 pixels.
  cv::Mat generate_from_data(const std::vector<int>& digits, std::uint64_t seed,
                             std::uint64_t k = 0) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

/// Image 0 of `seed` that a DigitSequenceImageGenerator of the default digit set makes, with its
/// shape, rules and errors. The same arguments give the same image: for other handwriting give
/// another seed. Thread-safe.
cv::Mat generate_numbers_sequence(const std::vector<int>& digits, const IntegerRange& spacing_range,
                                  int image_width, std::uint64_t seed = 0);

/// Makes the set in a file, as DigitImageDataset::load reads it, the default of this process; "" is
/// as if never called. Until then the default is the file that the environment variable
/// NG_DEFAULT_DIGIT_DATASET names at the first use or, where it is not set or empty, the built-in
/// handwriting. The default is read once and kept. Thread-safe; where the file cannot be read it
/// throws and the default stays.
void set_default_dataset_filepath(const std::string& path);

/// The default digit set. Throws what reading it throws. Thread-safe.
DigitImageDataset default_digit_dataset();

}  // namespace glyphmill
