// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/runner.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <opencv2/core.hpp>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "glyphmill/error.h"
#include "job/destinations.h"
#include "job/first_failure.h"
#include "job/sample_run.h"
#include "sinks/encoder.h"
#include "sinks/file_name.h"
#include "sinks/files.h"
#include "sinks/layout.h"

namespace glyphmill {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Shards [first, end).
struct ShardRange {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
};

ShardRange range_of(const sinks::Shards& shards, const std::optional<RunOptions::Part>& part) {
  if (!part) return {0, shards.number()};
  // No product of the two exceeds 64 bits: a part is one of at most 10^6, a shard of 10^12.
  return {part->index * shards.number() / part->of, (part->index + 1) * shards.number() / part->of};
}

/// The work of one run: shards handed out in order to the threads that ask.
class Run {
 public:
  Run(const Generator& generator, sinks::Sink& sink, const ShardRange& range,
      const std::atomic<bool>* stop)
      : generator_(generator), sink_(sink), end_(range.end), stop_(stop), next_shard_(range.first) {
    for (std::uint64_t shard = range.first; shard < range.end; ++shard) {
      total_ += samples_of(shard);
      if (sink.is_finished(shard)) resumed_ += samples_of(shard);
    }
  }

  /// Makes shards until there are none left, something fails or the run is stopped.
  void work() {
    Sample sample;
    Generator::Scratch scratch;
    sinks::Encoder encoder(generator_.recipe().output);
    for (;;) {
      const std::uint64_t shard = next_shard_.fetch_add(1);
      if (shard >= end_ || failure_.is_before(shard) || stopped()) return;
      try {
        const bool settled = sink_.is_finished(shard) || make(shard, sample, scratch, encoder);
        if (settled) settled_.fetch_add(samples_of(shard), std::memory_order_relaxed);
      } catch (...) {
        failure_.keep(shard, std::current_exception());
      }
    }
  }

  /// Makes `work` end at the next sample.
  void cancel() { cancelled_ = true; }

  bool stopped() const {
    return cancelled_ || (stop_ != nullptr && stop_->load(std::memory_order_relaxed));
  }
  std::uint64_t total() const { return total_; }
  std::uint64_t resumed() const { return resumed_; }
  std::uint64_t done() const { return resumed_ + made_.load(std::memory_order_relaxed); }
  /// True if nothing is left to do: every shard is there, or another process is making it.
  bool is_settled() const { return settled_.load(std::memory_order_relaxed) == total_; }
  std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

  /// The error of the lowest shard that failed: the same for any number of threads.
  void rethrow() const { failure_.rethrow(); }

 private:
  /// Samples between two accounts of what was made: threads that write one counter for each would
  /// take turns at it.
  static constexpr std::uint64_t kToldTogether = 16;

  std::uint64_t tell(std::uint64_t samples) {
    made_.fetch_add(samples, std::memory_order_relaxed);
    return samples;
  }

  std::uint64_t samples_of(std::uint64_t shard) const {
    return sink_.shards().end(shard) - sink_.shards().first(shard);
  }

  /// False if it was stopped.
  bool make(std::uint64_t shard, Sample& sample, Generator::Scratch& scratch,
            sinks::Encoder& encoder) {
    const auto writer = sink_.begin(shard);
    if (!writer) return true;  // another process is at it
    const std::uint64_t first = sink_.shards().first(shard);
    const std::uint64_t end = sink_.shards().end(shard);
    std::uint64_t told = 0;
    for (std::uint64_t k = first; k < end; ++k) {
      if (stopped() || failure_.is_before(shard)) {
        made_.fetch_sub(told, std::memory_order_relaxed);
        return false;
      }
      job::within_sample(k, [&] { generator_.sample(k, sample, scratch); });
      sinks::OutgoingSample outgoing(sample, encoder);
      writer->add(outgoing);
      if (k + 1 - first - told >= kToldTogether) told += tell(kToldTogether);
    }
    tell(end - first - told);
    writer->commit();
    bytes_.fetch_add(writer->bytes(), std::memory_order_relaxed);
    return true;
  }

  const Generator& generator_;
  sinks::Sink& sink_;
  std::uint64_t end_;
  const std::atomic<bool>* stop_;
  std::uint64_t total_ = 0;
  std::uint64_t resumed_ = 0;
  std::atomic<bool> cancelled_{false};
  std::atomic<std::uint64_t> next_shard_;
  std::atomic<std::uint64_t> settled_{0};  // samples
  std::atomic<std::uint64_t> made_{0};
  std::atomic<std::uint64_t> bytes_{0};
  job::FirstFailure failure_;  // of a shard
};

/// The threads of a run. Where an exception ends it early, they stop at the next sample.
class Workers {
 public:
  /// Starts so many, or as many as the system gives: fewer make the same data set.
  Workers(Run& run, unsigned threads) : run_(run) {
    threads_.reserve(threads);
    try {
      while (threads_.size() < threads) threads_.emplace_back([this] { work(); });
    } catch (const std::exception& error) {
      if (!threads_.empty()) return;
      throw Error(ErrorCode::kIo, fmt::format("a thread cannot be started: {}", error.what()));
    }
  }

  ~Workers() {
    run_.cancel();
    for (std::thread& thread : threads_) thread.join();
  }

  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// True when all have ended, false when the time is over.
  bool wait_for(std::chrono::milliseconds time) {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, time, [this] { return ended_ == threads_.size(); });
  }

 private:
  void work() {
    run_.work();
    const std::lock_guard<std::mutex> lock(mutex_);
    ++ended_;
    changed_.notify_one();
  }

  Run& run_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t ended_ = 0;
  std::vector<std::thread> threads_;
};

void abandon_quietly(sinks::Sink& sink) {
  try {
    sink.abandon();
  } catch (const Error&) {  // what failed first is the error to report
  }
}

std::optional<unsigned> positive_number(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  char* end = nullptr;
  const unsigned long value = std::strtoul(text, &end, 10);
  if (end == text || *end != '\0' || value == 0 || value > 4096) return std::nullopt;
  return static_cast<unsigned>(value);
}

}  // namespace

unsigned default_threads() {
  for (const char* variable : {"SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE"}) {
    if (const auto number = positive_number(variable)) return *number;
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
  }
  return std::max(1u, std::thread::hardware_concurrency());
}

RunResult write_samples(const Generator& generator, sinks::Sink& sink, const RunOptions& options,
                        const std::function<void(const Progress&)>& on_progress,
                        const std::atomic<bool>* stop) {
  const Clock::time_point start = Clock::now();
  const ShardRange range = range_of(sink.shards(), options.part);
  Run run(generator, sink, range, stop);
  const auto report = [&] {
    if (on_progress) on_progress({run.done(), run.resumed(), run.total(), seconds_since(start)});
  };
  const unsigned wanted = options.threads > 0 ? options.threads : default_threads();
  const std::uint64_t useful = std::max<std::uint64_t>(1, range.end - range.first);
  const auto threads = static_cast<unsigned>(std::min<std::uint64_t>(wanted, useful));
  try {
    {
      Workers workers(run, threads);
      while (!workers.wait_for(std::chrono::milliseconds(200))) report();
    }
    run.rethrow();
    const bool interrupted = !run.is_settled();
    bool complete = false;
    if (interrupted) {
      sink.abandon();
    } else {
      complete = sink.finish();
    }
    report();
    return {run.done(), run.bytes(), seconds_since(start), interrupted, complete};
  } catch (...) {
    abandon_quietly(sink);
    throw;
  }
}

RunResult write_dataset(const Generator& generator, const RunOptions& options,
                        const std::function<void(const Progress&)>& on_progress,
                        const std::atomic<bool>* stop) {
  const auto sink =
      open_sinks(destinations(generator.recipe(), generator.count(), options.output),
                 {options.output, options.overwrite, options.resume, options.part.has_value()});
  return write_samples(generator, *sink, options, on_progress, stop);
}

namespace {

/// In one directory; false if no data set is there.
bool finish_in(const std::string& directory, RunResult& result) {
  const std::string path = directory + "/" + sinks::kRecipeName;
  if (!boost::filesystem::exists(path)) return false;
  const Recipe recipe = read_recipe(path);
  const std::uint64_t count = sample_count(recipe);
  const auto sink =
      open_sinks(destinations(recipe, count, directory), {directory, false, false, true});
  if (!sink->finish()) {
    std::vector<std::uint64_t> missing;
    for (std::uint64_t shard = 0; shard < sink->shards().number(); ++shard) {
      if (!sink->is_finished(shard)) missing.push_back(shard);
    }
    constexpr std::size_t kShown = 20;
    const std::size_t shown = std::min(missing.size(), kShown);
    throw Error(ErrorCode::kFormat,
                fmt::format("{}: {} of {} shards are missing: {}{}. --resume makes them", directory,
                            missing.size(), sink->shards().number(),
                            fmt::join(missing.begin(),
                                      missing.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                            shown < missing.size() ? ", ..." : ""));
  }
  result.samples += count;
  return true;
}

}  // namespace

RunResult finish_dataset(const std::string& output) {
  const Clock::time_point start = Clock::now();
  RunResult result;
  bool found = finish_in(output, result);
  if (!found) {
    const sinks::Directory root(output);
    for (const std::string& entry : root.entries()) {
      const std::string below = output + "/" + entry;
      if (boost::filesystem::is_directory(below)) found = finish_in(below, result) || found;
    }
  }
  if (!found) {
    throw Error(ErrorCode::kNotFound, fmt::format("{}: holds no data set of Glyphmill's", output));
  }
  result.complete = true;
  result.seconds = seconds_since(start);
  return result;
}

std::optional<std::uint64_t> recorded_seed(const Recipe& recipe, const std::string& output) {
  for (const std::string& directory : data_set_directories(recipe, output)) {
    const std::string recorded = directory + "/" + sinks::kRecipeName;
    if (boost::filesystem::exists(recorded)) return read_recipe(recorded).seed;
  }
  return std::nullopt;
}

std::string write_one(const Generator& generator, std::uint64_t k, const RunOptions& options) {
  const Recipe& recipe = generator.recipe();
  const sinks::Shards shards(generator.count(),
                             sinks::shard_size_of(recipe.output, generator.count()));
  const sinks::FileNamer namer(recipe.output.name_pattern,
                               sinks::extension_of(recipe.output.image_ext), generator.count());
  sinks::Encoder encoder(recipe.output);
  Sample sample;
  Generator::Scratch scratch;
  // An equal name earlier in the shard would have pushed this one to a numbered name.
  std::uint64_t equal_before = 0;
  generator.sample(k, sample, scratch);
  std::string bytes(encoder.encode(sample.image));
  const std::string wanted = namer.name(sample, bytes);
  if (!namer.is_unique()) {
    for (std::uint64_t j = shards.first(shards.of_sample(k)); j < k; ++j) {
      generator.sample(j, sample, scratch);
      if (namer.name(sample, encoder.encode(sample.image)) == wanted) ++equal_before;
    }
  }
  std::string name = wanted;
  if (equal_before > 0) name.insert(wanted.rfind('.'), fmt::format("_{}", equal_before + 1));
  if (!sinks::Directory(options.output, true).entries().empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: must be an empty directory for one image alone", options.output));
  }
  const sinks::Layout layout = sinks::layout_of(Format::kFolder, recipe.split);
  const std::string directory = fmt::format("{}/{}/{}", options.output, layout.content,
                                            shard_path(layout, shards, shards.of_sample(k)));
  sinks::Directory(directory, true).replace(name, bytes);
  return directory + "/" + name;
}

std::string write_image(const Generator& generator, std::uint64_t k, const std::string& directory,
                        bool overwrite) {
  const Sample sample = generator.sample(k);
  const OutputOptions& output = generator.recipe().output;
  sinks::Encoder encoder(output);
  const std::string_view bytes = encoder.encode(sample.image);
  constexpr std::size_t kLongestStem = 240;  // file systems take 255 bytes with the extension
  const std::string stem = sample.label.empty()
                               ? "blank"
                               : sinks::safe_in_file_name(sample.label).substr(0, kLongestStem);
  const std::string name = fmt::format("{}.{}", stem, sinks::extension_of(output.image_ext));
  const sinks::Directory target(directory, true);
  const std::string path = directory + "/" + name;
  if (overwrite) {
    target.replace(name, bytes);
  } else if (!target.write_new(name, bytes)) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: exists; --overwrite replaces it", path));
  }
  return path;
}

}  // namespace glyphmill
