// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/inspect.h"

namespace glyphmill::report {

/// Problems in the order in which they are found, at most `most` of a kind.
class Problems {
 public:
  explicit Problems(std::uint64_t most) : most_(most) {}

  /// "PATH: KIND: expected EXPECTED, got GOT".
  void add(const std::string& path, const std::string& kind, std::string_view expected,
           std::string_view got);
  /// A file that cannot be read: the message is an Error's.
  void add_error(const std::string& kind, const std::string& message);
  /// Those of a later part.
  void add(const Problems& later);

  std::uint64_t count() const { return count_; }
  void put_into(InspectionReport& report) const;

 private:
  std::uint64_t most_;
  std::vector<Problem> problems_;
  std::map<std::string, std::uint64_t> counts_;  // by kind
  std::uint64_t count_ = 0;
};

}  // namespace glyphmill::report
