// SPDX-License-Identifier: Apache-2.0
#include "common/tool.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/guarded.h"
#include "common/help.h"
#include "common/streams.h"
#include "glyphmill/error.h"
#include "glyphmill/version.h"

namespace glyphmill {
namespace {

std::string page_of(const Tool& tool) {
  std::string page =
      fmt::format("{}: {}\n\nUsage: {} {}\n", tool.name, tool.summary, tool.name, tool.usage);
  const std::string* group = nullptr;
  for (const Flag& flag : tool.flags) {
    const bool begins = group == nullptr || *group != flag.group;
    if (begins) page += flag.group.empty() ? "\n" : fmt::format("\n{}:\n", flag.group);
    group = &flag.group;
    page += help_line(flag, flag.help);
  }
  page += "\nExamples:\n";
  for (const std::string& example : tool.examples) page += fmt::format("  {}\n", example);
  return page;
}

int run(Tool tool, const std::vector<std::string>& arguments) {
  const std::string last = tool.flags.empty() ? "" : tool.flags.back().group;
  tool.flags.push_back({"version", "", last, "print the version, and end", {}});
  tool.flags.push_back({"help", "", last, "print this page, and end", {}, 'h'});
  const CommandLine line(tool.flags, arguments);
  if (line.has("help") || line.has("version")) {
    print_result(line.has("help") ? page_of(tool) : fmt::format("{} {}\n", tool.name, version()));
    return kDone;
  }
  return tool.run(line);
}

}  // namespace

int run_tool(Tool (*make_tool)(), int argc, char** argv) {
  return run_guarded([&](std::string& name) {
    Tool tool = make_tool();
    name = tool.name;
    return run(std::move(tool), {argv + std::min(argc, 1), argv + argc});
  });
}

}  // namespace glyphmill
