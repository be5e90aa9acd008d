// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "glyphmill/study.h"
#include "sinks/files.h"

namespace glyphmill::search {

/// The directory of a study, for one thread of one process among several. What is said under
/// `study()` is known since the last turn.
class StudyDirectory {
 public:
  /// Makes the study, or joins it as `run_study` says.
  StudyDirectory(const Plan& plan, const StudyOptions& options);
  /// Opens a study that is there, to read.
  explicit StudyDirectory(const std::string& directory);

  const Study& study() const { return study_; }

  /// What processes do one after the other. On taking it the trials are read; it ends with the
  /// object.
  class Turn {
   public:
    explicit Turn(StudyDirectory& directory);

   private:
    sinks::LockFile lock_;
  };

  /// Keeps others from the trial; none if another process has it.
  std::optional<sinks::Claim> claim(std::uint64_t number) const;
  /// In a turn: writes the trial's file, and puts the trial in its place in the study.
  void put(StudyTrial trial);
  /// In a turn.
  void write_csv() const;

 private:
  /// Unless there is a study or, but for what making one leaves, nothing.
  void refuse_others() const;
  void check_plan(const Plan& plan) const;
  void make(const Plan& plan);
  void read();

  sinks::Directory root_;
  std::optional<sinks::Directory> trials_;
  std::optional<sinks::Directory> work_;
  Study study_;
};

}  // namespace glyphmill::search
