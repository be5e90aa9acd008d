// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/error.h"
#include "glyphmill/fields.h"
#include "glyphmill/recipe.h"

namespace glyphmill {

/// A field of the recipe itself.
struct RecipeNumber {
  std::string_view key;
  std::optional<std::uint64_t> Recipe::*member;
  IntegerBounds bounds;
  std::string_view help;
};

/// Seed and count.
const std::array<RecipeNumber, 2>& recipe_numbers();

/// What `labels.kind` says, in the order of LabelOptions' alternatives.
const std::vector<std::string_view>& label_kinds();

/// What `glyphs.kind` says, in the order of Look's alternatives, the last of which has no glyphs.
const std::vector<std::string_view>& look_kinds();

/// The key of LabelWeights in `labels`.
inline constexpr char kWeightsKey[] = "weights";
inline constexpr std::string_view kWeightsHelp =
    "how much more often than evenly labels hold certain characters, and pairs of them: a file of "
    "characters, pairs, repeats and positions";

inline constexpr std::string_view kSplitHelp = "the one of the splits to make; \"\": all";
inline constexpr std::string_view kDisjointHelp =
    "what no two splits have in common: glyphs (pictures of characters, looks of tiles, labelled "
    "images), labels, both or none; auto: glyphs where there are no tiles, else none";

/// What `disjoint` says, in the order of Disjoint.
const std::vector<std::string_view>& disjoint_names();

/// The sections that each part of a mix has of its own.
inline constexpr std::array<std::string_view, 6> kPartSections{"labels",  "glyphs", "augment",
                                                               "compose", "source", "ops"};

/// Those of them whose place `source` takes.
inline constexpr std::array<std::string_view, 4> kDrawnSections{"labels", "glyphs", "augment",
                                                                "compose"};

constexpr std::size_t kMostParts = 64;
constexpr std::size_t kMostJobs = 1000;
constexpr std::size_t kLongestJobName = 100;  ///< a directory's name
inline constexpr Bounds kWeightBounds{0.000001, 1000000};
inline constexpr std::string_view kWeightHelp =
    "the part's share of the samples, relative to the weights of the others";

/// Samples of a mix when nobody says.
constexpr std::uint64_t kCountOfMix = 100;

/// The recipe's mix; one part without a name of a recipe that has none.
std::vector<MixPart> parts_of(const Recipe& recipe);

/// An error of a part, in the words of the whole: "labels.from: ..." becomes
/// "mix.NAME.labels.from: ...".
std::string in_part(const std::string& part, const std::string& message);

/// Calls `use`; an Error of it is one of the part. A part without a name is the recipe itself.
template <class Use>
auto within_part(const std::string& part, const Use& use) {
  try {
    return use();
  } catch (const Error& error) {
    throw Error(error.code(), in_part(part, error.what()));
  }
}

/// `disjoint` with auto resolved.
struct Separation {
  bool glyphs = false;
  bool labels = false;
};
/// What it means for a part of this look.
Separation separation_of(const Recipe& recipe, const Look& look);

/// Calls `visit(section, options)` for each section of a recipe that says what texts look like.
template <class AnyLook, class Visit>
void for_each_section(AnyLook& look, const Visit& visit) {
  if (auto* tiles = std::get_if<TileLook>(&look)) {
    visit("glyphs", tiles->glyphs);
    visit("compose", tiles->compose);
  }
  if (auto* digits = std::get_if<DigitLook>(&look)) {
    visit("glyphs", digits->glyphs);
    visit("augment", digits->augment);
    visit("compose", digits->compose);
  }
  if (auto* images = std::get_if<ImageLook>(&look)) visit("source", images->source);
}

inline bool is_images(const Look& look) { return std::holds_alternative<ImageLook>(look); }

/// Throws Error(kInvalidArgument) naming "source" for one without images, and "output.format" for a
/// format that needs to know where characters are.
void check_sources(const Recipe& recipe);

/// Throws Error(kInvalidArgument) naming "splits", "split" or "disjoint" for names that are no
/// directories or come twice, shares that do not sum to 1, an unknown `split`, laws and pictures
/// that cannot be divided.
void check_splits(const Recipe& recipe);

/// Throws Error(kInvalidArgument) naming "mix" for too many parts, names that are none or come
/// twice, weights out of bounds.
void check_mix(const Recipe& recipe);

/// Whether everything is handwriting.
bool is_handwriting(const Recipe& recipe);

/// The format of the images, where the recipe leaves it to us.
ImageExt resolved_image_ext(const Recipe& recipe);

/// The defaults of a kind of labels.
Recipe default_recipe(std::size_t label_kind);

}  // namespace glyphmill
