// SPDX-License-Identifier: Apache-2.0
#include "common/flags.h"

#include <fmt/format.h>

#include <boost/program_options.hpp>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"

namespace glyphmill {
namespace {

namespace po = boost::program_options;

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

/// All values stay text: Boost would turn "-1" into 18446744073709551615.
po::options_description described(const std::vector<Flag>& flags) {
  po::options_description result;
  for (const Flag& flag : flags) {
    std::string names = flag.name;
    if (flag.letter != 0) names += fmt::format(",{}", flag.letter);
    const bool several = flag.values.find(' ') != std::string::npos;
    if (flag.values.empty()) {
      result.add_options()(names.c_str(), "");
    } else if (several) {
      result.add_options()(names.c_str(), po::value<Values>()->multitoken(), "");
    } else {
      result.add_options()(names.c_str(), po::value<std::string>(), "");
    }
  }
  return result;
}

/// Boost takes the -3 of "--spacing -3 5" for a flag; this parser comes first and makes it a value.
std::vector<po::option> negative_number(std::vector<std::string>& arguments) {
  std::vector<po::option> result;
  const std::string& next = arguments.front();
  if (next.size() < 2 || next[0] != '-') return result;
  if (next[1] != '.' && (next[1] < '0' || next[1] > '9')) return result;
  po::option value;
  value.value = {next};
  value.original_tokens = {next};
  arguments.erase(arguments.begin());
  return {value};
}

/// The flag as typed, without a value behind '='.
std::string typed_name(const std::string& token) { return token.substr(0, token.find('=')); }

[[noreturn]] void refuse_unknown(const std::string& typed, const std::vector<Flag>& flags) {
  std::vector<std::string_view> names;
  for (const Flag& flag : flags) names.push_back(flag.name);
  const std::size_t dashes = typed.find_first_not_of('-');
  const std::string bare = dashes == std::string::npos ? "" : typed.substr(dashes);
  const std::string_view meant = closest_name(bare, names);
  refuse(fmt::format("unknown option '{}'{}", shown(typed),
                     meant.empty() ? "" : fmt::format(". Did you mean '--{}'?", meant)));
}

/// Boost takes the next flag for the value that was forgotten; such a value is typed behind '='.
void refuse_flag_as_value(const po::option& option, const std::vector<Flag>& flags) {
  if (option.original_tokens.size() < 2 || option.value.empty()) return;
  const std::string typed = typed_name(option.value.front());
  for (const Flag& flag : flags) {
    const bool is_flag = typed == "--" + flag.name || typed == fmt::format("-{}", flag.letter);
    if (is_flag) refuse(fmt::format("--{}: needs a value. Got: {}", option.string_key, typed));
  }
}

[[noreturn]] void refuse_syntax(const po::invalid_command_line_syntax& error,
                                const std::vector<Flag>& flags) {
  const std::string typed = error.get_option_name();
  const bool superfluous = error.kind() == po::invalid_syntax::extra_parameter;
  if (superfluous) refuse(fmt::format("{}: takes no value", typed));
  for (const Flag& flag : flags) {
    if (typed != "--" + flag.name) continue;
    refuse(fmt::format("{}: needs a value: {}", typed, flag.values));
  }
  refuse(fmt::format("{}: needs a value", shown(typed)));
}

po::parsed_options parsed(const std::vector<Flag>& flags, const std::vector<std::string>& arguments,
                          const po::options_description& description) {
  using po::command_line_style::style_t;
  const int style = style_t::unix_style & ~style_t::allow_guessing;
  try {
    return po::command_line_parser(arguments)
        .options(description)
        .style(style)
        .extra_style_parser(negative_number)
        .run();
  } catch (const po::unknown_option& error) {
    refuse_unknown(typed_name(error.get_option_name()), flags);
  } catch (const po::invalid_command_line_syntax& error) {
    refuse_syntax(error, flags);
  }
}

}  // namespace

const std::vector<Flag>& common_flags() {
  static const std::vector<Flag> flags{
      {"output", "DIR", "Output", "directory of the data set", {}, 'o'},
      {"preview", "FILE.png", "Output", "a sheet of the first images; without -o, only that", {}},
      {"overwrite", "", "Output", "first remove the data set that is there", {"resume"}},
      {"resume", "", "Output", "complete an interrupted run of the same recipe", {}},
      {"shard",
       "I/N",
       "Output",
       "make part I, from 0, of N; any number of parts may run at once, and the last to end "
       "finishes "
       "the data set",
       {"overwrite", "only"}},
      {"only", "K", "Output", "write image K alone, from 0", {"resume", "overwrite", "preview"}},
      {"config", "FILE", "Running", "start from this recipe; flags come after it", {}},
      {"print-recipe", "", "Running", "print the recipe that the flags make, and end", {}},
      {"dry-run", "", "Running", "check everything, show three labels, write nothing", {}},
      {"threads", "N", "Running", "worker threads (default: the processors it may use)", {}, 'j'},
      {"quiet", "", "Running", "no progress and no summary", {}, 'q'},
      {"version", "", "Running", "print the version, and end", {}},
      {"help", "", "Running", "print this page, and end", {}, 'h'},
  };
  return flags;
}

std::vector<Flag> all_flags(const ProgramSpec& spec) {
  std::vector<Flag> flags;
  for (const RecipeFlag& recipe_flag : spec.flags) flags.push_back(recipe_flag.flag);
  for (const Flag& flag : common_flags()) {
    // A program that takes a recipe file as its argument needs no flag for it.
    if (spec.defaults || flag.name != "config") flags.push_back(flag);
  }
  flags.insert(flags.end(), spec.run_flags.begin(), spec.run_flags.end());
  return flags;
}

CommandLine::CommandLine(const ProgramSpec& spec, const std::vector<std::string>& arguments)
    : CommandLine(all_flags(spec), arguments) {
  if (has("help") || has("version") || has("schema")) return;
  expect_arguments(spec.defaults ? 0 : 1, "a recipe FILE");
}

CommandLine::CommandLine(const std::vector<Flag>& flags,
                         const std::vector<std::string>& arguments) {
  const po::options_description description = described(flags);
  for (const po::option& option : parsed(flags, arguments, description).options) {
    refuse_flag_as_value(option, flags);
    if (option.string_key.empty()) {
      arguments_.insert(arguments_.end(), option.value.begin(), option.value.end());
    } else if (!given_.emplace(option.string_key, option.value).second) {
      refuse(fmt::format("--{}: given twice", option.string_key));
    }
  }
  const bool runs = !has("help") && !has("version") && !has("schema");
  if (runs) check_excludes(flags);
}

void CommandLine::check_excludes(const std::vector<Flag>& flags) const {
  for (const Flag& flag : flags) {
    for (const std::string& other : flag.excludes) {
      if (has(flag.name) && has(other)) {
        refuse(fmt::format("--{} and --{} exclude each other", flag.name, other));
      }
    }
  }
}

void CommandLine::expect_arguments(std::size_t count, const std::string& what) const {
  if (arguments_.size() > count) {
    refuse(fmt::format("unexpected argument '{}'", shown(arguments_[count])));
  }
  if (arguments_.size() < count) refuse("needs " + what);
}

std::string CommandLine::value_or(const std::string& flag, const std::string& fallback) const {
  return has(flag) ? value(flag) : fallback;
}

const Values* CommandLine::find(const std::string& flag) const {
  const auto found = given_.find(flag);
  return found == given_.end() ? nullptr : &found->second;
}

std::uint64_t integer_of(const CommandLine& line, const std::string& flag,
                         const IntegerBounds& bounds) {
  return named("--" + flag, [&] { return parse_integer(line.value(flag), bounds); });
}

double number_of(const CommandLine& line, const std::string& flag, const Bounds& bounds) {
  return named("--" + flag, [&] { return parse_number(line.value(flag), bounds); });
}

unsigned threads_of(const CommandLine& line) {
  constexpr unsigned kMostThreads = 1024;
  if (!line.has("threads")) return 0;
  return static_cast<unsigned>(integer_of(line, "threads", {1, kMostThreads}));
}

}  // namespace glyphmill
