// SPDX-License-Identifier: Apache-2.0
#include "job/splits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "job/image_source.h"
#include "job/recipe_fields.h"
#include "labels/share.h"
#include "ops/stage_name.h"

namespace glyphmill {
namespace {

/// Thirds to three decimals are meant as thirds; the last split has what is left.
constexpr double kShareTolerance = 0.0015;

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

void check_split(const Split& split, std::set<std::string>& names) {
  if (!ops::is_stage_name(split.name)) {
    refuse(fmt::format("splits: names must be letters, digits, '_' and '-'. Got: {}",
                       shown(split.name)));
  }
  if (!names.insert(split.name).second) {
    refuse(fmt::format("splits: names must differ. Got: {} twice", split.name));
  }
  if (!(split.share > 0 && split.share <= 1)) {
    refuse(
        fmt::format("splits.{}: must be above 0 and at most 1. Got: {}", split.name, split.share));
  }
}

std::string_view name_of(Disjoint disjoint) {
  return disjoint_names()[static_cast<std::size_t>(disjoint)];
}

/// A law that cannot be divided says so itself.
void check_labels_divide(const Recipe& recipe) {
  for (const MixPart& part : parts_of(recipe)) {
    const auto* codes = std::get_if<CodeOptions>(&part.labels);
    if (codes == nullptr || is_images(part.look)) continue;
    if (codes->balance == Balance::kUnique && !recipe.mix.empty()) {
      refuse(
          fmt::format("disjoint: codes of balance unique differ among themselves only; in a mix "
                      "take balance iid, or leave labels out of `disjoint`. Got: {} with "
                      "mix.{}",
                      name_of(recipe.disjoint), part.name));
    }
    labels::check_divisible(codes->balance);
  }
}

/// One set of pictures is divided in one way only: the built-in hand of another height, or of more
/// writers, has other pictures of the same writers.
void check_pictures_divide(const Recipe& recipe) {
  const DigitLook* first = nullptr;
  std::string name;
  for (const MixPart& part : recipe.mix) {
    const auto* look = std::get_if<DigitLook>(&part.look);
    if (look == nullptr || look->glyphs.digits != "builtin:handwriting") continue;
    if (first == nullptr) {
      first = look;
      name = part.name;
    }
    const bool same = look->glyphs.writers == first->glyphs.writers &&
                      look->compose.height == first->compose.height;
    if (!same) {
      refuse(
          fmt::format("disjoint: parts of a mix must take the same pictures of the built-in "
                      "hand: the same glyphs.writers and compose.height. Got: mix.{} and "
                      "mix.{}",
                      name, part.name));
    }
  }
}

}  // namespace

std::vector<Split> parse_splits(const std::string& text) {
  std::vector<Split> splits;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string part = text.substr(at, end - at);
    const std::size_t colon = part.find(':');
    if (colon == std::string::npos) {
      refuse("must be NAME:SHARE,NAME:SHARE,... as in train:0.8,val:0.1,test:0.1. Got: " +
             shown(text));
    }
    splits.push_back({part.substr(0, colon), parse_number(part.substr(colon + 1), {0, 1})});
    at = end + 1;
  }
  return splits;
}

void check_splits(const Recipe& recipe) {
  std::set<std::string> names;
  double sum = 0;
  for (const Split& split : recipe.splits) {
    check_split(split, names);
    sum += split.share;
  }
  if (!recipe.splits.empty() && std::abs(sum - 1) > kShareTolerance) {
    refuse(fmt::format("splits: shares must sum to 1. Got: {:.6g}", sum));
  }
  if (!recipe.split.empty() && names.count(recipe.split) == 0) {
    refuse(fmt::format("split: must be one of the splits ({}). Got: {}", fmt::join(names, ", "),
                       shown(recipe.split)));
  }
  if (recipe.splits.empty() && recipe.disjoint != Disjoint::kAuto) {
    refuse(fmt::format("disjoint: only with splits. Got: {}", name_of(recipe.disjoint)));
  }
  if (recipe.splits.empty()) return;
  const Separation separation = separation_of(recipe, DigitLook{});
  if (separation.labels) check_labels_divide(recipe);
  if (separation.glyphs) check_pictures_divide(recipe);
}

std::vector<SplitRange> split_ranges(const std::vector<Split>& splits, std::uint64_t count) {
  if (splits.empty()) return {{0, count, {0, 1}}};
  std::vector<SplitRange> ranges;
  double sum = 0;
  for (const Split& split : splits) {
    const double begin = sum;
    sum = &split == &splits.back() ? 1 : sum + split.share;
    const auto sample = [count](double share) {
      return static_cast<std::uint64_t>(std::llround(share * static_cast<double>(count)));
    };
    ranges.push_back({sample(begin), sample(sum), {begin, sum}});
  }
  return ranges;
}

namespace {

std::uint64_t natural_count(const Recipe& recipe) {
  if (!recipe.mix.empty()) return kCountOfMix;
  const auto* const images = std::get_if<ImageLook>(&recipe.look);
  return images == nullptr ? make_labels(recipe.labels, 0)->natural_count()
                           : job::count_images(images->source);
}

}  // namespace

std::uint64_t sample_count(const Recipe& recipe) {
  const std::uint64_t count = recipe.count ? *recipe.count : natural_count(recipe);
  const std::vector<SplitRange> ranges = split_ranges(recipe.splits, count);
  for (std::size_t i = 0; i < recipe.splits.size(); ++i) {
    if (recipe.splits[i].name == recipe.split) return ranges[i].end - ranges[i].first;
  }
  return count;
}

}  // namespace glyphmill
