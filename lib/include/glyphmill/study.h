// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "glyphmill/search.h"

/// A search that lives in a directory, so that it can be stopped and resumed, and shared by any
/// number of processes on any machines that see the directory:
///
///     space.yaml           the plan, as `to_yaml` spells it
///     trials/000012.json   one file a trial: the point, and later what became of it
///     trials.csv           all of them, made anew after each: number, value, datetime_start,
///                          datetime_complete, duration, params_* in the order of the alphabet, and
///                          state, which is COMPLETE, FAIL, RUNNING or WAITING (to be tried again)
///     .glyphmill/          locks
///
/// Times are those of the clock, in UTC, "2026-01-31 12:00:00.123456"; durations are "0 days
/// 00:00:01.234567", as pandas reads them. Nothing else depends on time, but which process is first
/// where several share a study.
namespace glyphmill::search {

struct StudyOptions {
  std::string directory;       ///< made if absent; must be empty or hold a study
  std::uint64_t trials = 100;  ///< 1 .. 100,000: of the study, whoever makes them
  double seconds = 0;          ///< at least 0: no trial begins later than this; 0: no limit
  bool resume = false;         ///< continue or join the study that is there
};

/// A trial and what its file tells besides.
struct StudyTrial {
  Trial trial;
  std::string started;       ///< when it last was begun
  std::string completed;     ///< "" until it has an outcome
  double seconds = 0;        ///< from the one to the other
  std::uint64_t starts = 1;  ///< times it was begun and neither ended nor interrupted in order
};

struct Study {
  Plan plan;
  std::vector<StudyTrial> trials;  ///< in the order of their numbers
};

std::vector<Trial> trials_of(const Study& study);

/// Reads what is there, be others at work on it or not. Throws Error: kNotFound if there is no
/// study; kFormat naming the file that is not what was written; kIo.
Study read_study(const std::string& directory);

struct StudyProgress {
  const StudyTrial& last;    ///< has just ended
  const Trial* best;         ///< of all so far; null if none is complete
  std::uint64_t ended = 0;   ///< trials with an outcome, of the whole study
  std::uint64_t failed = 0;  ///< of these
  std::uint64_t total = 0;   ///< `StudyOptions::trials`
  double seconds = 0;        ///< since the call
};

struct StudyResult {
  Study study;  ///< as it was when the call ended
  bool interrupted = false;
  bool exhausted = false;  ///< every point of the space has been asked for
  bool complete = false;   ///< every trial has its outcome: no other process is at one
};

/// Trains, or whatever it is, and scores. What it throws makes the trial a failed one with that
/// message, and the search goes on. When told to stop by the flag below, which it may look at, it
/// should return Outcome::interrupted() soon.
using Objective = std::function<Outcome(const Trial& trial)>;

/// Tries trials until the study has as many as `options` say, the space is exhausted, the time is
/// over, or `*stop`. A trial that was interrupted is tried again with the same point, by whoever
/// comes to it first; so is one whose process ended without a word, but when that has happened
/// three times it has failed. A process alone that resumes makes the same trials as one that never
/// stopped.
///
/// Without a method or seed in `plan`, those of the study that is there, else gp and 0.
///
/// `on_progress` is called after each trial of this call; what it throws ends the run and is passed
/// on. Locks tell who is at work: the file system must have them.
///
/// Throws Error: kInvalidArgument (options or plan break a rule; the directory is not empty, holds
/// a study and `resume` is off, or one of another space, method or seed), kFormat, kIo.
StudyResult run_study(const Plan& plan, const StudyOptions& options, const Objective& objective,
                      const std::function<void(const StudyProgress&)>& on_progress = {},
                      const std::atomic<bool>* stop = nullptr);

}  // namespace glyphmill::search
