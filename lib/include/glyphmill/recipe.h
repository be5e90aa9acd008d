// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "glyphmill/compose.h"
#include "glyphmill/labels.h"
#include "glyphmill/ops.h"
#include "glyphmill/output.h"

/// A recipe says everything about a data set except where it goes and how many threads make it:
/// the same recipe with the same seed gives the same bytes.
namespace glyphmill {

/// Where the pictures of the characters come from.
struct GlyphOptions {
  std::string tiles = "builtin:codes";  ///< a tile folder, or builtin:codes, builtin:dates
  /// XXH3-128 of the folder's names and content, 32 hexadecimal digits. Filled in when a recipe is
  /// resolved; where it is given, other tiles are refused, for they would make other bytes.
  std::string checksum;
};

void describe(GlyphOptions& options, FieldVisitor& visitor);

struct Recipe {
  std::optional<std::uint64_t> seed;  ///< drawn by the programs when not given
  /// Samples, 1 .. 10^12; auto: LabelSource::natural_count.
  std::optional<std::uint64_t> count;
  LabelOptions labels;
  GlyphOptions glyphs;
  ComposeOptions compose;
  std::vector<Stage> ops;
  OutputOptions output;
};

/// The recipe of the main job: ten-digit codes, half of them rotated, with Gaussian and
/// salt-and-pepper noise.
Recipe codes_recipe();
/// The same for dates, every day of 2018, ten images a day.
Recipe dates_recipe();

/// Reads a recipe file (YAML). Keys that are not given keep the defaults of the recipe's label kind
/// (`codes_recipe` or `dates_recipe`). Strict: unknown, repeated or mistyped keys and values out of
/// range are reported together, each as "file:line:col: key: rule. Got: value", in one
/// Error(kInvalidArgument). Throws Error(kNotFound) or (kIo) if the file cannot be read.
Recipe read_recipe(const std::string& path);

/// The same from memory; `name` stands for the file in messages.
Recipe parse_recipe(const std::string& yaml, const std::string& name);

/// The recipe as YAML, every field spelled out; `parse_recipe` gives it back.
std::string to_yaml(const Recipe& recipe);

/// Sets one field by its path, as a flag does: ("compose.width_mean", {"300"}). Paths: seed, count,
/// labels.*, glyphs.*, compose.*, ops.STAGE.*, output.*. STAGE is a stage's name, or an operation
/// that one stage has; an operation that no stage has is added with its defaults. Throws
/// Error(kInvalidArgument) "origin: rule. Got: value", `origin` being what the user typed, e.g.
/// "--width-mean".
void set_field(Recipe& recipe, const std::string& path, const std::vector<std::string>& values,
               const std::string& origin);

/// A field's value as a recipe spells it, and its help text; for flags' help. Throws
/// Error(kInternal) for an unknown path.
struct FieldText {
  std::string value;
  std::string help;
};
FieldText field_text(const Recipe& recipe, const std::string& path);

}  // namespace glyphmill
