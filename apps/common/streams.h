// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <csignal>
#include <string>

namespace glyphmill {

/// Makes the process safe to pipe: a closed pipe becomes an error of the write instead of a signal,
/// and a standard stream that is closed is opened on nothing, so that no data file gets its number.
void prepare_streams();

/// Writes a result to stdout. Throws Error(kIo).
void print_result(const std::string& text);

/// Writes a line to stderr; what cannot be told is dropped.
void tell(const std::string& line);

/// While it lives, the first SIGINT or SIGTERM asks for a stop and the second ends the process.
/// A signal that was ignored before, as under nohup, stays ignored. One at a time.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  const std::atomic<bool>* flag() const;
  /// 128 + the signal's number, as shells say it.
  int exit_code() const;

 private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

}  // namespace glyphmill
