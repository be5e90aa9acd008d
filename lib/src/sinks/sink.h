// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "glyphmill/output.h"
#include "glyphmill/range.h"
#include "glyphmill/sample.h"

/// Where samples go. The unit of work is the shard: a contiguous range of indices that one thread
/// makes, that appears whole or not at all, and that is never made again once it is there.
namespace glyphmill::sinks {

/// How `count` samples are cut into shards: a function of the count alone, so that it cannot depend
/// on who makes them.
class Shards {
 public:
  explicit Shards(std::uint64_t count);

  std::uint64_t number() const { return number_; }
  std::uint64_t first(std::uint64_t shard) const { return shard * size_; }
  /// One past the shard's last sample.
  std::uint64_t end(std::uint64_t shard) const;
  std::uint64_t of_sample(std::uint64_t k) const { return k / size_; }

 private:
  std::uint64_t count_;
  std::uint64_t size_;
  std::uint64_t number_;
};

/// Receives the samples of one shard, in order. Destroyed without `commit`, it removes what it
/// wrote. Used by one thread.
class ShardWriter {
 public:
  virtual ~ShardWriter() = default;
  virtual void add(const Sample& sample) = 0;
  /// Puts the finished shard under its final name.
  virtual void commit() = 0;
  /// Encoded image bytes written so far.
  virtual std::uint64_t bytes() const = 0;
};

/// A data set being written. `is_finished` and `begin` may be called from several threads.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual const Shards& shards() const = 0;
  /// True for a shard that an earlier run of the same recipe has committed.
  virtual bool is_finished(std::uint64_t shard) const = 0;
  virtual std::unique_ptr<ShardWriter> begin(std::uint64_t shard) = 0;
  /// With all shards committed: writes the lists and, last, the manifest.
  virtual void finish() = 0;
  /// After an interruption or an error: keeps committed shards for a later run, or, if there are
  /// none, leaves the directory as it was found.
  virtual void abandon() = 0;
};

/// What is to be stored.
struct DataSet {
  std::uint64_t seed = 0;
  std::uint64_t count = 0;
  std::string recipe_yaml;  ///< the resolved recipe
  OutputOptions output;
  Format format = Format::kFolder;  ///< the one of `output.format` that is meant
  /// What the gaps between characters were drawn from; told in the metadata of a pickle.
  std::optional<IntegerRange> spacing_range = std::nullopt;
};

/// Where it goes.
struct FolderOptions {
  std::string path;
  bool overwrite = false;
  bool resume = false;
};

/// The sink of the data set's format. Throws Error(kInvalidArgument) if the directory is not empty
/// (and neither option allows it), holds foreign files where ours go, or holds another recipe's
/// data; Error(kIo), also while another run writes there.
std::unique_ptr<Sink> make_sink(const DataSet& data_set, const FolderOptions& options);

}  // namespace glyphmill::sinks
