// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "glyphmill/output.h"
#include "glyphmill/range.h"
#include "glyphmill/sample.h"

/// Where samples go. The unit of work is the shard: a contiguous range of indices that one thread
/// makes, that appears whole or not at all, and that is never made again once it is there.
namespace glyphmill::sinks {

class Encoder;

/// How `count` samples are cut into shards: a function of count and size alone, so that it cannot
/// depend on who makes them.
class Shards {
 public:
  /// `size` samples a shard, fewer in the last; at least 1.
  Shards(std::uint64_t count, std::uint64_t size);

  std::uint64_t count() const { return count_; }
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

/// A sample on its way to the sinks. Its image is encoded once, when the first of them asks.
class OutgoingSample {
 public:
  OutgoingSample(const Sample& sample, Encoder& encoder) : sample_(sample), encoder_(encoder) {}

  const Sample& sample() const { return sample_; }
  /// The bytes of the image file.
  std::string_view encoded();

 private:
  const Sample& sample_;
  Encoder& encoder_;
  std::string_view encoded_;
};

/// Receives the samples of one shard, in order. Destroyed without `commit`, it removes what it
/// wrote. Used by one thread.
class ShardWriter {
 public:
  virtual ~ShardWriter() = default;
  virtual void add(OutgoingSample& sample) = 0;
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
  /// True for a shard that this run, an earlier one or another part of it has committed.
  virtual bool is_finished(std::uint64_t shard) const = 0;
  /// Null if another process is making the shard.
  virtual std::unique_ptr<ShardWriter> begin(std::uint64_t shard) = 0;
  /// Writes the lists and, last, the manifest. False, and nothing is done, if other parts have
  /// shards yet to make.
  virtual bool finish() = 0;
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
  std::string split = "";           ///< the recipe's
  /// What the gaps between characters were drawn from; told in the metadata of a pickle.
  std::optional<IntegerRange> spacing_range = std::nullopt;
};

/// Where it goes.
struct FolderOptions {
  std::string path;
  bool overwrite = false;
  bool resume = false;
  /// Other processes write other shards of the same set at the same time. Joins what is there.
  bool part = false;
};

/// The sink of the data set's format. Throws Error(kInvalidArgument) if the directory is not empty
/// (and no option allows it), holds foreign files where ours go, or holds another recipe's data;
/// Error(kIo), also while another run writes there that is no part of the same.
std::unique_ptr<Sink> make_sink(const DataSet& data_set, const FolderOptions& options);

}  // namespace glyphmill::sinks
