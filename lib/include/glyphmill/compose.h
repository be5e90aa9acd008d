// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <optional>
#include <vector>

#include "glyphmill/fields.h"
#include "glyphmill/glyphs.h"
#include "glyphmill/random.h"
#include "glyphmill/sample.h"

namespace glyphmill {

namespace compose {
struct PreparedGlyph;
}

/// What happens where the grounds of two tiles meet.
enum class Seams {
  kBlend,  ///< ink only, on one paper: no seam anywhere
  kKeep,   ///< tiles side by side with their own ground
};

/// Whose colour the ink of a sample has.
enum class Ink {
  kShared,  ///< all glyphs take the ink of one of them, as one pen or printer would
  kOwn,     ///< each glyph keeps its own
};

/// How glyphs sit on the image. Lengths are pixels of the composed line, before its width is drawn.
struct ComposeOptions {
  std::uint64_t height = 50;          ///< px of the image; 8 .. 1024
  double ink_height_fraction = 0.62;  ///< height of a digit's ink over the image's; 0.1 .. 1
  /// Between neighbouring tiles, drawn for each gap; auto: 0.10 to 0.18 of the height. Negative
  /// overlaps. -1000 .. 1000
  std::optional<Range> spacing_px;
  /// Before the first and after the last tile; auto: 0.07 to 0.15 of the height. 0 .. 10000
  std::optional<Range> margin_px;
  /// Standard deviation of a glyph's vertical place; auto: 0.014 of the height. 0 .. 100
  std::optional<double> baseline_jitter_px;
  /// px, mean of the final width; auto: `width_per_character` for each character at height 50,
  /// in proportion at others.
  std::optional<double> width_mean;
  double width_per_character = 28.5;
  /// px, standard deviation of the final width; auto: 10 at height 50, in proportion at others, but
  /// at most 0.04 of the mean.
  std::optional<double> width_stddev;
  Seams seams = Seams::kBlend;
  Ink ink = Ink::kShared;
  bool color = true;  ///< CV_8UC3, otherwise CV_8UC1
};

void describe(ComposeOptions& options, FieldVisitor& visitor);

/// Narrowest readable image for a text of so many characters, px (0.2 of the height a character).
/// The final width's normal law is truncated there, and at twice its mean.
double narrowest_width(const ComposeOptions& options, std::size_t characters);

/// Draws texts with the glyphs of one set. Prepares every glyph once, at the composed size.
/// Immutable; thread-safe.
class Composer {
 public:
  /// Keeps a reference to `glyphs`. Throws Error: kInvalidArgument for options out of bounds,
  /// kFormat for a tile with so little ink that it would be huge at its size on the line.
  Composer(const GlyphSet& glyphs, const ComposeOptions& options);
  ~Composer();

  /// Throws Error(kInvalidArgument) if no look can spell `text`; `name` is its name in the message.
  void check(const std::string& name, const std::string& text) const;

  /// Throws Error(kInvalidArgument) if the mean width leaves a text of so many characters less than
  /// `narrowest_width`, or if its line could be longer than 2^20 px.
  void check_width(std::size_t characters) const;

  /// Working memory; keep one per thread.
  struct Scratch {
    /// A glyph and where it was put: shift of its columns and of the line's rows.
    struct Placed {
      const compose::PreparedGlyph* glyph = nullptr;
      cv::Point shift;
    };
    cv::Mat line;
    cv::Mat resized;
    std::vector<const GlyphSet::GlyphIndices*> pieces;
    std::vector<Placed> placed;
  };

  /// Draws `sample.text` (which `check` accepts, and `check_width` its length) into the sample:
  /// image, characters, paper and the drawn values. `key` is the stream of this sample's "compose"
  /// stage.
  void compose(Sample& sample, const StreamKey& key, Scratch& scratch) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace glyphmill
