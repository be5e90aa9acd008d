// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/generator.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "glyphmill/error.h"
#include "glyphmill/tiles.h"
#include "job/recipe_fields.h"
#include "job/tile_manifest.h"
#include "sinks/checksum.h"
#include "sinks/encoder.h"
#include "sinks/file_name.h"

namespace glyphmill {
namespace {

constexpr std::string_view kBuiltin = "builtin:";
constexpr std::uint32_t kComposeStage = stage_id("sample.compose");

/// Digest of everything in a tile folder that can change a pixel. Sizes keep the pieces apart.
std::string checksum_of(const TileFolder& folder) {
  sinks::Checksum checksum;
  const auto add = [&](const auto& piece) {
    const std::uint64_t size = piece.size();
    checksum.add({reinterpret_cast<const char*>(&size), sizeof size});
    checksum.add({reinterpret_cast<const char*>(piece.data()), piece.size()});
  };
  for (const TileFile& file : folder.files) {
    add(file.path);
    add(file.bytes);
  }
  add(folder.manifest);
  return checksum.hex();
}

/// Reads the tiles; fills in the options' checksum, or compares it.
GlyphSet load_glyphs(GlyphOptions& options) {
  if (options.tiles.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                "glyphs.tiles: must name a tile folder or a built-in set. Got: ''");
  }
  const std::string_view tiles = options.tiles;
  const bool is_builtin = tiles.substr(0, kBuiltin.size()) == kBuiltin;
  const TileFolder folder =
      is_builtin ? builtin_tiles(tiles.substr(kBuiltin.size())) : read_tile_folder(options.tiles);
  const std::string checksum = checksum_of(folder);
  if (!options.checksum.empty() && options.checksum != checksum) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("glyphs.checksum: {} is not what the recipe was resolved with, and "
                            "would make other images; remove the key to use it all the same. "
                            "Got: {}",
                            folder.name, checksum));
  }
  options.checksum = checksum;
  TileManifest manifest;
  if (!folder.manifest.empty()) {
    manifest = parse_tile_manifest(folder.manifest, folder.name + "/tiles.yaml");
  }
  return make_glyph_set(folder, manifest);
}

std::uint64_t required_seed(const Recipe& recipe) {
  if (!recipe.seed) {
    throw Error(ErrorCode::kInvalidArgument, "seed: must be given to make samples. Got: auto");
  }
  return *recipe.seed;
}

/// A count that no recipe spelled: built in C++, or from `per_date`.
void check_count(std::uint64_t count) {
  const IntegerBounds bounds = recipe_numbers()[1].bounds;
  if (count >= bounds.min && count <= bounds.max) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("count: {}. Got: {}", rule_of(bounds), count));
}

}  // namespace

struct Generator::Impl {
  explicit Impl(const Recipe& given)
      : recipe(given),
        seed(required_seed(given)),
        labels(make_labels(given.labels, seed)),
        glyphs(load_glyphs(recipe.glyphs)),
        composer(glyphs, given.compose),
        pipeline(given.ops) {
    if (!recipe.count) recipe.count = labels->natural_count();
    check_count(*recipe.count);
    if (*recipe.count > labels->limit()) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("count: must not exceed the {} different labels that there are. "
                              "Got: {}",
                              labels->limit(), *recipe.count));
    }
    sinks::FileNamer(recipe.output.name_pattern, sinks::extension_of(recipe.output.image_ext),
                     *recipe.count);  // refuses what no run could write
    composer.check_width(labels->longest_text());
    labels->for_each_text(
        [this](const std::string& name, const std::string& text) { composer.check(name, text); });
  }

  Recipe recipe;
  std::uint64_t seed;
  std::unique_ptr<LabelSource> labels;
  GlyphSet glyphs;
  Composer composer;  // refers to `glyphs`
  Pipeline pipeline;
};

Generator::Generator(const Recipe& recipe) : impl_(std::make_unique<Impl>(recipe)) {}
Generator::~Generator() = default;
Generator::Generator(Generator&&) noexcept = default;
Generator& Generator::operator=(Generator&&) noexcept = default;

const Recipe& Generator::recipe() const { return impl_->recipe; }

std::uint64_t Generator::count() const { return *impl_->recipe.count; }

Sample Generator::sample(std::uint64_t k) const {
  Sample result;
  Scratch scratch;
  sample(k, result, scratch);
  return result;
}

void Generator::sample(std::uint64_t k, Sample& sample, Scratch& scratch) const {
  if (k >= count()) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("sample: index must be below {}. Got: {}", count(), k));
  }
  sample.index = k;
  sample.drawn.clear();
  impl_->labels->at(k, scratch.label);
  sample.label = scratch.label.label;
  sample.text = scratch.label.text;
  impl_->composer.compose(sample, {impl_->seed, k, kComposeStage}, scratch.compose);
  impl_->pipeline.run(sample, impl_->seed, scratch.image);
}

LabelText Generator::label(std::uint64_t k) const {
  LabelText label;
  impl_->labels->at(k, label);
  return label;
}

}  // namespace glyphmill
