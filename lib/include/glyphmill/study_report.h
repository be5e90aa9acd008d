// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

#include "glyphmill/search.h"

/// What a search has shown. A failed trial counts as the worst.
namespace glyphmill::search {

/// How much the scores have to do with a parameter, in the trials that were made: a search that
/// settles early on a value tells little of the others.
struct Influence {
  std::string parameter;
  std::size_t trials = 0;  ///< that have it and have ended
  /// Share of the variance of the scores' ranks that is between groups of trials, from 0 to 1 and
  /// without bias: epsilon squared (T. L. Kelley, "An unbiased correlation ratio measure", PNAS 21,
  /// 1935). Groups are the values, or up to 5 equally large intervals of numbers that have more.
  double explained = 0;
  /// Spearman's rank correlation of number and score; below 0: higher is better. None for text and
  /// for what does not vary.
  std::optional<double> correlation = std::nullopt;
};

/// One for each parameter that is not fixed, the most influential first.
std::vector<Influence> influences(const Space& space, const std::vector<Trial>& trials);

/// Charts: the scores and the best so far by trial, then for each parameter the scores by value,
/// the most influential first. CV_8UC3.
cv::Mat draw_study(const Space& space, const std::vector<Trial>& trials);

/// The same into a file. Throws Error(kInvalidArgument) if `path` does not end in .png, .jpg or
/// .jpeg; kIo.
void write_study_picture(const Space& space, const std::vector<Trial>& trials,
                         const std::string& path);

}  // namespace glyphmill::search
