// SPDX-License-Identifier: Apache-2.0
#include "common/help.h"

#include <fmt/format.h>

#include <sstream>

#include "common/flags.h"

namespace glyphmill {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kTextColumn = 34;

/// Places on the screen; Chinese and Japanese characters take two.
std::size_t display_width(const std::string& text) {
  std::size_t width = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80) width += byte >= 0xe3 ? 2 : 1;
  }
  return width;
}

/// `text` broken into lines that start at kTextColumn; the first goes behind `left`.
std::string in_columns(const std::string& left, const std::string& text) {
  const std::string indent(kTextColumn, ' ');
  std::string result;
  std::string line = left;
  if (line.size() + 2 > kTextColumn) {
    result = line + '\n';
    line = indent;
  }
  line.resize(kTextColumn, ' ');
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const bool first = line.size() == kTextColumn;
    if (!first && display_width(line) + 1 + display_width(word) > kColumns) {
      result += line + '\n';
      line = indent;
    } else if (!first) {
      line += ' ';
    }
    line += word;
  }
  return result + line + '\n';
}

std::string default_of(const Recipe& recipe, const RecipeFlag& flag) {
  const std::string value = field_text(recipe, flag.path).value;
  if (flag.path == "seed" && !recipe.seed) return "drawn, and printed";
  if (flag.path == "count" && !recipe.count) {
    return fmt::to_string(make_labels(recipe.labels, 0)->natural_count());
  }
  return value;
}

std::string text_of(const ProgramSpec& spec, const RecipeFlag& flag) {
  const Recipe recipe = spec.defaults.value_or(Recipe{});
  std::string help = flag.flag.help;
  if (flag.path.empty()) return help;
  if (help.empty()) help = field_text(recipe, flag.path).help;
  const std::string value = default_of(recipe, flag);
  if (!flag.fixed.empty()) {
    return flag.fixed.front() == value ? help + " (default)" : help;
  }
  return fmt::format("{} (default: {})", help, value);
}

std::string common_lines(const ProgramSpec& spec, const std::string& group) {
  const std::string output = spec.output.empty() ? "the file's name" : spec.output;
  std::string lines;
  for (const Flag& flag : spec.run_flags) {
    if (flag.group == group) lines += help_line(flag, flag.help);
  }
  for (const Flag& flag : common_flags()) {
    if (flag.group != group || (flag.name == "config" && !spec.defaults)) continue;
    const bool is_output = flag.name == "output";
    lines +=
        help_line(flag, is_output ? fmt::format("{} (default: {})", flag.help, output) : flag.help);
  }
  return lines;
}

std::string recipe_lines(const ProgramSpec& spec, const std::string& group) {
  std::string lines;
  for (const RecipeFlag& flag : spec.flags) {
    if (flag.flag.group == group) lines += help_line(flag.flag, text_of(spec, flag));
  }
  return lines;
}

}  // namespace

std::string help_line(const Flag& flag, const std::string& text) {
  const std::string letter = flag.letter == 0 ? "   " : fmt::format("-{},", flag.letter);
  const std::string values = flag.values.empty() ? "" : " " + flag.values;
  return in_columns(fmt::format("  {} --{}{}", letter, flag.name, values), text);
}

std::string help_text(const ProgramSpec& spec) {
  std::string page = fmt::format("{}: {}\n\nUsage: {} [OPTION]...{}\n", spec.name, spec.summary,
                                 spec.name, spec.defaults ? "" : " FILE.yaml");
  for (const char* group :
       {"Labels", "Look", "Each digit", "Noise and geometry", "Output", "Running"}) {
    const std::string common = common_lines(spec, group);
    const std::string own = recipe_lines(spec, group);
    // Where it goes stands first; the end of the page belongs to --help.
    const bool common_first = std::string_view(group) == "Output";
    const std::string lines = common_first ? common + own : own + common;
    if (!lines.empty()) page += fmt::format("\n{}:\n{}", group, lines);
  }
  page += "\nExamples:\n";
  for (const std::string& example : spec.examples) page += fmt::format("  {}\n", example);
  return page;
}

}  // namespace glyphmill
