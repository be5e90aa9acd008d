// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/inspect.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/filesystem.hpp>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "datasets/find_data_sets.h"
#include "datasets/manifest.h"
#include "datasets/stored_file.h"
#include "glyphmill/error.h"
#include "glyphmill/runner.h"
#include "report/inspect_part.h"

namespace glyphmill {
namespace {

using report::Problems;
using report::Tally;

/// Hands the parts of a data set to threads.
class Inspection {
 public:
  Inspection(const DataSet& set, const report::NameCheck* names, const InspectOptions& options)
      : set_(set),
        names_(names),
        options_(options),
        results_(set.parts().size(), Problems(options.problems_of_a_kind)) {}

  void run() {
    const std::size_t wanted = options_.threads == 0 ? default_threads() : options_.threads;
    const std::size_t threads = std::max<std::size_t>(1, std::min(wanted, set_.parts().size()));
    std::vector<Tally> tallies(threads);
    std::vector<std::thread> workers;
    running_ = threads;
    for (Tally& tally : tallies) workers.emplace_back([this, &tally] { work(tally); });
    watch();
    for (std::thread& worker : workers) worker.join();
    if (failure_) std::rethrow_exception(failure_);
    for (Tally& tally : tallies) total_.take(tally);
  }

  Tally& total() { return total_; }
  const std::vector<Problems>& problems() const { return results_; }

 private:
  void work(Tally& tally) {
    try {
      for (std::size_t part = next_++; part < results_.size(); part = next_++) {
        report::inspect_part(set_, part, names_, tally, results_[part], done_);
      }
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex_);
      failure_ = std::current_exception();
      next_ = results_.size();
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    --running_;
    ended_.notify_one();
  }

  void watch() {
    constexpr auto kPause = std::chrono::milliseconds(200);
    std::unique_lock<std::mutex> lock(mutex_);
    while (!ended_.wait_for(lock, kPause, [this] { return running_ == 0; })) {
      if (options_.on_progress) options_.on_progress(done_, set_.manifest().count);
    }
  }

  const DataSet& set_;
  const report::NameCheck* names_;
  const InspectOptions& options_;
  std::vector<Problems> results_;
  Tally total_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::uint64_t> done_{0};
  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t running_ = 0;
  std::exception_ptr failure_;
};

void inspect_finished(const DataSet& set, const InspectOptions& options, InspectionReport& report,
                      Problems& problems) {
  const Manifest& manifest = set.manifest();
  report.format = std::string(format_names()[static_cast<std::size_t>(manifest.format)]);
  report.version = manifest.version;
  report.seed = manifest.seed;
  report.count = manifest.count;
  report.shards = manifest.parts.size();
  report::inspect_files(set, problems);
  std::optional<report::NameCheck> names;
  try {
    names.emplace(set);
  } catch (const Error& error) {
    problems.add_error("recipe", error.what());
  }
  Inspection inspection(set, names ? &*names : nullptr, options);
  inspection.run();
  for (const Problems& part : inspection.problems()) problems.add(part);
  Tally& total = inspection.total();
  report.samples = total.samples;
  total.labels.expect(set.characters());
  report.labels = total.labels.report();
  report.images = total.images;
  report.duplicate_labels = total.label_copies.duplicates();
  report.duplicate_images = total.image_copies.duplicates();
  report::inspect_description(set.path(), report, problems);
}

}  // namespace

std::vector<std::string> data_sets_in(const std::string& path) {
  if (!boost::filesystem::exists(path)) {
    throw Error(ErrorCode::kNotFound, fmt::format("{}: no such directory", path));
  }
  const std::vector<std::string> found = datasets::find_data_sets(sinks::Directory(path));
  if (found.empty()) {
    datasets::refuse(path, "must be a data set, or a directory of data sets",
                     "no manifest.json, there or in its directories");
  }
  return found;
}

InspectionReport inspect_data_set(const std::string& path, const InspectOptions& options) {
  InspectionReport report;
  report.path = path;
  Problems problems(options.problems_of_a_kind);
  try {
    const sinks::Directory directory(path);
    if (!directory.has(datasets::kManifestFile) && directory.has(datasets::kWorkDirectory)) {
      report.unfinished = report::inspect_unfinished(path, problems);
      problems.add(path, "manifest.json", "one, as every finished data set has", "none");
    } else {
      inspect_finished(DataSet(path), options, report, problems);
    }
  } catch (const Error& error) {
    problems.add_error("data set", error.what());
  }
  problems.put_into(report);
  return report;
}

}  // namespace glyphmill
