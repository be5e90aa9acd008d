// SPDX-License-Identifier: Apache-2.0
#include "common/streams.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "glyphmill/error.h"

namespace glyphmill {
namespace {

std::atomic<bool> stop_requested{false};
std::atomic<int> stop_signal{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "signal handlers may touch lock-free atomics only");

constexpr int exit_code_of(int signal) { return 128 + signal; }

extern "C" void request_stop(int signal) {
  stop_signal = signal;
  if (stop_requested.exchange(true)) _exit(exit_code_of(signal));
}

struct sigaction install(int signal) {
  struct sigaction old {};
  sigaction(signal, nullptr, &old);
  if (old.sa_handler == SIG_IGN) return old;
  struct sigaction action {};
  action.sa_handler = request_stop;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
  return old;
}

}  // namespace

void prepare_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  int descriptor = 0;
  while (descriptor >= 0 && descriptor <= STDERR_FILENO) descriptor = open("/dev/null", O_RDWR);
  if (descriptor > STDERR_FILENO) close(descriptor);
}

void print_result(const std::string& text) {
  errno = 0;
  const std::size_t written = std::fwrite(text.data(), 1, text.size(), stdout);
  if (written == text.size() && std::fflush(stdout) == 0) return;
  throw Error(ErrorCode::kIo,
              fmt::format("standard output: cannot be written: {}", std::strerror(errno)));
}

void tell(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

StopSignals::StopSignals() {
  stop_requested = false;
  stop_signal = 0;
  old_interrupt_ = install(SIGINT);
  old_terminate_ = install(SIGTERM);
}

StopSignals::~StopSignals() {
  sigaction(SIGINT, &old_interrupt_, nullptr);
  sigaction(SIGTERM, &old_terminate_, nullptr);
}

const std::atomic<bool>* StopSignals::flag() const { return &stop_requested; }

int StopSignals::exit_code() const { return exit_code_of(stop_signal); }

}  // namespace glyphmill
