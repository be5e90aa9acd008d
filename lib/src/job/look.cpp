// SPDX-License-Identifier: Apache-2.0
#include "job/look.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/ascii.h"
#include "glyphmill/error.h"
#include "glyphmill/handwriting.h"
#include "glyphmill/tiles.h"
#include "glyphs/augment/digit_warp.h"
#include "job/picture_stack.h"
#include "job/tile_manifest.h"
#include "sinks/checksum.h"

namespace glyphmill {
namespace {

constexpr std::string_view kBuiltin = "builtin:";
constexpr std::string_view kHandwriting = "builtin:handwriting";
/// The built-in hand is drawn up to this size and enlarged beyond: a thousand writers at 1024 px
/// would take a minute and gigabytes.
constexpr int kMostDrawnSide = 128;

/// Digest of pieces; their sizes keep them apart.
class PieceChecksum {
 public:
  void add(const void* bytes, std::uint64_t size) {
    checksum_.add({reinterpret_cast<const char*>(&size), sizeof size});
    checksum_.add({static_cast<const char*>(bytes), size});
  }
  std::string hex() const { return checksum_.hex(); }

 private:
  sinks::Checksum checksum_;
};

/// Fills in a checksum that is not given, or compares the one that is.
void settle(std::string& given, const std::string& found, const std::string& name) {
  if (!given.empty() && given != found) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("glyphs.checksum: {} is not what the recipe was resolved with, and "
                            "would make other images; remove the key to use it all the same. "
                            "Got: {}",
                            name, found));
  }
  given = found;
}

GlyphSet load_tiles(TileOptions& options) {
  if (options.tiles.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                "glyphs.tiles: must name a tile folder or a built-in set. Got: ''");
  }
  const std::string_view tiles = options.tiles;
  const bool is_builtin = tiles.substr(0, kBuiltin.size()) == kBuiltin;
  const TileFolder folder =
      is_builtin ? builtin_tiles(tiles.substr(kBuiltin.size())) : read_tile_folder(options.tiles);
  PieceChecksum checksum;
  for (const TileFile& file : folder.files) {
    checksum.add(file.path.data(), file.path.size());
    checksum.add(file.bytes.data(), file.bytes.size());
  }
  checksum.add(folder.manifest.data(), folder.manifest.size());
  settle(options.checksum, checksum.hex(), folder.name);
  TileManifest manifest;
  if (!folder.manifest.empty()) {
    manifest = parse_tile_manifest(folder.manifest, folder.name + "/tiles.yaml");
  }
  return make_glyph_set(folder, manifest);
}

class TileDrawer final : public Drawer {
 public:
  explicit TileDrawer(TileLook& look)
      : glyphs_(load_tiles(look.glyphs)), composer_(glyphs_, look.compose) {}

  void check(const std::string& name, const std::string& text, std::size_t) const override {
    composer_.check(name, text);
  }
  void check_width(std::size_t characters) const override { composer_.check_width(characters); }
  void draw(Sample& sample, const StreamKey& key, std::size_t,
            ComposeScratch& scratch) const override {
    composer_.compose(sample, key, scratch.tiles);
  }

 private:
  GlyphSet glyphs_;
  Composer composer_;  // refers to `glyphs_`
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
  PieceChecksum checksum;
  checksum.add(&digits.rows, sizeof digits.rows);
  checksum.add(&digits.cols, sizeof digits.cols);
  checksum.add(digits.characters.data(), digits.size());
  checksum.add(digits.pixels, digits.size() * digits.area());
  settle(look.glyphs.checksum, checksum.hex(), name_of(look.glyphs));
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

std::unique_ptr<Drawer> make_drawer(Recipe& recipe, const std::vector<Range>& parts,
                                    const LabelSource& labels) {
  if (auto* look = std::get_if<TileLook>(&recipe.look)) return std::make_unique<TileDrawer>(*look);
  auto& look = std::get<DigitLook>(recipe.look);
  check_bounds(look.glyphs, "glyphs");
  check_bounds(look.compose, "compose");
  return std::make_unique<DigitDrawer>(look, parts, *recipe.seed, marks_of(labels),
                                       load_digits(look.glyphs, look.compose.height));
}

}  // namespace glyphmill
