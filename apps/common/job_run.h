// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/flags.h"
#include "common/overall_progress.h"
#include "common/program.h"
#include "common/streams.h"
#include "glyphmill/generator.h"
#include "glyphmill/runner.h"

namespace glyphmill {

/// "configs/codes.yaml" -> "codes".
std::string stem_of(const std::string& path);

/// How the flags say that data sets are made; `output` is theirs too, or `default_output`.
RunOptions run_options(const CommandLine& line, const std::string& default_output);

/// Sets the fields that flags name.
void apply_flags(const ProgramSpec& spec, const CommandLine& line, Recipe& recipe);

/// The recipe's seed or, of a run that is resumed or a part, the one that its directory has
/// recorded. Throws Error(kInvalidArgument) for a part with neither.
std::optional<std::uint64_t> earlier_seed(const Recipe& recipe, const RunOptions& run);

/// A new seed, which is told.
std::uint64_t drawn_seed(const ProgramSpec& spec, bool quiet);

/// One recipe, and what the flags ask to be done with it.
class JobRun {
 public:
  /// `title` is what the data set is called where progress is told.
  JobRun(const ProgramSpec& spec, const CommandLine& line, std::string title, RunOptions run)
      : spec_(spec), line_(line), title_(std::move(title)), run_(std::move(run)) {}

  /// Everything but a data set alone (print, preview, one image, ...), else the data set; to the
  /// exit code.
  int operator()(const Recipe& recipe);

  /// What was made, of all splits.
  struct Made {
    std::uint64_t images = 0;
    std::uint64_t resumed = 0;  ///< of these, by an earlier run
    double seconds = 0;
    bool interrupted = false;
  };

  /// The data set, or one for each split. Every directory that is finished is printed.
  Made write(const Generator& generator, const StopSignals& stop, OverallProgress& progress) const;

  void dry_run(const Generator& generator) const;

 private:
  bool quiet() const { return line_.has("quiet"); }
  bool wants_one_image() const;
  std::string image_directory() const;
  int write_only(const Generator& generator, std::uint64_t k);
  int write_image_alone(const Generator& generator) const;
  Made write_all(const Generator& generator, const std::string& split, const StopSignals& stop,
                 OverallProgress& progress) const;

  const ProgramSpec& spec_;
  const CommandLine& line_;
  std::string title_;
  RunOptions run_;
};

/// Images a second of what was not there before.
double rate_of(const JobRun::Made& made);

}  // namespace glyphmill
