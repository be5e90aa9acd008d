// SPDX-License-Identifier: Apache-2.0
#include "sinks/packed_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "glyphmill/error.h"
#include "glyphmill/utf8.h"
#include "sinks/checksum.h"
#include "sinks/data_set_directory.h"
#include "sinks/file_name.h"
#include "sinks/npz_file.h"
#include "sinks/packed_part.h"
#include "sinks/pickle_file.h"
#include "sinks/previous_run.h"

namespace glyphmill::sinks {
namespace {

// Names in the work directory.
constexpr const char* kPackName = "pack.part";
constexpr const char* kLabelsPartName = "labels.part";

class PackedSink final : public Sink {
 public:
  PackedSink(const DataSet& data_set, const FolderOptions& options)
      : output_(data_set.output),
        format_(data_set.format),
        spacing_range_(data_set.spacing_range),
        file_(pack_file_name(data_set.output, data_set.format, data_set.count)),
        one_shape_(format()),
        directory_(data_set, options, file_) {
    directory_.open(
        [this](const Json& manifest) {
          const auto size = directory_.root().size_of(file_);
          return size && manifest.value("bytes", Json()) == *size;
        },
        [this] {
          refuse_foreign_file();
          note_finished_shards();
        });
  }

  const Shards& shards() const override { return directory_.shards(); }

  bool is_finished(std::uint64_t shard) const override {
    return directory_.is_complete() ||
           (directory_.is_recorded(shard) && directory_.work().has(part_file(name(shard))));
  }

  std::unique_ptr<ShardWriter> begin(std::uint64_t shard) override {
    return make_packed_part(
        {directory_.work(), name(shard), is_npz(), output_.normalize, one_shape_});
  }

  void finish() override {
    if (directory_.is_complete()) return;
    Checksum checksum;
    std::uint64_t bytes = 0;
    const std::vector<PartRecord> records = read_records();
    {
      NewFile file(directory_.work(), "pack.tmp", kPackName);
      write_pack(pack_of(records), [&](std::string_view piece) {
        file.write(piece);
        checksum.add(piece);
        bytes += piece.size();
      });
      file.commit();
    }
    Json counts = Json::array();
    for (const PartRecord& record : records) {
      counts.push_back({{"first", record.first}, {"count", record.count}});
    }
    refuse_foreign_file();
    directory_.finish(
        format(),
        {{"file", file_}, {"bytes", bytes}, {"xxh3_128", checksum.hex()}, {"shards", counts}},
        [this] { directory_.work().move(kPackName, directory_.root(), file_); });
  }

  void abandon() override {
    if (directory_.is_complete()) return;
    // What differs in size can never be completed; an earlier run's shards are not ours to judge.
    const bool worth_keeping = !one_shape_.is_broken() || directory_.is_resumed();
    for (std::uint64_t shard = 0; worth_keeping && shard < shards().number(); ++shard) {
      if (is_finished(shard)) return;
    }
    directory_.remove();
  }

 private:
  bool is_npz() const { return format_ == Format::kNpz; }
  std::string format() const { return is_npz() ? "npz" : "pickle"; }
  std::string name(std::uint64_t shard) const { return shard_name(shards(), shard); }

  /// A run that ended between its last steps has left its manifest in the work directory and
  /// perhaps the file; any other file of that name is somebody else's.
  void refuse_foreign_file() const {
    const Directory& root = directory_.root();
    if (!root.has(file_) || directory_.work().has(kManifestName)) return;
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: '{}' is not Glyphmill's and stands where the data set's file goes",
                            root.path(), file_));
  }

  void note_finished_shards() {
    for (std::uint64_t shard = 0; shard < shards().number(); ++shard) {
      if (!is_finished(shard)) continue;
      const PartRecord record = part_record(directory_.record(shard));
      one_shape_.agree(record.first, record.shape);
    }
  }

  std::vector<PartRecord> read_records() const {
    std::vector<PartRecord> records;
    for (std::uint64_t shard = 0; shard < shards().number(); ++shard) {
      records.push_back(part_record(directory_.record(shard)));
    }
    return records;
  }

  Pack pack_of(const std::vector<PartRecord>& records) const {
    Pack pack;
    pack.shape = records.front().shape;
    pack.normalize = output_.normalize;
    pack.spacing_range = spacing_range_;
    for (const PartRecord& record : records) {
      pack.count += record.count;
      pack.longest_label = std::max(pack.longest_label, record.longest_label);
      pack.parts.push_back(record.size);
    }
    pack.images = [this, &records](const Write& write) {
      for (std::uint64_t shard = 0; shard < shards().number(); ++shard) {
        copy_part(directory_.work(), name(shard), records[shard], write);
      }
    };
    pack.labels = [this](const Write& write) {
      for (std::uint64_t shard = 0; shard < shards().number(); ++shard) {
        directory_.work().for_each_line(name(shard) + ".tsv", [&](std::string_view line) {
          write(line.substr(line.find('\t') + 1));
        });
      }
    };
    return pack;
  }

  void write_pack(const Pack& pack, const Write& write) const {
    if (!is_npz()) {
      write_pickle(pack, write);
      return;
    }
    const Directory& work = directory_.work();
    NewFile file(work, "labels.tmp", kLabelsPartName);
    const Stretch size = deflate_labels(pack, [&](std::string_view piece) { file.write(piece); });
    file.commit();
    const auto labels = [&](const Write& out) { work.for_each_chunk(kLabelsPartName, out); };
    write_npz(pack, size, labels, write);
  }

  OutputOptions output_;
  Format format_;
  std::optional<IntegerRange> spacing_range_;
  std::string file_;
  OneShape one_shape_;
  DataSetDirectory directory_;
};

[[noreturn]] void refuse_name(std::string_view problem, const std::string& given) {
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("output.pack_name: {}. Got: {}", problem, printable(given)));
}

}  // namespace

std::string pack_file_name(const OutputOptions& output, Format format, std::uint64_t count) {
  static constexpr std::string_view kCount = "{count}";
  constexpr std::size_t kLongestName = 240;  // file systems take 255; leave room for a suffix
  std::string name = output.pack_name;
  for (std::size_t at = 0; (at = name.find(kCount, at)) != std::string::npos;) {
    name.replace(at, kCount.size(), fmt::to_string(count));
  }
  if (name.find_first_of("{}") != std::string::npos) {
    refuse_name("the only field is {count}", output.pack_name);
  }
  if (name.empty() || name.size() > kLongestName || !is_utf8(name) ||
      safe_in_file_name(name) != name) {
    refuse_name(fmt::format("must be a file name of 1 to {} bytes without / \\ : * ? \" < > | % "
                            "and control characters, and not start with '.'",
                            kLongestName),
                output.pack_name);
  }
  return name + (format == Format::kPickle ? ".pickle" : ".npz");
}

std::unique_ptr<Sink> make_packed_sink(const DataSet& data_set, const FolderOptions& options) {
  return std::make_unique<PackedSink>(data_set, options);
}

}  // namespace glyphmill::sinks
