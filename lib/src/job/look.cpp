// SPDX-License-Identifier: Apache-2.0
#include "job/look.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>
#include <string_view>
#include <utility>

#include "core/ascii.h"
#include "glyphmill/balance.h"
#include "glyphmill/error.h"
#include "glyphmill/handwriting.h"
#include "glyphmill/tiles.h"
#include "glyphs/augment/digit_warp.h"
#include "job/picture_checksum.h"
#include "job/picture_stack.h"
#include "job/tile_manifest.h"

namespace glyphmill {
namespace {

constexpr std::string_view kBuiltin = "builtin:";
constexpr std::string_view kHandwriting = "builtin:handwriting";
/// Keys which looks of tiles a split has.
constexpr std::uint32_t kLookStage = stage_id("split.look");
/// The built-in hand is drawn up to this size and enlarged beyond: a thousand writers at 1024 px
/// would take a minute and gigabytes.
constexpr int kMostDrawnSide = 128;

GlyphSet load_tiles(TileOptions& options) {
  if (options.tiles.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                "glyphs.tiles: must name a tile folder or a built-in set. Got: ''");
  }
  const std::string_view tiles = options.tiles;
  const bool is_builtin = tiles.substr(0, kBuiltin.size()) == kBuiltin;
  const TileFolder folder =
      is_builtin ? builtin_tiles(tiles.substr(kBuiltin.size())) : read_tile_folder(options.tiles);
  job::PieceChecksum checksum;
  for (const TileFile& file : folder.files) {
    checksum.add(file.path.data(), file.path.size());
    checksum.add(file.bytes.data(), file.bytes.size());
  }
  checksum.add(folder.manifest.data(), folder.manifest.size());
  job::settle_checksum(options.checksum, checksum.hex(), "glyphs", folder.name);
  TileManifest manifest;
  if (!folder.manifest.empty()) {
    manifest = parse_tile_manifest(folder.manifest, folder.name + "/tiles.yaml");
  }
  return make_glyph_set(folder, manifest);
}

/// The names of the looks that a part of the tiles has: which they are is keyed by `seed`.
std::set<std::string> looks_of(const GlyphSet& glyphs, const Range& part, std::uint64_t seed,
                               const std::string& tiles) {
  std::set<std::string> names;
  for (const Glyph& glyph : glyphs.glyphs()) names.insert(glyph.look);
  const auto size = static_cast<double>(names.size());
  const auto first = static_cast<std::uint64_t>(std::llround(part.min * size));
  const auto end = static_cast<std::uint64_t>(std::llround(part.max * size));
  if (first == end) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("disjoint: each split must have a look of its own, and {} has {}; take "
                            "other shares, or `disjoint` without glyphs. Got: a split of {:.3g}",
                            tiles, names.size(), part.max - part.min));
  }
  std::set<std::string> chosen;
  std::uint64_t index = 0;
  for (const std::string& name : names) {
    const std::uint64_t place = permuted(index++, names.size(), {seed, 0, kLookStage});
    if (place >= first && place < end) chosen.insert(name);
  }
  return chosen;
}

GlyphSet part_of(const GlyphSet& glyphs, const std::set<std::string>& looks) {
  std::vector<Glyph> chosen;
  for (const Glyph& glyph : glyphs.glyphs()) {
    if (looks.count(glyph.look) != 0) chosen.push_back(glyph);
  }
  return GlyphSet(std::move(chosen));
}

bool is_whole(const std::vector<Range>& parts) {
  return parts.size() == 1 && parts.front().min <= 0 && parts.front().max >= 1;
}

/// The tiles of one part.
struct TileSet {
  TileSet(GlyphSet set, const ComposeOptions& options)
      : glyphs(std::move(set)), composer(glyphs, options) {}

  GlyphSet glyphs;
  Composer composer;  // refers to `glyphs`
};

class TileDrawer final : public Drawer {
 public:
  TileDrawer(TileLook& look, const std::vector<Range>& parts, std::uint64_t seed) {
    GlyphSet all = load_tiles(look.glyphs);
    if (is_whole(parts)) {
      sets_.push_back(std::make_unique<TileSet>(std::move(all), look.compose));
      return;
    }
    for (const Range& part : parts) {
      const auto looks = looks_of(all, part, seed, look.glyphs.tiles);
      sets_.push_back(std::make_unique<TileSet>(part_of(all, looks), look.compose));
    }
  }

  void check(const std::string& name, const std::string& text, std::size_t part) const override {
    sets_[part]->composer.check(name, text);
  }
  void check_width(std::size_t characters) const override {
    for (const auto& set : sets_) set->composer.check_width(characters);
  }
  void draw(Sample& sample, const StreamKey& key, std::size_t part,
            ComposeScratch& scratch) const override {
    sets_[part]->composer.compose(sample, key, scratch.tiles);
  }

 private:
  std::vector<std::unique_ptr<TileSet>> sets_;  // of each part
};

InkImages load_digits(const DigitOptions& options, std::uint64_t height) {
  const std::string_view digits = options.digits;
  if (digits == kHandwriting) {
    const int size = std::min(static_cast<int>(height), kMostDrawnSide);
    return handwriting({options.writers, size, "0123456789"});
  }
  if (digits.substr(0, kBuiltin.size()) == kBuiltin) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("glyphs.digits: must be a path or {}. Got: {}", kHandwriting, digits));
  }
  InkImages images = read_digits(options.digits);
  job::check_sides(options.digits, {images.cols, images.rows}, glyphs::kMostSide);
  return images;
}

/// The characters that labels need and no set of digits has, in the built-in hand.
std::string marks_of(const LabelSource& labels) {
  std::string marks;
  labels.for_each_text([&](const std::string&, const std::string& text) {
    for (const char c : text) {
      const bool is_mark =
          !core::is_digit(c) && kHandwrittenCharacters.find(c) != std::string_view::npos;
      if (is_mark && marks.find(c) == std::string::npos) marks += c;
    }
  });
  std::sort(marks.begin(), marks.end());
  return marks;
}

/// The pictures' middle columns, or with empty columns on both sides.
InkImages with_columns(const InkImages& images, int cols) {
  const auto pixels = std::make_shared<std::vector<std::uint8_t>>(
      images.size() * static_cast<std::size_t>(images.rows * cols));
  InkImages result = images;
  result.cols = cols;
  result.pixels = pixels->data();
  result.owner = pixels;
  const int copied = std::min(cols, images.cols);
  const std::size_t rows = images.size() * static_cast<std::size_t>(images.rows);
  for (std::size_t row = 0; row < rows; ++row) {
    std::memcpy(
        pixels->data() + row * static_cast<std::size_t>(cols) + (cols - copied) / 2,
        images.pixels + row * static_cast<std::size_t>(images.cols) + (images.cols - copied) / 2,
        static_cast<std::size_t>(copied));
  }
  return result;
}

std::string name_of(const DigitOptions& options) {
  return options.digits == kHandwriting ? "the built-in handwriting" : options.digits;
}

DigitSet load_digit_set(DigitLook& look, const std::vector<Range>& parts, std::uint64_t seed,
                        const std::string& marks, InkImages digits) {
  job::PieceChecksum checksum;
  checksum.add(&digits.rows, sizeof digits.rows);
  checksum.add(&digits.cols, sizeof digits.cols);
  checksum.add(digits.characters.data(), digits.size());
  checksum.add(digits.pixels, digits.size() * digits.area());
  job::settle_checksum(look.glyphs.checksum, checksum.hex(), "glyphs", name_of(look.glyphs));
  std::vector<InkImages> sources;
  const int rows = digits.rows, cols = digits.cols;
  sources.push_back(std::move(digits));
  if (!marks.empty()) {
    InkImages drawn = handwriting({look.glyphs.writers, rows, marks});
    sources.push_back(cols == rows ? std::move(drawn) : with_columns(drawn, cols));
  }
  return {std::move(sources),
          {name_of(look.glyphs), parts, seed, look.glyphs.writer_consistency > 0}};
}

class DigitDrawer final : public Drawer {
 public:
  DigitDrawer(DigitLook& look, const std::vector<Range>& parts, std::uint64_t seed,
              const std::string& marks, const InkImages& digits)
      : digits_(load_digit_set(look, parts, seed, marks, digits)),
        augment_(look.augment, digits),
        composer_(digits_, augment_, look.compose, look.glyphs.writer_consistency) {}

  void check(const std::string& name, const std::string& text, std::size_t part) const override {
    composer_.check(name, text, part);
  }
  void check_width(std::size_t characters) const override { composer_.check_width(characters); }
  void draw(Sample& sample, const StreamKey& key, std::size_t part,
            ComposeScratch& scratch) const override {
    composer_.compose(sample, key, part, scratch.digits);
  }

 private:
  DigitSet digits_;
  ImageDataGenerator augment_;
  SequenceComposer composer_;  // refers to both
};

}  // namespace

std::unique_ptr<Drawer> make_drawer(Look& look, const std::vector<Range>& parts, std::uint64_t seed,
                                    const LabelSource& labels) {
  if (auto* tiles = std::get_if<TileLook>(&look)) {
    return std::make_unique<TileDrawer>(*tiles, parts, seed);
  }
  auto& digits = std::get<DigitLook>(look);
  check_bounds(digits.glyphs, "glyphs");
  check_bounds(digits.compose, "compose");
  return std::make_unique<DigitDrawer>(digits, parts, seed, marks_of(labels),
                                       load_digits(digits.glyphs, digits.compose.height));
}

}  // namespace glyphmill
