// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "common/progress_bar.h"

namespace glyphmill {

/// The progress of several data sets, one after the other, on one line.
class OverallProgress {
 public:
  OverallProgress(bool wanted, std::uint64_t expected) : bar_(wanted), rest_(expected) {}

  /// What stands before the titles from now on: "2/5 ".
  void announce(const std::string& number) { number_ = number; }
  /// The next data set, which was expected to have so many images.
  void begin(const std::string& title, std::uint64_t images);
  void update(const Progress& progress);
  /// Ends it, finished or not, and clears the line.
  void end();

 private:
  using Clock = std::chrono::steady_clock;

  ProgressBar bar_;
  std::string number_;
  std::string title_;
  Clock::time_point start_ = Clock::now();
  Progress before_;     // of the data sets that are ended
  Progress last_;       // of the one that is being made
  std::uint64_t rest_;  // images of those that are not begun
};

}  // namespace glyphmill
