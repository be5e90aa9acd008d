// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "glyphmill/search.h"

/// Functions with known optima for searches to find.
namespace glyphmill::bench {

class Problem {
 public:
  virtual ~Problem() = default;
  virtual const search::Space& space() const = 0;
  /// What the search is told: with noise, and failures.
  virtual search::Outcome score(const search::Point& point) = 0;
  /// How far above the optimum the point is, without noise.
  virtual double regret(const search::Point& point) const = 0;
};

class AskTell {
 public:
  virtual ~AskTell() = default;
  virtual search::Point ask() = 0;
  /// Of the `number`-th point asked for.
  virtual void tell(std::size_t number, const search::Outcome& outcome) = 0;
};

struct ProblemKind {
  std::string name;
  std::unique_ptr<Problem> (*make)(std::uint64_t seed);
};

/// Branin and Hartmann6 on axes that the seed mirrors and bends; and what could be the training of
/// an OCR model: 12 parameters, some conditional, noise, failures, its optimum placed by the seed.
const std::vector<ProblemKind>& problem_kinds();

}  // namespace glyphmill::bench
