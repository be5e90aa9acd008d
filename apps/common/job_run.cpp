// SPDX-License-Identifier: Apache-2.0
#include "common/job_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>

#include "glyphmill/contact_sheet.h"
#include "glyphmill/hand_report.h"
#include "glyphmill/parse.h"

namespace glyphmill {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

RunOptions::Part parsed_part(const std::string& text) {
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

constexpr std::uint64_t kShownLabels = 3;

std::string first_labels(const Generator& generator) {
  std::string text;
  for (std::uint64_t k = 0; k < std::min(kShownLabels, generator.count()); ++k) {
    text += fmt::format("label {}: {}\n", k, generator.sample(k).label);
  }
  return text;
}

/// The first labels of each part of a mix, as far as a look at the beginning finds them.
std::string labels_of_parts(const Generator& generator) {
  constexpr std::uint64_t kSearched = 100000;
  std::map<std::string, std::vector<std::string>> labels;
  std::size_t missing = generator.recipe().mix.size();
  for (std::uint64_t k = 0; missing > 0 && k < std::min(kSearched, generator.count()); ++k) {
    std::vector<std::string>& shown = labels[generator.part(k)];
    if (shown.size() == kShownLabels) continue;
    shown.push_back(generator.sample(k).label);
    if (shown.size() == kShownLabels) --missing;
  }
  std::string text;
  for (const MixPart& part : generator.recipe().mix) {
    text += fmt::format("{}: {}\n", part.name, fmt::join(labels[part.name], ", "));
  }
  return text;
}

}  // namespace

std::string stem_of(const std::string& path) {
  const std::string name = path.substr(path.find_last_of('/') + 1);
  const std::size_t dot = name.find_last_of('.');
  return dot == 0 || dot == std::string::npos ? name : name.substr(0, dot);
}

RunOptions run_options(const CommandLine& line, const std::string& default_output) {
  RunOptions run;
  run.output = line.value_or("output", default_output);
  run.overwrite = line.has("overwrite");
  run.resume = line.has("resume");
  if (line.has("shard")) run.part = parsed_part(line.value("shard"));
  if (run.output.empty()) refuse("--output: must not be empty. Got: ''");
  run.threads = threads_of(line);
  return run;
}

void apply_flags(const ProgramSpec& spec, const CommandLine& line, Recipe& recipe) {
  for (const RecipeFlag& flag : spec.flags) {
    const Values* const typed = line.find(flag.flag.name);
    if (typed == nullptr) continue;
    const std::string origin = "--" + flag.flag.name;
    if (flag.set) {
      flag.set(recipe, *typed, origin);
    } else {
      set_field(recipe, flag.path, flag.fixed.empty() ? *typed : flag.fixed, origin);
    }
  }
}

std::optional<std::uint64_t> earlier_seed(const Recipe& recipe, const RunOptions& run) {
  if (recipe.seed) return recipe.seed;
  if (!run.resume && !run.part) return std::nullopt;
  const std::optional<std::uint64_t> recorded = recorded_seed(recipe, run.output);
  if (!recorded && run.part) {
    refuse("--shard: needs --seed or a recipe with one, for all parts make one data set");
  }
  return recorded;
}

std::uint64_t drawn_seed(const ProgramSpec& spec, bool quiet) {
  std::random_device device;
  const std::uint64_t high = device();
  const std::uint64_t seed = (high << 32 | device()) >> 11;  // a number that JSON readers keep
  if (!quiet) {
    tell(fmt::format("{}: seed {} drawn; --seed makes the same images again", spec.name, seed));
  }
  return seed;
}

double rate_of(const JobRun::Made& made) {
  const auto images = static_cast<double>(made.images - std::min(made.images, made.resumed));
  return made.seconds > 0 ? images / made.seconds : 0;
}

int JobRun::operator()(const Recipe& recipe) {
  const Generator generator(recipe);
  if (line_.has("print-recipe")) {
    print_result(to_yaml(generator.recipe()));
    return kDone;
  }
  if (line_.has("dry-run")) {
    dry_run(generator);
    return kDone;
  }
  if (line_.has("only")) {
    return write_only(generator, integer_of(line_, "only", {0, generator.count() - 1}));
  }
  if (line_.has("preview")) {
    write_contact_sheet(generator, line_.value("preview"));
    if (!line_.has("output")) {
      print_result(line_.value("preview") + "\n");
      return kDone;
    }
  }
  const StopSignals stop;
  if (wants_one_image()) return write_image_alone(generator);
  OverallProgress progress(!quiet(), generator.count());
  return write(generator, stop, progress).interrupted ? stop.exit_code() : kDone;
}

/// Asked for by name, without a count or a format, which only a data set has.
bool JobRun::wants_one_image() const {
  return !spec_.one_image.empty() && line_.has(spec_.one_image) && !line_.has("nums") &&
         !line_.has("format");
}

void JobRun::dry_run(const Generator& generator) const {
  std::string text = fmt::format("count: {}\n", generator.count());
  text += generator.recipe().mix.empty() ? first_labels(generator) : labels_of_parts(generator);
  text += fmt::format("output: {}\n", wants_one_image() ? image_directory() : run_.output);
  if (std::holds_alternative<DigitLook>(generator.recipe().look)) {
    const HandReport report = hand_report(generator);
    // One digit alone is in one hand, and so is one sequence.
    if (report.samples > 1 && report.characters > report.samples) text += to_text(report);
  }
  print_result(text);
}

/// Of a recipe with splits sample k stands in the directory of its split.
int JobRun::write_only(const Generator& generator, std::uint64_t k) {
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

std::string JobRun::image_directory() const { return line_.has("output") ? run_.output : "."; }

int JobRun::write_image_alone(const Generator& generator) const {
  const std::string path = write_image(generator, 0, image_directory(), run_.overwrite);
  const cv::Size size = generator.sample(0).image.size();
  print_result(fmt::format("{} x {}\t{}\n", size.width, size.height, path));
  return kDone;
}

/// Every split into a directory of its own, which can be made again alone.
JobRun::Made JobRun::write(const Generator& generator, const StopSignals& stop,
                           OverallProgress& progress) const {
  Recipe recipe = generator.recipe();
  if (recipe.splits.empty() || !recipe.split.empty()) {
    return write_all(generator, "", stop, progress);
  }
  Made all;
  for (const Split& split : recipe.splits) {
    recipe.split = split.name;
    const Made made = write_all(Generator(recipe), "/" + split.name, stop, progress);
    all.images += made.images;
    all.resumed += made.resumed;
    all.seconds += made.seconds;
    all.interrupted = made.interrupted;
    if (all.interrupted) break;
  }
  return all;
}

JobRun::Made JobRun::write_all(const Generator& generator, const std::string& split,
                               const StopSignals& stop, OverallProgress& progress) const {
  RunOptions run = run_;
  run.output += split;
  Progress last;
  progress.begin(title_ + split, generator.count());
  const RunResult result = write_dataset(
      generator, run,
      [&](const Progress& now) {
        last = now;
        progress.update(now);
      },
      stop.flag());
  progress.end();
  const Made made{result.samples, last.resumed, result.seconds, result.interrupted};
  if (result.interrupted) {
    tell(fmt::format("{}: interrupted after {} of {} images; run again with --resume to complete",
                     spec_.name, result.samples, generator.count()));
    return made;
  }
  if (!quiet()) {
    tell(fmt::format("{}: {} images, {:.2f} s, {:.0f} images/s, seed {}", title_ + split,
                     made.images, made.seconds, rate_of(made),
                     generator.recipe().seed.value_or(0)));
  }
  if (result.complete) {
    print_result(run.output + "\n");
  } else if (!quiet()) {
    tell(fmt::format("{}: other parts have yet to end", title_ + split));
  }
  return made;
}

}  // namespace glyphmill
