// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/job_run.h"
#include "glyphmill/jobs.h"

namespace glyphmill {

/// Runs a file of jobs, or of one recipe, one after the other.
class Batch {
 public:
  /// Reads the file and chooses the jobs. Throws Error for what is wrong with file or flags.
  Batch(const ProgramSpec& spec, const CommandLine& line);

  /// To the exit code: 1 if a job failed.
  int operator()();

 private:
  enum class State { kNotRun, kMade, kFailed, kInterrupted };
  struct Row {
    JobRun::Made made;
    State state = State::kNotRun;
  };

  bool quiet() const { return line_.has("quiet"); }
  std::string directory_of(const Job& job) const;
  JobRun run_of(const Job& job, const std::string& title) const;
  void choose_jobs();
  void refuse_flags_of_one_job() const;
  void give_seeds();
  template <class Use>
  int check_each(const Use& use) const;
  int validate() const;
  int dry_run() const;
  int write();
  State write_job(std::size_t place, const StopSignals& stop, OverallProgress& progress, Row& row);
  void tell_table(const std::vector<Row>& rows) const;

  const ProgramSpec& spec_;
  const CommandLine& line_;
  std::string path_;
  RunOptions run_;
  JobFile file_;
};

}  // namespace glyphmill
