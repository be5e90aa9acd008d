// SPDX-License-Identifier: Apache-2.0
#include "common/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <new>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <random>

#include "common/flags.h"
#include "common/help.h"
#include "common/progress_bar.h"
#include "common/streams.h"
#include "glyphmill/contact_sheet.h"
#include "glyphmill/generator.h"
#include "glyphmill/hand_report.h"
#include "glyphmill/parse.h"
#include "glyphmill/runner.h"
#include "glyphmill/version.h"

namespace glyphmill {
namespace {

constexpr int kDone = 0;
constexpr int kCouldNot = 1;
constexpr int kBadUsage = 2;

constexpr unsigned kMostThreads = 1024;

/// "configs/codes.yaml" -> "codes".
std::string stem_of(const std::string& path) {
  const std::string name = path.substr(path.find_last_of('/') + 1);
  const std::size_t dot = name.find_last_of('.');
  return dot == 0 || dot == std::string::npos ? name : name.substr(0, dot);
}

/// One run of a program, from what was typed to the exit code.
class Run {
 public:
  Run(const ProgramSpec& spec, const CommandLine& line) : spec_(spec), line_(line) {
    title_ = spec.output.empty() ? stem_of(line.arguments().front()) : spec.output;
    run_.output = line.has("output") ? line.value("output") : title_;
    run_.overwrite = line.has("overwrite");
    run_.resume = line.has("resume");
    if (line.has("shard")) run_.part = parsed_part(line.value("shard"));
    if (run_.output.empty()) refuse("--output: must not be empty. Got: ''");
    if (line.has("threads"))
      run_.threads = static_cast<unsigned>(number("threads", {1, kMostThreads}));
  }

  int operator()() {
    const Recipe wanted = recipe();
    const Generator generator(wanted);
    if (line_.has("print-recipe")) {
      print_result(to_yaml(generator.recipe()));
      return kDone;
    }
    if (line_.has("dry-run")) return dry_run(generator);
    if (line_.has("only")) return write_only(generator, number("only", {0, generator.count() - 1}));
    if (line_.has("preview")) {
      write_contact_sheet(generator, line_.value("preview"));
      if (!line_.has("output")) {
        print_result(line_.value("preview") + "\n");
        return kDone;
      }
    }
    const StopSignals stop;
    if (wants_one_image()) return write_image_alone(generator);
    return wanted.splits.empty() || !wanted.split.empty() ? write_all(generator, stop)
                                                          : write_splits(generator.recipe(), stop);
  }

 private:
  [[noreturn]] static void refuse(const std::string& message) {
    throw Error(ErrorCode::kInvalidArgument, message);
  }

  std::uint64_t number(const std::string& flag, const IntegerBounds& bounds) const {
    return named("--" + flag, [&] { return parse_integer(line_.value(flag), bounds); });
  }

  static RunOptions::Part parsed_part(const std::string& text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string::npos) {
      refuse(fmt::format("--shard: must be I/N, as in 0/4. Got: {}", shown(text)));
    }
    return named("--shard", [&] {
      RunOptions::Part part;
      part.of = parse_integer(text.substr(slash + 1), {1, 1000000});
      part.index = parse_integer(text.substr(0, slash), {0, part.of - 1});
      return part;
    });
  }

  bool quiet() const { return line_.has("quiet"); }

  /// Asked for by name, without a count or a format, which only a data set has.
  bool wants_one_image() const {
    return !spec_.one_image.empty() && line_.has(spec_.one_image) && !line_.has("nums") &&
           !line_.has("format");
  }

  /// Defaults < recipe file < flags, and a seed.
  Recipe recipe() const {
    Recipe recipe = start();
    for (const RecipeFlag& flag : spec_.flags) {
      const Values* const typed = line_.find(flag.flag.name);
      if (typed == nullptr) continue;
      const std::string origin = "--" + flag.flag.name;
      if (flag.set) {
        flag.set(recipe, *typed, origin);
      } else {
        set_field(recipe, flag.path, flag.fixed.empty() ? *typed : flag.fixed, origin);
      }
    }
    if (!recipe.seed) recipe.seed = resumed_seed(recipe);
    if (!recipe.seed) recipe.seed = drawn_seed();
    return recipe;
  }

  Recipe start() const {
    if (!spec_.defaults) return read_recipe(line_.arguments().front());
    if (!line_.has("config")) return *spec_.defaults;
    const std::string& path = line_.value("config");
    Recipe recipe = read_recipe(path);
    std::vector<std::size_t> kinds = spec_.label_kinds;
    if (kinds.empty()) kinds.push_back(spec_.defaults->labels.index());
    const bool of_kind =
        std::find(kinds.begin(), kinds.end(), recipe.labels.index()) != kinds.end();
    if (!of_kind || recipe.look.index() != spec_.defaults->look.index()) {
      refuse(
          fmt::format("--config: labels and glyphs must be of this program's kinds; augment_batch "
                      "takes every recipe. Got: {}",
                      shown(path)));
    }
    return recipe;
  }

  /// A run whose seed was drawn can only be resumed with the seed that it recorded.
  std::optional<std::uint64_t> resumed_seed(const Recipe& recipe) const {
    if (!run_.resume) return std::nullopt;
    std::vector<std::string> directories{run_.output};
    for (const Split& split : recipe.splits) directories.push_back(run_.output + "/" + split.name);
    for (const std::string& directory : directories) {
      const std::string recorded = directory + "/recipe.yaml";
      if (std::ifstream(recorded)) return read_recipe(recorded).seed;
    }
    return std::nullopt;
  }

  std::uint64_t drawn_seed() const {
    std::random_device device;
    const std::uint64_t high = device();
    const std::uint64_t seed = (high << 32 | device()) >> 11;  // a number that JSON readers keep
    if (!quiet())
      tell(fmt::format("{}: seed {} drawn; --seed makes the same images again", spec_.name, seed));
    return seed;
  }

  int dry_run(const Generator& generator) const {
    constexpr std::uint64_t kLabels = 3;
    std::string text = fmt::format("count: {}\n", generator.count());
    for (std::uint64_t k = 0; k < std::min(kLabels, generator.count()); ++k) {
      text += fmt::format("label {}: {}\n", k, generator.sample(k).label);
    }
    text += fmt::format("output: {}\n", wants_one_image() ? image_directory() : run_.output);
    if (std::holds_alternative<DigitLook>(generator.recipe().look)) {
      const HandReport report = hand_report(generator);
      // One digit alone is in one hand, and so is one sequence.
      if (report.samples > 1 && report.characters > report.samples) text += to_text(report);
    }
    print_result(text);
    return kDone;
  }

  /// Of a recipe with splits sample k stands in the directory of its split.
  int write_only(const Generator& generator, std::uint64_t k) {
    Recipe recipe = generator.recipe();
    if (recipe.splits.empty() || !recipe.split.empty()) {
      const std::string path = write_one(generator, k, run_);
      print_result(fmt::format("{}\t{}\n", path, generator.label(k).label));
      return kDone;
    }
    for (const Split& split : generator.recipe().splits) {
      recipe.split = split.name;
      const Generator part(recipe);
      if (k < part.count()) {
        run_.output += "/" + split.name;
        return write_only(part, k);
      }
      k -= part.count();
    }
    return kCouldNot;
  }

  std::string image_directory() const { return line_.has("output") ? run_.output : "."; }

  int write_image_alone(const Generator& generator) const {
    const std::string path = write_image(generator, 0, image_directory(), run_.overwrite);
    const cv::Size size = generator.sample(0).image.size();
    print_result(fmt::format("{} x {}\t{}\n", size.width, size.height, path));
    return kDone;
  }

  /// Every split into a directory of its own, which can be made again alone.
  int write_splits(Recipe recipe, const StopSignals& stop) {
    const std::string output = run_.output;
    const std::string title = title_;
    for (const Split& split : recipe.splits) {
      recipe.split = split.name;
      run_.output = output + "/" + split.name;
      title_ = title + "/" + split.name;
      const int code = write_all(Generator(recipe), stop);
      if (code != kDone) return code;
    }
    return kDone;
  }

  int write_all(const Generator& generator, const StopSignals& stop) const {
    Progress last;
    ProgressBar bar(title_, !quiet());
    const RunResult result = write_dataset(
        generator, run_,
        [&](const Progress& progress) {
          last = progress;
          bar.update(progress);
        },
        stop.flag());
    bar.clear();
    if (result.interrupted) {
      tell(fmt::format("{}: interrupted after {} of {} images; run again with --resume to complete",
                       spec_.name, result.samples, generator.count()));
      return stop.exit_code();
    }
    if (!quiet()) tell(summary(generator, result, last.resumed));
    print_result(run_.output + "\n");
    return kDone;
  }

  std::string summary(const Generator& generator, const RunResult& result,
                      std::uint64_t resumed) const {
    const auto made = static_cast<double>(result.samples - std::min(result.samples, resumed));
    const double rate = result.seconds > 0 ? made / result.seconds : 0;
    return fmt::format("{}: {} images, {:.2f} s, {:.0f} images/s, seed {}", title_, result.samples,
                       result.seconds, rate, generator.recipe().seed.value_or(0));
  }

  const ProgramSpec& spec_;
  const CommandLine& line_;
  std::string title_;
  RunOptions run_;
};

int run(const ProgramSpec& spec, const std::vector<std::string>& arguments) {
  const CommandLine line(spec, arguments);
  if (line.has("help") || line.has("version")) {
    print_result(line.has("help") ? help_text(spec) : fmt::format("{} {}\n", spec.name, version()));
    return kDone;
  }
  return Run(spec, line)();
}

}  // namespace

int run_program(ProgramSpec (*make_spec)(), int argc, char** argv) {
  prepare_streams();
  std::string name = "glyphmill";
  const auto failed = [&name](const char* what, int code) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), what);
    return code;
  };
  try {
    // Threads belong to the runner, and what is wrong is told once, by us.
    cv::setNumThreads(1);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    const ProgramSpec spec = make_spec();
    name = spec.name;
    return run(spec, {argv + std::min(argc, 1), argv + argc});
  } catch (const Error& error) {
    return failed(error.what(),
                  error.code() == ErrorCode::kInvalidArgument ? kBadUsage : kCouldNot);
  } catch (const std::bad_alloc&) {
    return failed("out of memory", kCouldNot);
  } catch (const std::exception& error) {
    return failed(error.what(), kCouldNot);
  } catch (...) {
    return failed("unknown failure", kCouldNot);
  }
}

}  // namespace glyphmill
