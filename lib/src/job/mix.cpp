// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "glyphmill/parse.h"
#include "job/recipe_fields.h"
#include "ops/stage_name.h"

namespace glyphmill {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

bool has_tiles(const Recipe& recipe) {
  const std::vector<MixPart> parts = parts_of(recipe);
  return std::any_of(parts.begin(), parts.end(), [](const MixPart& part) {
    return std::holds_alternative<TileLook>(part.look);
  });
}

void check_source(const Recipe& recipe, const ImageSourceOptions& source) {
  if (source.images.empty()) {
    refuse("source.images: must name a data set, or a directory of labelled images. Got: ''");
  }
  const std::vector<Format>& formats = recipe.output.format;
  if (std::find(formats.begin(), formats.end(), Format::kCoco) != formats.end()) {
    refuse(
        "output.format: coco says where each character is, which is not known of the images of "
        "a source. Got: coco");
  }
}

}  // namespace

void check_sources(const Recipe& recipe) {
  for (const MixPart& part : parts_of(recipe)) {
    const auto* images = std::get_if<ImageLook>(&part.look);
    if (images == nullptr) continue;
    within_part(part.name, [&] { check_source(recipe, images->source); });
  }
}

std::vector<MixPart> parts_of(const Recipe& recipe) {
  if (!recipe.mix.empty()) return recipe.mix;
  return {{"", 1, recipe.labels, recipe.look, recipe.ops, recipe.label_weights}};
}

std::string in_part(const std::string& part, const std::string& message) {
  if (part.empty()) return message;
  const std::string first = message.substr(0, message.find_first_of(".:"));
  const bool is_section =
      std::find(kPartSections.begin(), kPartSections.end(), first) != kPartSections.end();
  return fmt::format("mix.{}{}{}", part, is_section ? "." : ": ", message);
}

void check_mix(const Recipe& recipe) {
  if (recipe.mix.size() > kMostParts) {
    refuse(fmt::format("mix: must have at most {} parts. Got: {}", kMostParts, recipe.mix.size()));
  }
  std::set<std::string> names;
  for (const MixPart& part : recipe.mix) {
    if (!ops::is_stage_name(part.name)) {
      refuse(fmt::format("mix: names must be letters, digits, '_' and '-'. Got: {}",
                         shown(part.name)));
    }
    if (!names.insert(part.name).second) {
      refuse(fmt::format("mix: names must differ. Got: {} twice", part.name));
    }
    if (!(part.weight >= kWeightBounds.min && part.weight <= kWeightBounds.max)) {
      refuse(fmt::format("mix.{}.weight: {}. Got: {}", part.name, rule_of(kWeightBounds),
                         part.weight));
    }
  }
}

bool is_handwriting(const Recipe& recipe) {
  const auto is_digits = [](const Look& look) { return std::holds_alternative<DigitLook>(look); };
  if (recipe.mix.empty()) return is_digits(recipe.look);
  return std::all_of(recipe.mix.begin(), recipe.mix.end(),
                     [&](const MixPart& part) { return is_digits(part.look); });
}

Separation separation_of(const Recipe& recipe, const Look& look) {
  if (recipe.splits.empty()) return {};
  switch (recipe.disjoint) {
    case Disjoint::kAuto:
      return {is_images(look) || !has_tiles(recipe), false};
    case Disjoint::kNone:
      return {};
    case Disjoint::kGlyphs:
      return {true, false};
    case Disjoint::kLabels:
      return {false, true};
    case Disjoint::kBoth:
      return {true, true};
  }
  return {};
}

}  // namespace glyphmill
