// SPDX-License-Identifier: Apache-2.0
#include "job/splits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "job/recipe_fields.h"
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
  if (!recipe.splits.empty() && !std::holds_alternative<DigitLook>(recipe.look)) {
    refuse("splits: only with glyphs of kind digits, whose pictures can be divided. Got: tiles");
  }
  if (!recipe.split.empty() && names.count(recipe.split) == 0) {
    refuse(fmt::format("split: must be one of the splits ({}). Got: {}", fmt::join(names, ", "),
                       shown(recipe.split)));
  }
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

SplitRange made_range(const Recipe& recipe) {
  const std::vector<SplitRange> ranges = split_ranges(recipe.splits, *recipe.count);
  for (std::size_t i = 0; i < recipe.splits.size(); ++i) {
    if (recipe.splits[i].name == recipe.split) return ranges[i];
  }
  return {0, *recipe.count};
}

}  // namespace glyphmill
