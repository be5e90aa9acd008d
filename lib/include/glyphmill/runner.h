// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "glyphmill/generator.h"

namespace glyphmill {

/// Where a data set goes and how it is made; nothing here changes a byte of it.
struct RunOptions {
  std::string output;      ///< directory; made if absent
  unsigned threads = 0;    ///< 0: `default_threads()`
  bool overwrite = false;  ///< first remove what Glyphmill wrote there before, and nothing else
  bool resume = false;     ///< keep the finished shards of an interrupted run of the same recipe
  /// Make part `index` of `of` alone. Any number of parts may run at once, on any machines that see
  /// the directory; a part joins what others have begun, and the last to end finishes the set.
  struct Part {
    std::uint64_t index = 0;  ///< from 0
    std::uint64_t of = 1;
  };
  std::optional<Part> part = std::nullopt;  ///< not with `overwrite`
};

struct Progress {
  std::uint64_t done = 0;     ///< samples finished, those of an earlier run included
  std::uint64_t resumed = 0;  ///< of these, from an earlier run
  std::uint64_t total = 0;
  double seconds = 0;  ///< since the start
};

struct RunResult {
  std::uint64_t samples = 0;  ///< of the run or its part, in the data set when the call returned
  std::uint64_t bytes = 0;    ///< of encoded images written by this call
  double seconds = 0;
  bool interrupted = false;
  /// The data set is finished: its manifest stands. False for a part while others have yet to end.
  bool complete = false;
};

/// Makes the whole data set in the layout of its format, which the README describes. Shards are
/// made by the worker threads under temporary names and renamed when whole; manifest.json comes
/// last.
///
/// `on_progress` is called from the calling thread, a few times a second and at the end; what it
/// throws ends the run and is passed on. When `*stop` becomes true the workers end at the next
/// sample, unfinished shards are removed, and the result says `interrupted`; a later call with
/// `resume` completes the set.
///
/// With several formats, each is written into a directory of its name in `options.output`.
///
/// Throws Error: kInvalidArgument (the directory is not empty, or holds another recipe's data), kIo
/// (path and cause; another run is writing there). Unfinished shards are removed then too. An error
/// in a sample is rethrown with its index, the lowest failing index first.
RunResult write_dataset(const Generator& generator, const RunOptions& options,
                        const std::function<void(const Progress&)>& on_progress = {},
                        const std::atomic<bool>* stop = nullptr);

/// Finishes a data set whose shards are all there, as the last of its parts does: for parts that
/// were killed when their shards were made. `output` may hold one data set, or one in each of its
/// directories. A finished set is left as it is. Throws Error(kFormat) naming the shards that are
/// missing; kNotFound if no data set is there.
RunResult finish_dataset(const std::string& output);

/// The seed that an earlier run of the recipe, or another part, has recorded in `output`; none if
/// there is no such run. Throws what reading its recipe throws.
std::optional<std::uint64_t> recorded_seed(const Recipe& recipe, const std::string& output);

/// Writes the image of sample k alone, byte for byte as `write_dataset` does, under the same
/// relative path in `options.output`, which must be empty or absent, lest a data set there no
/// longer agree with its labels. Returns the path of the file.
std::string write_one(const Generator& generator, std::uint64_t k, const RunOptions& options);

/// Writes the image of sample k as LABEL.png (or .jpg, by the recipe) into `directory`, which is
/// made if absent; an empty label is called "blank", a long one is cut. Returns the path. Throws
/// Error(kInvalidArgument) if the file exists, unless `overwrite`; Error(kIo).
std::string write_image(const Generator& generator, std::uint64_t k, const std::string& directory,
                        bool overwrite = false);

/// The processors this process may use: SLURM_CPUS_PER_TASK, else SLURM_CPUS_ON_NODE, else the
/// affinity mask; at least 1.
unsigned default_threads();

}  // namespace glyphmill
