// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "glyphmill/data_set.h"
#include "glyphmill/generator.h"
#include "glyphmill/recipe.h"

namespace glyphmill::job {

/// Labelled images in memory. They are kept as they are stored and decoded when they are asked for;
/// those of a small set are decoded once. Thread-safe once made.
class ImageSet {
 public:
  /// No more is read, bytes.
  static constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 30;
  /// Decoded images are kept where all of them together take no more, bytes.
  static constexpr std::uint64_t kMostKeptBytes = std::uint64_t{256} << 20;

  /// Reads the images, looks at their headers, and fills in or compares the options' checksum.
  /// Throws Error: kInvalidArgument (options, checksum), kNotFound, kFormat, kIo.
  explicit ImageSet(ImageSourceOptions& options, std::uint64_t most_bytes = kMostBytes,
                    std::uint64_t most_kept_bytes = kMostKeptBytes);
  ~ImageSet();
  ImageSet(const ImageSet&) = delete;
  ImageSet& operator=(const ImageSet&) = delete;

  const std::string& name() const { return name_; }
  std::size_t size() const { return images_.size(); }
  const std::string& label(std::size_t i) const { return images_[i].label; }
  /// Of the images as `put` gives them; 0 where they differ.
  ImageShape shape() const { return shape_; }

  /// Puts image `i` into the sample: its pixels, which are the sample's alone, and its paper.
  /// Throws Error(kFormat) for damaged data.
  void put(std::size_t i, Sample& sample) const;

 private:
  struct Picture {
    cv::Mat image;
    cv::Scalar paper;
  };

  void read(std::uint64_t most_bytes);
  /// Checks all headers; the shape of each image, with the channels of its file.
  std::vector<ImageShape> check_headers();
  Picture decoded_picture(std::size_t i) const;
  const Picture& kept_picture(std::size_t i) const;

  std::string name_;
  int height_ = 0;  // to which images are scaled; 0: not at all
  std::vector<StoredSample> images_;
  std::vector<cv::Size> sizes_;  // as stored
  ImageShape shape_;
  /// Null for those that nobody has asked for yet; no array where the set is too large.
  std::unique_ptr<std::atomic<const Picture*>[]> kept_;
};

}  // namespace glyphmill::job
