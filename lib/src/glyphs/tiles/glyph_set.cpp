// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <opencv2/core/utility.hpp>
#include <utility>

#include "core/ascii.h"
#include "glyphmill/error.h"
#include "glyphmill/glyphs.h"
#include "glyphmill/utf8.h"

namespace glyphmill {
namespace {

/// True within a UTF-8 character: no piece begins there.
bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

enum class Kind { kDigit, kLetter, kOther };

/// What is written in one run: a reader sees "32" missing, not "2年".
Kind kind_of(std::string_view character) {
  const char c = character[0];
  if (core::is_digit(c)) return Kind::kDigit;
  return core::is_letter(c) || static_cast<unsigned char>(c) >= 0x80 ? Kind::kLetter : Kind::kOther;
}

/// At most `limit` characters of the kind that `text` begins with.
std::string first_run(std::string_view text, std::size_t limit) {
  std::string run;
  std::size_t count = 0;
  for (const std::string& character : utf8_characters(text)) {
    if (count++ == limit || kind_of(character) != kind_of(text)) break;
    run += character;
  }
  return run;
}

void check_text(const std::string& text) {
  if (!text.empty() && is_utf8(text)) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("glyphs: a text must be UTF-8 of at least one character. Got: '{}'",
                          printable(text)));
}

}  // namespace

void GlyphSet::Look::add(const Glyph& glyph, std::uint32_t index) {
  by_text[glyph.text].push_back(index);
  longest_bytes = std::max(longest_bytes, glyph.text.size());
}

const GlyphSet::GlyphIndices* GlyphSet::Look::find(std::string_view text) const {
  const auto found = by_text.find(text);
  return found == by_text.end() ? nullptr : &found->second;
}

bool GlyphSet::Look::spell(std::string_view text, std::vector<const GlyphIndices*>& pieces) const {
  /// The best spelling of the rest of the text from one offset on.
  struct Rest {
    const GlyphIndices* first;
    std::uint32_t first_bytes;
    std::uint32_t pieces;
  };
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  cv::AutoBuffer<Rest, 128> rests(text.size() + 1);
  rests[text.size()] = {nullptr, 0, 0};
  for (std::size_t begin = text.size(); begin-- > 0;) {
    Rest& best = rests[begin];
    best = {nullptr, 0, kNone};
    if (is_continuation(text[begin])) continue;
    const std::size_t last = std::min(text.size(), begin + longest_bytes);
    for (std::size_t end = begin + 1; end <= last; ++end) {
      // Among equals the later, which is the longer, wins.
      const std::uint32_t after = rests[end].pieces;
      if (after == kNone || after + 1 > best.pieces) continue;
      if (const GlyphIndices* found = find(text.substr(begin, end - begin))) {
        best = {found, static_cast<std::uint32_t>(end - begin), after + 1};
      }
    }
  }
  pieces.clear();
  if (rests[0].pieces == kNone) return false;
  for (std::size_t at = 0; at < text.size(); at += rests[at].first_bytes) {
    pieces.push_back(rests[at].first);
  }
  return true;
}

bool GlyphSet::Look::can_spell(const Look& other) const {
  std::vector<const GlyphIndices*> pieces;
  return std::all_of(other.by_text.begin(), other.by_text.end(),
                     [&](const auto& entry) { return spell(entry.first, pieces); });
}

/// Bytes of the longest part of `text`, from its start, that the look can spell.
std::size_t GlyphSet::Look::reach(std::string_view text) const {
  std::vector<bool> reached(text.size() + 1);
  reached[0] = true;
  std::size_t furthest = 0;
  for (std::size_t begin = 0; begin < text.size(); ++begin) {
    if (!reached[begin]) continue;
    const std::size_t last = std::min(text.size(), begin + longest_bytes);
    for (std::size_t end = begin + 1; end <= last; ++end) {
      if (find(text.substr(begin, end - begin)) == nullptr) continue;
      reached[end] = true;
      furthest = std::max(furthest, end);
    }
  }
  return furthest;
}

GlyphSet::GlyphSet(std::vector<Glyph> glyphs) : glyphs_(std::move(glyphs)) {
  if (glyphs_.empty()) {
    throw Error(ErrorCode::kInvalidArgument, "glyphs: must have at least one glyph. Got: none");
  }
  Look pooled;
  std::map<std::string, Look> named;
  for (std::size_t i = 0; i < glyphs_.size(); ++i) {
    const Glyph& glyph = glyphs_[i];
    check_text(glyph.text);
    const auto index = static_cast<std::uint32_t>(i);
    pooled.add(glyph, index);
    if (!glyph.look.empty()) named[glyph.look].add(glyph, index);
  }
  std::size_t placed = 0;
  for (auto& [name, look] : named) {
    if (!look.can_spell(pooled)) continue;
    for (const auto& entry : look.by_text) placed += entry.second.size();
    look.name = name;
    looks_.push_back(std::move(look));
  }
  if (placed < glyphs_.size()) looks_.push_back(std::move(pooled));
}

bool GlyphSet::spell(std::string_view text, std::size_t look,
                     std::vector<const GlyphIndices*>& pieces) const {
  return looks_[look].spell(text, pieces);
}

std::string GlyphSet::why_unspellable(std::string_view text) const {
  const std::size_t furthest = looks_.front().reach(text);  // as far as every other look
  if (furthest == text.size()) return "";
  std::size_t longest = 1;
  for (const Glyph& glyph : glyphs_) longest = std::max(longest, utf8_length(glyph.text));
  const std::string single = printable(first_run(text.substr(furthest), 1));
  const std::string piece = printable(first_run(text.substr(furthest), longest));
  if (piece == single) return fmt::format("no tile for '{}'", single);
  return fmt::format("no tile for '{}' and none for '{}'", piece, single);
}

}  // namespace glyphmill
