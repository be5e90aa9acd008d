// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "search_problems.h"

namespace glyphmill::bench {

/// dlib's global_function_search: one function for each combination of the values that conditions
/// ask for, choices as whole numbers, log scales by the logarithm, failures as the worst so far.
class DlibSearch final : public AskTell {
 public:
  DlibSearch(const search::Space& space, std::uint64_t seed);
  ~DlibSearch() override;
  search::Point ask() override;
  void tell(std::size_t number, const search::Outcome& outcome) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace glyphmill::bench
