// SPDX-License-Identifier: Apache-2.0
#include "report/problems.h"

#include <fmt/format.h>

#include "glyphmill/utf8.h"

namespace glyphmill::report {

void Problems::add(const std::string& path, const std::string& kind, std::string_view expected,
                   std::string_view got) {
  add_error(kind, fmt::format("{}: {}: expected {}, got {}", path, kind, expected, got));
}

void Problems::add_error(const std::string& kind, const std::string& message) {
  Problem problem{kind, printable(message)};
  // What all parts have in common is found by each of them.
  if (!problems_.empty() && problems_.back().message == problem.message) return;
  ++count_;
  if (++counts_[kind] <= most_) problems_.push_back(std::move(problem));
}

void Problems::add(const Problems& later) {
  std::map<std::string, std::uint64_t> left_out = later.counts_;
  for (const Problem& problem : later.problems_) {
    --left_out[problem.kind];
    add_error(problem.kind, problem.message);
  }
  for (const auto& [kind, count] : left_out) {
    if (count > 0) counts_[kind] += count;
    count_ += count;
  }
}

void Problems::put_into(InspectionReport& report) const {
  report.problems = problems_;
  report.problem_count = count_;
  for (const auto& [kind, count] : counts_) {
    if (count > most_) report.more_problems[kind] = count - most_;
  }
}

}  // namespace glyphmill::report
