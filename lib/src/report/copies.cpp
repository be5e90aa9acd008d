// SPDX-License-Identifier: Apache-2.0
#include "report/copies.h"

#include <xxhash.h>

#include <algorithm>
#include <tuple>

namespace glyphmill::report {

void Copies::add(std::uint64_t index, std::string_view bytes) {
  entries_.push_back({XXH3_64bits(bytes.data(), bytes.size()), index});
}

void Copies::take(Copies& other) {
  if (entries_.empty()) {
    entries_.swap(other.entries_);
    return;
  }
  entries_.insert(entries_.end(), other.entries_.begin(), other.entries_.end());
  other.entries_ = {};
}

Duplicates Copies::duplicates() {
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.hash, a.index) < std::tie(b.hash, b.index);
  });
  Duplicates result;
  for (std::size_t i = 1; i < entries_.size(); ++i) {
    if (entries_[i].hash != entries_[i - 1].hash) continue;
    const bool is_example = result.count++ == 0 || entries_[i].index < result.second;
    if (is_example) {
      result.first = entries_[i - 1].index;
      result.second = entries_[i].index;
    }
  }
  return result;
}

}  // namespace glyphmill::report
