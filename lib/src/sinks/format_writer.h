// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sinks/files.h"
#include "sinks/layout.h"
#include "sinks/pack.h"
#include "sinks/sink.h"
#include "sinks/statistics.h"

/// What the formats differ in. Everything that they have in common - shards and their records,
/// claims, lists, checksums, the manifest - is the sink's, which drives them.
namespace glyphmill::sinks {

inline const std::string kLabelsPiece = "tsv";
inline const std::string kSamplesPiece = "jsonl";

/// The pieces of a shard that lists of the whole set are joined from: files in the work directory,
/// which appear when the shard is committed.
class ShardPieces {
 public:
  virtual ~ShardPieces() = default;
  /// Appends to the shard's piece `kind`, "coco-images".
  virtual void write(const std::string& kind, std::string_view bytes) = 0;
};

/// The samples of one shard under a temporary name. Destroyed before `close`, it may leave what it
/// wrote: the sink removes it.
class ShardContent {
 public:
  virtual ~ShardContent() = default;
  /// Stores the next sample. Returns the name by which the shard's checksum knows the image: that
  /// of its file, if it has one.
  virtual std::string add(OutgoingSample& sample) = 0;
  /// Everything written is on the disk, but for the directory entries around it.
  virtual void close() = 0;
  /// What a packed format must remember of the shard.
  virtual Json record() const { return Json::object(); }
};

/// All shards of a set, for those who write its lists and files.
class FinishedSet {
 public:
  virtual ~FinishedSet() = default;
  virtual const Shards& shards() const = 0;
  virtual const Directory& work() const = 0;
  virtual const Statistics& statistics() const = 0;
  virtual Json record(std::uint64_t shard) const = 0;
  /// Calls `use(place, label)` for each line of labels.tsv, in order: a path, or an index.
  virtual void for_each_label(
      const std::function<void(std::string_view place, std::string_view label)>& use) const = 0;
  /// Calls `use` with each line of the pieces of one kind, in order.
  virtual void for_each_piece_line(const std::string& kind,
                                   const std::function<void(std::string_view)>& use) const = 0;
};

class FormatWriter {
 public:
  virtual ~FormatWriter() = default;
  const Layout& layout() const { return layout_; }

  /// Begins a shard as `temporary` in the work directory. May be called from several threads.
  virtual std::unique_ptr<ShardContent> begin(const Directory& work, const std::string& temporary,
                                              std::uint64_t shard, ShardPieces& pieces) = 0;
  /// With all shards there, leaves the files of the layout in the work directory (and those inside
  /// the content in `content`). Returns the format's own fields of the manifest.
  virtual Json finish(const FinishedSet& set, const Directory* content) = 0;
  /// A finished shard of an earlier run, before any other is made.
  virtual void note_finished(const Json& /*record*/) {}
  /// False if what was found means that the set can never be finished.
  virtual bool worth_keeping() const { return true; }

 protected:
  explicit FormatWriter(Layout layout) : layout_(std::move(layout)) {}

 private:
  Layout layout_;
};

/// The writer of the data set's format. Throws Error(kInvalidArgument) for options that the format
/// cannot do.
std::unique_ptr<FormatWriter> make_format_writer(const DataSet& data_set);

}  // namespace glyphmill::sinks
