// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "common/program.h"
#include "glyphmill/parse.h"

namespace glyphmill {
namespace {

void set_rotation(Recipe& recipe, const Values& values, const std::string& origin) {
  const double degrees = named(origin, [&] { return parse_number(values.front(), {0, 180}); });
  // 0 - 0 is 0, where -0 would be spelled "-0".
  set_field(recipe, "ops.affine.angle_deg", {fmt::to_string(0 - degrees), fmt::to_string(degrees)},
            origin);
}

/// Other tiles than the recipe's are what was asked for.
void set_tiles(Recipe& recipe, const Values& values, const std::string& origin) {
  set_field(recipe, "glyphs.tiles", values, origin);
  set_field(recipe, "glyphs.checksum", {""}, origin);
}

constexpr char kLook[] = "Look";
constexpr char kNoise[] = "Noise and geometry";
constexpr char kOutput[] = "Output";

void set_splits(Recipe& recipe, const Values& values, const std::string& origin) {
  recipe.splits = named(origin, [&] { return parse_splits(values.front()); });
}

}  // namespace

RecipeFlags split_flags() {
  return {
      {{"split",
        "NAME:SHARE,...",
        kOutput,
        "several data sets, as in train:0.8,val:0.1,test:0.1, each in a directory of its name",
        {"validation-split"}},
       "",
       {},
       set_splits},
      {{"disjoint", "WHAT", kOutput, ""}, "disjoint"},
  };
}

RecipeFlag weights_flag(std::vector<std::string> laws) {
  return {{"weights", "FILE", "Labels", "", std::move(laws)}, "labels.weights"};
}

RecipeFlag seed_flag() { return {{"seed", "N", "Running", ""}, "seed"}; }

RecipeFlags tile_flags() {
  return {
      {{"tiles", "DIR", kLook, ""}, "glyphs.tiles", {}, set_tiles},
      {{"height", "PX", kLook, ""}, "compose.height"},
      {{"width-mean", "PX", kLook, ""}, "compose.width_mean"},
      {{"width-stddev", "PX", kLook, ""}, "compose.width_stddev"},
      {{"ink-height", "SHARE", kLook, ""}, "compose.ink_height_fraction"},
      {{"spacing", "MIN [MAX]", kLook, ""}, "compose.spacing_px"},
      {{"margin", "MIN [MAX]", kLook, ""}, "compose.margin_px"},
      {{"baseline-jitter", "PX", kLook, ""}, "compose.baseline_jitter_px"},
      {{"seams", "blend|keep", kLook, ""}, "compose.seams"},
      {{"ink", "shared|own", kLook, ""}, "compose.ink"},
      {{"color", "", kLook, "images in colour", {"gray"}}, "compose.color", {"true"}},
      {{"gray", "", kLook, "images in gray"}, "compose.color", {"false"}},
  };
}

RecipeFlags disturbance_flags() {
  return {
      {{"gaussian-sigma", "MIN [MAX]", kNoise, ""}, "ops.gaussian_noise.sigma"},
      {{"salt-pepper", "MIN [MAX]", kNoise, ""}, "ops.salt_pepper.amount"},
      {{"salt-share", "MIN [MAX]", kNoise, ""}, "ops.salt_pepper.salt_share"},
      {{"rotate-fraction", "SHARE", kNoise, "share of the images that are turned"},
       "ops.affine.probability"},
      {{"rotate-degrees", "D", kNoise,
        "turned by up to D degrees either way, 0 to 180 (default: 3)"},
       "",
       {},
       set_rotation},
      {{"shear", "MIN [MAX]", kNoise, ""}, "ops.affine.shear_x"},
      {{"border", "NAME", kNoise, ""}, "ops.affine.border"},
  };
}

RecipeFlags output_flags() {
  return {
      {{"format", "NAME [NAME]", kOutput, ""}, "output.format"},
      {{"image-ext", "jpg|png|auto", kOutput, ""}, "output.image_ext"},
      {{"quality", "N", kOutput, ""}, "output.quality"},
      {{"name-pattern", "TEXT", kOutput, ""}, "output.name_pattern"},
      {{"pack-name", "TEXT", kOutput, ""}, "output.pack_name"},
      {{"normalize", "", kOutput, ""}, "output.normalize", {"true"}},
      {{"annotations", "", kOutput, ""}, "output.annotations", {"true"}},
      {{"shard-size", "N", kOutput, ""}, "output.shard_size"},
  };
}

RecipeFlags with_common(std::vector<RecipeFlags> groups) {
  groups.push_back(disturbance_flags());
  groups.push_back(output_flags());
  groups.push_back(split_flags());
  groups.push_back({seed_flag()});
  RecipeFlags flags;
  for (RecipeFlags& group : groups) {
    for (RecipeFlag& flag : group) flags.push_back(std::move(flag));
  }
  return flags;
}

}  // namespace glyphmill
