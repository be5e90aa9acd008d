// SPDX-License-Identifier: Apache-2.0
#include "common/overall_progress.h"

#include <algorithm>

namespace glyphmill {

void OverallProgress::begin(const std::string& title, std::uint64_t images) {
  title_ = number_ + title;
  last_ = {};
  last_.total = images;
  rest_ -= std::min(rest_, images);
}

void OverallProgress::update(const Progress& progress) {
  last_ = progress;
  Progress all;
  all.done = before_.done + last_.done;
  all.resumed = before_.resumed + last_.resumed;
  all.total = before_.total + last_.total + rest_;
  all.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  bar_.update(title_, all);
}

void OverallProgress::end() {
  before_.done += last_.done;
  before_.resumed += last_.resumed;
  // What was not made will not come.
  before_.total += last_.done;
  last_ = {};
  bar_.clear();
}

}  // namespace glyphmill
