// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "glyphmill/runner.h"

namespace glyphmill {

/// "codes [#####.....] 500/1000 50% 5000/s 1 s left", at most `columns` wide.
std::string progress_line(const std::string& title, const Progress& progress, std::size_t columns);

/// One line on stderr that is written over again; nothing where stderr is no terminal.
class ProgressBar {
 public:
  explicit ProgressBar(bool wanted);
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void update(const std::string& title, const Progress& progress);
  /// Shows any other line.
  void show(std::string line);
  void clear();

 private:
  bool shown_;
  std::size_t written_ = 0;  // characters that stand on the line
};

}  // namespace glyphmill
