// SPDX-License-Identifier: Apache-2.0
#include "labels/share.h"

#include <fmt/format.h>

#include "glyphmill/error.h"
#include "labels/sources.h"

namespace glyphmill {
namespace {

constexpr std::uint32_t kPlaceStage = stage_id("sample.label.place");

}  // namespace

bool LabelShare::holds(const std::string& label) const {
  // Eight bytes at a time: each step keys the next, and the length ends the chain.
  StreamKey key{seed, 0, kPlaceStage};
  std::uint64_t word = 0;
  std::size_t filled = 0;
  for (const char c : label) {
    word = word << 8 | static_cast<unsigned char>(c);
    if (++filled % 8 != 0) continue;
    key = derived(key, word);
    word = 0;
  }
  key = derived(derived(key, word), label.size());
  const double place = SampleRng(key).uniform01();
  return place >= interval.min && place < interval.max;
}

namespace labels {

void check_divisible(Balance balance) {
  if (balance != Balance::kPairs && balance != Balance::kPosition) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("disjoint: labels of balance {0} cannot be divided and stay even; take "
                          "balance iid or unique, or leave labels out of `disjoint`. Got: {0}",
                          balance_names()[static_cast<std::size_t>(balance)]));
}

void refuse_share(const LabelShare& share) {
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("splits.{}: has no label of its own: there must be more different ones, "
                          "or `disjoint` must leave labels out",
                          share.name));
}

}  // namespace labels
}  // namespace glyphmill
