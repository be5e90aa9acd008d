// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

#include "glyphmill/fields.h"
#include "glyphmill/ink_images.h"
#include "glyphmill/random.h"
#include "glyphmill/range.h"

namespace glyphmill {

/// Where the pictures of handwritten characters come from, and how a sequence takes them.
struct DigitOptions {
  std::string digits = "builtin:handwriting";  ///< or a path that `read_digits` reads
  std::uint64_t writers = 1000;                ///< of the built-in handwriting; 1 .. 100000
  /// Share of a sequence's characters that are in the hand of its one writer; the others are
  /// anybody's. 0 .. 1
  double writer_consistency = 0;
  /// XXH3-128 of the pictures and what they show. Filled in when a recipe is resolved; where it is
  /// given, other pictures are refused, for they would make other bytes.
  std::string checksum;
};

void describe(DigitOptions& options, FieldVisitor& visitor);

/// A set of pictures of single characters, ready for drawing: where their ink is, which of them
/// belong to which part of a split, and which are of one style. Immutable; thread-safe.
class DigitSet {
 public:
  struct Picture {
    const std::uint8_t* pixels = nullptr;  ///< rows() x cols()
    cv::Rect ink;                          ///< holds every pixel above 0
  };

  struct Options {
    std::string name;  ///< of the set, in messages
    /// Parts of the set, each a share of every character's pictures: {0, 0.8} and {0.8, 1} have
    /// none in common, copies of one picture included. Which pictures a share holds is keyed by
    /// `seed`.
    std::vector<Range> parts{{0, 1}};
    std::uint64_t seed = 0;
    bool styles = false;  ///< sort the pictures of each part into styles
  };

  /// All `sources` have pictures of one size. Throws Error: kInvalidArgument for an empty set,
  /// kFormat for a picture without ink, or of nothing else.
  DigitSet(std::vector<InkImages> sources, const Options& options);
  ~DigitSet();

  const std::string& name() const { return name_; }
  int rows() const { return rows_; }
  int cols() const { return cols_; }
  const Picture& picture(std::uint32_t index) const { return pictures_[index]; }

  /// Pictures of a character in a part.
  std::size_t count(char character, std::size_t part) const;

  /// Styles of a part, at least 1; 1 if the set was made without.
  std::size_t style_count(std::size_t part) const;

  /// An evenly drawn picture of a character: of the whole part or, with a style, of those in it.
  /// Where styles are drawn evenly, so are pictures. Requires count(character, part) > 0.
  std::uint32_t pick(char character, std::size_t part, const std::optional<std::size_t>& style,
                     SampleRng& rng) const;

 private:
  struct Part;

  std::vector<std::vector<std::uint32_t>> parted(
      const std::vector<std::vector<std::uint32_t>>& classes, const Range& share,
      std::uint64_t seed) const;

  std::size_t class_of(char character) const {
    return class_of_[static_cast<unsigned char>(character)];
  }

  std::string name_;
  int rows_ = 0;
  int cols_ = 0;
  std::vector<InkImages> sources_;  // keep the pixels alive
  std::vector<Picture> pictures_;
  std::array<std::size_t, 256> class_of_{};
  std::vector<Part> parts_;
};

}  // namespace glyphmill
