// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/runner.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "glyphmill/error.h"
#include "sinks/encoder.h"
#include "sinks/file_name.h"
#include "sinks/files.h"
#include "sinks/folder_sink.h"

namespace glyphmill {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The work of one run: shards handed out in order to the threads that ask.
class Run {
 public:
  Run(const Generator& generator, sinks::Sink& sink, const std::atomic<bool>* stop)
      : generator_(generator), sink_(sink), stop_(stop) {
    for (std::uint64_t shard = 0; shard < sink.shards().number(); ++shard) {
      if (!sink.is_finished(shard)) continue;
      resumed_ += sink.shards().end(shard) - sink.shards().first(shard);
    }
  }

  /// Makes shards until there are none left, something fails or the run is stopped.
  void work() {
    Sample sample;
    Generator::Scratch scratch;
    for (;;) {
      const std::uint64_t shard = next_shard_.fetch_add(1);
      if (shard >= sink_.shards().number() || shard > failed_shard_ || stopped()) return;
      if (sink_.is_finished(shard)) continue;
      try {
        make(shard, sample, scratch);
      } catch (...) {
        fail(shard, std::current_exception());
      }
    }
  }

  bool stopped() const { return stop_ != nullptr && stop_->load(std::memory_order_relaxed); }
  std::uint64_t resumed() const { return resumed_; }
  std::uint64_t done() const { return resumed_ + made_.load(std::memory_order_relaxed); }
  std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

  /// The error of the lowest shard that failed: the same for any number of threads.
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  void make(std::uint64_t shard, Sample& sample, Generator::Scratch& scratch) {
    const auto writer = sink_.begin(shard);
    const std::uint64_t first = sink_.shards().first(shard);
    const std::uint64_t end = sink_.shards().end(shard);
    for (std::uint64_t k = first; k < end; ++k) {
      if (stopped() || shard > failed_shard_) {
        made_.fetch_sub(k - first, std::memory_order_relaxed);
        return;
      }
      generator_.sample(k, sample, scratch);
      writer->add(sample);
      made_.fetch_add(1, std::memory_order_relaxed);
    }
    writer->commit();
    bytes_.fetch_add(writer->bytes(), std::memory_order_relaxed);
  }

  void fail(std::uint64_t shard, std::exception_ptr error) {
    const std::lock_guard<std::mutex> lock(error_mutex_);
    if (shard > failed_shard_) return;
    failed_shard_ = shard;
    error_ = std::move(error);
  }

  const Generator& generator_;
  sinks::Sink& sink_;
  const std::atomic<bool>* stop_;
  std::uint64_t resumed_ = 0;
  std::atomic<std::uint64_t> next_shard_{0};
  std::atomic<std::uint64_t> failed_shard_{~std::uint64_t{0}};
  std::atomic<std::uint64_t> made_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::mutex error_mutex_;
  std::exception_ptr error_;
};

/// Runs `run` on so many threads and reports until all have ended.
void run_threads(Run& run, unsigned threads, const std::function<void()>& report) {
  std::mutex mutex;
  std::condition_variable ended;
  unsigned running = threads;
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      run.work();
      const std::lock_guard<std::mutex> lock(mutex);
      --running;
      ended.notify_one();
    });
  }
  {
    std::unique_lock<std::mutex> lock(mutex);
    while (!ended.wait_for(lock, std::chrono::milliseconds(200), [&] { return running == 0; })) {
      lock.unlock();
      report();
      lock.lock();
    }
  }
  for (std::thread& worker : workers) worker.join();
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

RunResult write_dataset(const Generator& generator, const RunOptions& options,
                        const std::function<void(const Progress&)>& on_progress,
                        const std::atomic<bool>* stop) {
  const Clock::time_point start = Clock::now();
  const Recipe& recipe = generator.recipe();
  const auto sink =
      sinks::make_folder_sink({*recipe.seed, generator.count(), to_yaml(recipe), recipe.output},
                              {options.output, options.overwrite, options.resume});
  Run run(generator, *sink, stop);
  const auto report = [&] {
    if (on_progress) {
      on_progress({run.done(), run.resumed(), generator.count(), seconds_since(start)});
    }
  };
  const unsigned wanted = options.threads > 0 ? options.threads : default_threads();
  const std::uint64_t useful = std::max<std::uint64_t>(1, sink->shards().number());
  const auto threads = static_cast<unsigned>(std::min<std::uint64_t>(wanted, useful));
  try {
    run_threads(run, threads, report);
    run.rethrow();
    const bool complete = run.done() == generator.count();
    if (complete) {
      sink->finish();
    } else {
      sink->abandon();
    }
    report();
    return {run.done(), run.bytes(), seconds_since(start), !complete};
  } catch (...) {
    sink->abandon();
    throw;
  }
}

std::string write_one(const Generator& generator, std::uint64_t k, const RunOptions& options) {
  const Recipe& recipe = generator.recipe();
  const sinks::Shards shards(generator.count());
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
  const std::string directory =
      options.output + "/" + sinks::shard_directory(shards, shards.of_sample(k));
  const sinks::Directory target(directory, true);
  if (target.has(name) && !options.overwrite) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}/{}: exists; replace it with --overwrite", directory, name));
  }
  target.replace(name, bytes);
  return directory + "/" + name;
}

}  // namespace glyphmill
