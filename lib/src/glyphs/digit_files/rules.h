// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "core/ascii.h"
#include "glyphmill/utf8.h"
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

[[noreturn]] inline void refuse_label(const std::string& name, std::string_view label,
                                      std::optional<std::uint64_t> at) {
  refuse(name, "labels must be 0 .. 9", printable(label.substr(0, 40)), at);
}

/// What a label of one digit says.
inline char digit_character(const std::string& name, std::string_view label,
                            std::optional<std::uint64_t> at = std::nullopt) {
  if (label.size() != 1 || !core::is_digit(label[0])) refuse_label(name, label, at);
  return label[0];
}

}  // namespace glyphmill::digit_files
