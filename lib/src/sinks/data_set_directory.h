// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "sinks/files.h"
#include "sinks/sink.h"

namespace glyphmill::sinks {

using Json = nlohmann::ordered_json;

/// Name of a shard's files and directories: "007".
std::string shard_name(const Shards& shards, std::uint64_t shard);

/// The directory of a data set, as far as it is the same for every format:
///
///     recipe.yaml            the resolved recipe
///     labels.tsv             a line for each sample, in sample order
///     manifest.json          last; without it the set is not finished
///     .glyphmill/            while it is being made:
///       000.tsv              the shard's lines of labels.tsv
///       000.json             its record; once that stands, the shard is recorded as finished
///       000.tmp              what is unfinished
///
/// Locked for other runs as long as the object lives.
class DataSetDirectory {
 public:
  /// Makes the directory ready, or refuses it as `make_sink` says. `content` is the entry of the
  /// format's own, which holds the images.
  DataSetDirectory(const DataSet& data_set, const FolderOptions& options,
                   const std::string& content);

  /// The second half of the construction. A set with a manifest must pass `is_whole`, else
  /// Error(kFormat). For any other `make_rest` is called when the work directory is there; if that
  /// throws, what this run has made is removed.
  void open(const std::function<bool(const Json& manifest)>& is_whole,
            const std::function<void()>& make_rest);

  const Shards& shards() const { return shards_; }
  const Directory& root() const { return root_; }
  const Directory& work() const { return *work_; }
  bool is_complete() const { return complete_; }
  /// True if the directory held an unfinished data set that this run completes.
  bool is_resumed() const { return resumed_; }

  bool is_recorded(std::uint64_t shard) const;
  /// Throws Error(kFormat) if the record is not what was written.
  Json record(std::uint64_t shard) const;

  /// Writes labels.tsv and, last, the manifest with the format's own `fields`. `put_content` is
  /// called in between: the work directory then has the manifest, by which a later run knows what
  /// is Glyphmill's.
  void finish(const std::string& format, const Json& fields,
              const std::function<void()>& put_content = {});

  /// Removes the data set, and the directory if this run has made it.
  void remove();

 private:
  void check_complete(const std::function<bool(const Json&)>& is_whole) const;
  void put(const std::string& name) const;
  void remove_quietly() noexcept;

  std::uint64_t seed_;
  std::uint64_t count_;
  std::string recipe_yaml_;
  Shards shards_;
  bool existed_;           // the directory, before this run
  bool complete_ = false;  // the data set: its manifest stands
  bool resumed_ = false;
  Directory root_;
  std::optional<Directory> work_;
};

}  // namespace glyphmill::sinks
