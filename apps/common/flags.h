// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/program.h"

namespace glyphmill {

/// The flags of every program that set no field of the recipe.
const std::vector<Flag>& common_flags();

/// Every flag of a program, in the order of --help.
std::vector<Flag> all_flags(const ProgramSpec& spec);

/// What was typed.
class CommandLine {
 public:
  /// Throws Error(kInvalidArgument) for an unknown, abbreviated, repeated or contradictory flag, a
  /// missing or superfluous value, and arguments that the program does not take.
  CommandLine(const ProgramSpec& spec, const std::vector<std::string>& arguments);
  /// Of a program that makes nothing of a recipe; its arguments are not counted.
  CommandLine(const std::vector<Flag>& flags, const std::vector<std::string>& arguments);

  bool has(const std::string& flag) const { return given_.count(flag) != 0; }
  /// Null if the flag is not given.
  const Values* find(const std::string& flag) const;
  /// The one value of a flag that is given.
  const std::string& value(const std::string& flag) const { return given_.at(flag).front(); }
  /// The one value of a flag, or `fallback` if it is not given.
  std::string value_or(const std::string& flag, const std::string& fallback) const;
  const std::vector<std::string>& arguments() const { return arguments_; }
  /// Throws Error(kInvalidArgument) for more arguments, and for fewer: "needs WHAT".
  void expect_arguments(std::size_t count, const std::string& what = "") const;

 private:
  void check_excludes(const std::vector<Flag>& flags) const;

  std::map<std::string, Values> given_;
  std::vector<std::string> arguments_;
};

/// The number of a flag that is given. Throws Error(kInvalidArgument) "--FLAG: rule. Got: value".
std::uint64_t integer_of(const CommandLine& line, const std::string& flag,
                         const IntegerBounds& bounds);
double number_of(const CommandLine& line, const std::string& flag, const Bounds& bounds);

/// `--threads`; 0 where it is not given.
unsigned threads_of(const CommandLine& line);

}  // namespace glyphmill
