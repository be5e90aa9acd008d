// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "glyphmill/study.h"

/// What the files of a study say.
namespace glyphmill::search {

constexpr std::uint64_t kMostTrials = 100000;

/// "000012"
std::string trial_name(std::uint64_t number);

std::string to_json(const StudyTrial& trial);
/// Throws Error(kFormat) that names `origin` unless it is a trial of that space and number.
StudyTrial parsed_trial(const std::string& origin, std::string_view json, const Space& space,
                        std::uint64_t number);

std::string to_csv(const Study& study);

/// The clock's time now.
std::string time_now();

}  // namespace glyphmill::search
