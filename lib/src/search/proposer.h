// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "search/encoding.h"

/// The methods: each a function of what is known and of a stream of random numbers.
namespace glyphmill::search {

/// What is known of the trials.
struct History {
  std::vector<Places> tried;    ///< of the trials whose outcome is known
  std::vector<double> scores;   ///< theirs; a failed one has the worst
  std::vector<Places> pending;  ///< of those that are being tried
  Visited visited;              ///< all of them
};

History history_of(const Space& space, const std::vector<Trial>& trials);

/// Some place, and none where only places were found that are visited.
std::optional<Point> random_point(const Space& space, const History& history, SampleRng& rng);
std::optional<Point> gaussian_process_point(const Space& space, const History& history,
                                            SampleRng& rng);
std::optional<Point> tree_parzen_point(const Space& space, const History& history, SampleRng& rng);

}  // namespace glyphmill::search
