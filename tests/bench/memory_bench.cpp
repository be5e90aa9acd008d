// SPDX-License-Identifier: Apache-2.0
// memory_bench: what a run holds at once, for growing counts of tiny samples: peak memory and open
// files, each run in a process of its own. First to a sink that encodes, names and throws away,
// then to a real format, finish included.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <cstdio>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "glyphmill/generator.h"
#include "glyphmill/runner.h"
#include "job/sample_run.h"
#include "null_sink.h"
#include "reference_job.h"

namespace glyphmill {
namespace {

namespace fs = boost::filesystem;

constexpr std::uint64_t kCounts[] = {10000, 100000, 1000000};
constexpr unsigned kThreads = 2;
constexpr long kMostMegabytes = 200;

/// One digit, 8 px high, gray: as little as a sample can be.
Recipe tiny_job(std::uint64_t count) {
  Recipe recipe = digits_recipe();
  recipe.seed = 1;
  recipe.count = count;
  recipe.ops.clear();
  std::get<CodeOptions>(recipe.labels).length = {1, 1};
  auto& compose = std::get<DigitLook>(recipe.look).compose;
  compose.height = 8;
  compose.width = 8;
  return recipe;
}

std::size_t open_files() {
  std::size_t number = 0;
  for (fs::directory_iterator file("/proc/self/fd"), end; file != end; ++file) ++number;
  return number - 1;  // the directory itself is one
}

/// One run; prints its row. What it held at most is that of this process.
int measure(const std::string& sink, std::uint64_t count) {
  cv::setNumThreads(1);
  Recipe recipe = tiny_job(count);
  RunOptions options;
  options.threads = kThreads;
  const std::size_t files_before = open_files();
  std::size_t most_files = files_before;
  const auto watch = [&](const Progress&) { most_files = std::max(most_files, open_files()); };
  RunResult result;
  if (sink == "none") {
    const Generator generator(recipe);
    bench::NullSink null_sink(generator.recipe());
    result = write_samples(generator, null_sink, options, watch);
  } else {
    set_field(recipe, "output.format", {sink}, "memory_bench");
    const fs::path directory = bench::fresh_directory();
    options.output = directory.string();
    result = write_dataset(Generator(recipe), options, watch);
    fs::remove_all(directory);
  }
  if (result.samples != count) return 1;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const long megabytes = used.ru_maxrss / 1024;
  fmt::print("{:<12}{:>10}{:>10.1f}{:>12.0f}{:>10}{:>12}\n", sink, count, result.seconds,
             static_cast<double>(count) / result.seconds, megabytes, most_files - files_before);
  return megabytes < kMostMegabytes ? 0 : 1;
}

int run_child(const char* program, const std::string& sink, std::uint64_t count) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    execl(program, program, sink.c_str(), std::to_string(count).c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
    fmt::print(stderr, "memory_bench: {} {}: failed, or took {} MB or more\n", sink, count,
               kMostMegabytes);
    return 1;
  }
  return 0;
}

int run_all(const char* program, const std::vector<std::string>& sinks) {
  fmt::print("{:<12}{:>10}{:>10}{:>12}{:>10}{:>12}\n", "sink", "samples", "seconds", "samples/s",
             "peak MB", "open files");
  int failed = 0;
  for (const std::string& sink : sinks) {
    for (const std::uint64_t count : kCounts) failed |= run_child(program, sink, count);
  }
  return failed;
}

}  // namespace
}  // namespace glyphmill

/// memory_bench [SINK...]: none (default) and names of formats. memory_bench SINK COUNT: one run.
int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 2 && words[1].find_first_not_of("0123456789") == std::string::npos) {
    return glyphmill::measure(words[0], std::stoull(words[1]));
  }
  const std::vector<std::string> none{"none"};
  return glyphmill::run_all("/proc/self/exe", words.empty() ? none : words);
}
