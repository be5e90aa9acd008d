// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/labels.h"
#include "glyphmill/random.h"

namespace glyphmill::labels {

/// What `labels.balance` says, in the order of Balance.
const std::vector<std::string_view>& balance_names();

/// The stage that label laws draw from.
inline constexpr std::uint32_t kStage = stage_id("sample.label");

std::unique_ptr<LabelSource> make_codes(const CodeOptions& options, std::uint64_t seed,
                                        const LabelShare& share, const LabelWeights& weights);
std::unique_ptr<LabelSource> make_dates(const DateOptions& options, std::uint64_t seed,
                                        const LabelShare& share);
std::unique_ptr<LabelSource> make_list(const ListOptions& options, std::uint64_t seed,
                                       const LabelShare& share);
std::unique_ptr<LabelSource> make_pattern(const PatternOptions& options, std::uint64_t seed,
                                          const LabelShare& share);
std::unique_ptr<LabelSource> make_phones(const PhoneOptions& options, std::uint64_t seed,
                                         const LabelShare& share);

/// Throws Error(kInvalidArgument) naming `field` unless `text` is UTF-8 of characters that can be
/// drawn on one line and kept in one field of a table: no control characters, no invisible ones,
/// no white space but the space.
void check_printable(const std::string& field, const std::string& text);

}  // namespace glyphmill::labels
