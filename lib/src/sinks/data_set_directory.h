// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sinks/files.h"
#include "sinks/layout.h"
#include "sinks/previous_run.h"
#include "sinks/sink.h"

namespace glyphmill::sinks {

/// The directory of a data set, as far as it is the same for every format:
///
///     recipe.yaml            the resolved recipe
///     labels.tsv             a line for each sample, in sample order
///     manifest.json          last; without it the set is not finished
///     .glyphmill/            while it is being made:
///       layout.json          format and files
///       000.json             a shard's record; once that stands, the shard is finished
///       000.tsv, ...         its lines of the lists
///       000.tmp              what is unfinished
///       000.lock             the claim of the part that makes it
///       run.lock, turn.lock
///
/// A run has the directory for itself as long as the object lives. Parts of a run share it, take
/// each shard by a claim, and one after the other prepare the directory and try to finish it.
class DataSetDirectory {
 public:
  /// Makes the directory ready, or refuses it as `make_sink` says.
  DataSetDirectory(const DataSet& data_set, const FolderOptions& options, const Layout& layout);

  /// The second half of the construction. A set with a manifest must pass `is_whole`, else
  /// Error(kFormat). For any other `make_rest` is called when the work directory is there; if that
  /// throws, what this run has made is removed.
  void open(const std::function<bool(const Json& manifest)>& is_whole,
            const std::function<void()>& make_rest);

  const Layout& layout() const { return layout_; }
  const Shards& shards() const { return shards_; }
  const Directory& root() const { return root_; }
  const Directory& work() const { return *work_; }
  bool is_complete() const { return complete_; }
  bool is_part() const { return part_; }
  /// True if the directory held an unfinished data set that this run completes.
  bool is_resumed() const { return resumed_; }

  bool is_recorded(std::uint64_t shard) const;
  std::uint64_t count_recorded() const;
  /// Throws Error(kFormat) if the record is not what was written.
  Json record(std::uint64_t shard) const;
  /// None if another process is making the shard. A claim that is not needed is empty.
  struct ShardClaim {
    std::optional<Claim> claim;
    std::string temporary;  ///< name of what is unfinished
  };
  std::optional<ShardClaim> claim(std::uint64_t shard) const;
  /// True if the set is complete by now, by this run or another part.
  bool is_ended() const { return complete_ || root_.has(kManifestName); }

  /// Ends the set: `make` leaves in the work directory the files of the layout, the common lists
  /// and the manifest, which are then put in place, the manifest last.
  void finish(const std::function<void()>& make);

  /// Removes the data set, and the directory if this run has made it.
  void remove();

 private:
  LockFile::Kind lock_kind() const {
    return part_ ? LockFile::Kind::kShared : LockFile::Kind::kExclusive;
  }
  bool is_free() const;
  [[noreturn]] void refuse_another_run() const;
  void prepare();
  void check_complete(const std::function<bool(const Json&)>& is_whole) const;
  void put(const std::string& name) const;
  void put_all(const std::function<void()>& make);
  void refuse_foreign_files() const;
  void undo() noexcept;

  std::uint64_t count_;
  std::string recipe_yaml_;
  Layout layout_;
  Shards shards_;
  Existing existing_;
  bool part_;
  bool existed_;           // the directory, before this run
  bool complete_ = false;  // the data set: its manifest stands
  bool resumed_ = false;
  Directory root_;
  std::optional<Directory> work_;
  std::optional<LockFile> run_lock_;
};

}  // namespace glyphmill::sinks
