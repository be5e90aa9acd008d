// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

#include "glyphmill/digits.h"
#include "glyphmill/fields.h"
#include "glyphmill/image_data_generator.h"
#include "glyphmill/random.h"
#include "glyphmill/sample.h"

namespace glyphmill {

/// How the gaps of a sequence are drawn.
enum class SpacingLaw {
  kEach,  ///< characters are cut to the columns that have ink; every gap is a draw of its own
  /// Characters keep their whole pictures; one gap for all: the one that fills the width,
  /// (width - n * picture) / (n - 1), where that is within the range, otherwise one draw.
  kAuto,
};

enum class Ground { kWhite, kBlack };

/// How handwritten characters sit on the image.
struct SequenceOptions {
  std::uint64_t height = 28;  ///< px of the image; 8 .. 1024. Pictures of another height are scaled
  /// px of the image; empty ("natural"): as long as the characters and gaps are. What is shorter is
  /// centred; what is longer is reduced in both directions and centred. 1 .. 65536
  std::optional<std::uint64_t> width;
  /// Between neighbours, drawn as whole numbers. Negative overlaps, by at most a quarter of either
  /// neighbour's width, so that each keeps half of its own. -512 .. 10000
  IntegerRange spacing_px{0, 10};
  SpacingLaw spacing = SpacingLaw::kEach;
  Ground ground = Ground::kWhite;  ///< black ink on white, or white on black
};

void describe(SequenceOptions& options, FieldVisitor& visitor);

/// Draws texts with the pictures of a digit set, after each picture's own augmentation. Immutable;
/// thread-safe.
class SequenceComposer {
 public:
  /// Keeps references to `digits` and `augment`, which must be for pictures of the set's size.
  /// `writer_consistency` as in DigitOptions. Throws Error(kInvalidArgument) for options out of
  /// bounds.
  SequenceComposer(const DigitSet& digits, const ImageDataGenerator& augment,
                   const SequenceOptions& options, double writer_consistency);

  /// Throws Error(kInvalidArgument) if the set's part lacks a character of `text`; `name` is the
  /// text's name in the message.
  void check(const std::string& name, const std::string& text, std::size_t part) const;

  /// Pixels of a line, before it is reduced to the width: what bounds the memory of `compose`.
  static constexpr std::uint64_t kMostLinePixels = std::uint64_t{1} << 28;

  /// px of the longest line that so many characters can make.
  std::uint64_t longest_line(std::size_t characters) const;

  /// Throws Error(kInvalidArgument) if the width leaves less than a pixel a character, or the line
  /// may have more than kMostLinePixels.
  void check_width(std::size_t characters) const;

  /// Working memory; keep one per thread.
  struct Scratch {
    /// A character as it will be drawn.
    struct Placed {
      const std::uint8_t* pixels = nullptr;
      int stride = 0;
      cv::Rect ink;  // in the pixels
      int x = 0;     // of the ink's first column, in the line
      bool overlaps = false;
    };
    std::vector<Placed> placed;
    std::vector<std::uint8_t> augmented;  // the characters' pictures
    std::vector<std::uint8_t> scaled;
    cv::Mat line;
    cv::Mat shrunk;
    ImageDataGenerator::Scratch work;
  };

  /// Draws `sample.text` (which `check` accepts, and `check_width` its length) into the sample:
  /// image (CV_8UC1), characters, paper and the drawn values. `key` is the stream of this sample's
  /// composition. An empty text gives an empty image of the width, or of 1 px. A picture that its
  /// augmentation leaves without ink is drawn as it was.
  void compose(Sample& sample, const StreamKey& key, std::size_t part, Scratch& scratch) const;

 private:
  using Placed = Scratch::Placed;

  void choose(Sample& sample, const StreamKey& key, std::size_t part, Scratch& scratch) const;
  void augment(std::size_t i, const StreamKey& key, Sample& sample, Scratch& scratch) const;
  void scale(std::size_t i, Scratch& scratch) const;
  int place(const StreamKey& key, std::vector<Placed>& placed) const;
  double common_gap(std::size_t characters, SampleRng& rng) const;
  void draw_centred(int length, int width, Sample& sample, const Scratch& scratch) const;
  void draw_reduced(int length, int width, Sample& sample, Scratch& scratch) const;

  const DigitSet& digits_;
  const ImageDataGenerator& augment_;
  SequenceOptions options_;
  double writer_consistency_;
  int height_;
  int scaled_cols_;  // of a whole picture at this height
};

}  // namespace glyphmill
