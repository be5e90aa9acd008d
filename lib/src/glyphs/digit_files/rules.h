// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "glyphs/digit_files/file_bytes.h"

/// What every format must keep to.
namespace glyphmill::digit_files {

/// px; two of them multiplied are still an int.
constexpr std::uint64_t kMostSide = 16384;

inline void require_side(const std::string& name, std::uint64_t side,
                         std::optional<std::uint64_t> at = std::nullopt) {
  if (side >= 1 && side <= kMostSide) return;
  refuse(name, fmt::format("pictures must have 1 to {} rows and columns", kMostSide),
         fmt::format("{}", side), at);
}

inline void require_counts(const std::string& name, std::uint64_t images, std::uint64_t labels) {
  if (images == 0) refuse(name, "a data set must have images", "none");
  if (images == labels) return;
  refuse(name, "every image must have its label",
         fmt::format("{} images and {} labels", images, labels));
}

template <class Number>
char digit_character(const std::string& name, Number label, std::uint64_t at) {
  if (label < 0 || label > 9) {
    refuse(name, "labels must be 0 .. 9", fmt::format("{}", label), at);
  }
  return static_cast<char>('0' + static_cast<char>(label));
}

}  // namespace glyphmill::digit_files
