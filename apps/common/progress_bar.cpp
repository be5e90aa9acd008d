// SPDX-License-Identifier: Apache-2.0
#include "common/progress_bar.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace glyphmill {
namespace {

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string time_text(double seconds) {
  if (seconds < 60) return fmt::format("{:.0f} s", seconds);
  if (seconds < 3600) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

/// A line that was filled to the last column would wrap.
std::string fitted(const std::string& line, std::size_t columns) {
  return line.substr(0, columns - std::min<std::size_t>(columns, 1));
}

}  // namespace

std::string progress_line(const std::string& title, const Progress& progress, std::size_t columns) {
  const double total = static_cast<double>(std::max<std::uint64_t>(progress.total, 1));
  const double share = static_cast<double>(progress.done) / total;
  const auto made = static_cast<double>(progress.done - progress.resumed);
  std::string numbers =
      fmt::format("{}/{} {:.0f}%", progress.done, progress.total, std::floor(100 * share));
  if (progress.seconds > 0 && made > 0) {
    const double rate = made / progress.seconds;
    const auto left = static_cast<double>(progress.total - progress.done);
    numbers += fmt::format(" {:.0f}/s {} left", rate, time_text(left / rate));
  }
  constexpr std::size_t kBar = 30;
  const std::string plain = fmt::format("{} {}", title, numbers);
  if (plain.size() + kBar + 4 > columns) return fitted(plain, columns);
  const auto full = std::min(kBar, static_cast<std::size_t>(share * kBar));
  return fmt::format("{} [{}{}] {}", title, std::string(full, '#'), std::string(kBar - full, '.'),
                     numbers);
}

ProgressBar::ProgressBar(bool wanted) {
  const char* const terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::strcmp(terminal, "dumb") == 0;
  shown_ = wanted && !dumb && isatty(STDERR_FILENO) == 1;
}

void ProgressBar::update(const std::string& title, const Progress& progress) {
  if (shown_) show(progress_line(title, progress, terminal_columns()));
}

void ProgressBar::show(std::string line) {
  if (!shown_) return;
  line = fitted(line, terminal_columns());
  const std::size_t size = line.size();
  if (size < written_) line.append(written_ - size, ' ');
  std::fprintf(stderr, "\r%s", line.c_str());
  std::fflush(stderr);
  written_ = size;
}

void ProgressBar::clear() {
  if (written_ == 0) return;
  std::fprintf(stderr, "\r%s\r", std::string(written_, ' ').c_str());
  std::fflush(stderr);
  written_ = 0;
}

}  // namespace glyphmill
