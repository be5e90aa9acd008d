// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <opencv2/core.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace glyphmill {

/// A picture of a piece of text, taken apart into ink and ground.
struct Glyph {
  std::string text;         ///< what it shows: "7", "08", "年"
  std::string look;         ///< "" or the name shared by tiles that belong together: "receipt"
  cv::Mat coverage;         ///< CV_8UC1: 0 bare paper .. 255 full ink
  cv::Mat pixels;           ///< CV_8UC3: as it came, BGR
  cv::Scalar ink{0, 0, 0};  ///< BGR of full coverage
  cv::Scalar paper{255, 255, 255};        ///< BGR of none
  std::vector<cv::Rect> character_boxes;  ///< ink of each character of `text`, px, in order
};

/// A set of glyphs, arranged by look and by text. A sample takes all its glyphs from one look, as
/// print does; a look is a name that some tiles share. Tiles of looks that cannot write what the
/// others can (or of none) are pooled into one more look that has every tile, so none is left out.
/// All looks of a set can spell the same texts, with pieces of their own. Immutable; thread-safe.
class GlyphSet {
 public:
  /// Index of a glyph of one text within one look.
  using GlyphIndices = std::vector<std::uint32_t>;

  /// Throws Error(kInvalidArgument) for an empty set and for a text that is empty or not UTF-8.
  explicit GlyphSet(std::vector<Glyph> glyphs);

  const std::vector<Glyph>& glyphs() const { return glyphs_; }

  std::size_t look_count() const { return looks_.size(); }
  const std::string& look_name(std::size_t look) const { return looks_[look].name; }

  /// Splits `text` into pieces for which the look has glyphs: as few pieces as possible, the
  /// longest first. Fills `pieces` with the glyphs that each piece can be drawn with and returns
  /// true; false if the look cannot spell the text. The pointers live as long as the set.
  bool spell(std::string_view text, std::size_t look,
             std::vector<const GlyphIndices*>& pieces) const;

  /// Why no look can spell the text: "no tile for '32' and none for '3'". Empty if one can.
  std::string why_unspellable(std::string_view text) const;

 private:
  struct Look {
    std::string name;
    std::map<std::string, GlyphIndices, std::less<>> by_text;
    std::size_t longest_bytes = 0;

    void add(const Glyph& glyph, std::uint32_t index);
    const GlyphIndices* find(std::string_view text) const;
    bool spell(std::string_view text, std::vector<const GlyphIndices*>& pieces) const;
    bool can_spell(const Look& other) const;
    std::size_t reach(std::string_view text) const;
  };
  std::vector<Glyph> glyphs_;
  std::vector<Look> looks_;
};

}  // namespace glyphmill
