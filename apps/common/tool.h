// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/flags.h"

namespace glyphmill {

/// A program that makes nothing of a recipe.
struct Tool {
  std::string name;
  std::string usage;  ///< what may follow the name
  std::string summary;
  std::vector<Flag> flags;  ///< --version and --help are added
  std::vector<std::string> examples;
  std::function<int(const CommandLine&)> run;  ///< gives the exit code
};

/// Runs a tool from its command line to its exit code: what `run` gives, 1 could not, 2 bad usage.
int run_tool(Tool (*make_tool)(), int argc, char** argv);

}  // namespace glyphmill
