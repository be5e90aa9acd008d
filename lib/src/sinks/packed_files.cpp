// SPDX-License-Identifier: Apache-2.0
#include "sinks/packed_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sinks/checksum.h"
#include "sinks/idx_files.h"
#include "sinks/npz_file.h"
#include "sinks/packed_part.h"
#include "sinks/pickle_file.h"

namespace glyphmill::sinks {
namespace {

constexpr const char* kLabelsPartName = "labels.part";

/// Writes a file of the set and remembers what the manifest says of it.
class ListedFile {
 public:
  ListedFile(const Directory& work, const std::string& name)
      : name_(name), file_(work, name + ".tmp", name) {}

  void write(std::string_view piece) {
    file_.write(piece);
    checksum_.add(piece);
    bytes_ += piece.size();
  }

  Json commit() {
    file_.commit();
    return {{"path", name_}, {"bytes", bytes_}, {"xxh3_128", checksum_.hex()}};
  }

 private:
  std::string name_;
  NewFile file_;
  Checksum checksum_;
  std::uint64_t bytes_ = 0;
};

Layout layout_for(const DataSet& data_set) {
  Layout layout = layout_of(data_set.format, data_set.split);
  layout.files = packed_names(data_set);
  return layout;
}

class PackedFiles final : public FormatWriter {
 public:
  explicit PackedFiles(const DataSet& data_set)
      : FormatWriter(layout_for(data_set)),
        output_(data_set.output),
        spacing_range_(data_set.spacing_range),
        one_shape_(std::string(name_of(data_set.format))) {}

  std::unique_ptr<ShardContent> begin(const Directory& work, const std::string& temporary,
                                      std::uint64_t, ShardPieces&) override {
    return make_packed_part(
        {work, temporary, layout().format == Format::kNpz, output_.normalize, one_shape_});
  }

  Json finish(const FinishedSet& set, const Directory*) override {
    std::vector<PartRecord> records;
    for (std::uint64_t shard = 0; shard < set.shards().number(); ++shard) {
      records.push_back(part_record(set.record(shard)));
      // Parts of a run on several machines have not seen one another's.
      one_shape_.agree(records.back().first, records.back().shape);
    }
    const Pack pack = pack_of(set, records);
    if (layout().format == Format::kIdx) return {{"files", write_idx_files(set, pack)}};
    ListedFile file(set.work(), layout().files.front());
    const auto write = [&](std::string_view piece) { file.write(piece); };
    if (layout().format == Format::kPickle) {
      write_pickle(pack, write);
    } else {
      write_npz_file(set.work(), pack, write);
    }
    return {{"files", Json::array({file.commit()})}};
  }

  void note_finished(const Json& record) override {
    const PartRecord part = part_record(record);
    one_shape_.agree(part.first, part.shape);
  }

  bool worth_keeping() const override { return !one_shape_.is_broken(); }

 private:
  Pack pack_of(const FinishedSet& set, const std::vector<PartRecord>& records) const {
    Pack pack;
    pack.shape = records.front().shape;
    pack.normalize = output_.normalize;
    pack.spacing_range = spacing_range_;
    pack.longest_label = set.statistics().longest_label();
    pack.shortest_label = set.statistics().shortest_label();
    for (const PartRecord& record : records) {
      pack.count += record.count;
      pack.parts.push_back(record.size);
    }
    pack.images = [this, &set, &records](const Write& write) {
      for (std::uint64_t shard = 0; shard < set.shards().number(); ++shard) {
        copy_part(set.work(), shard_path(layout(), set.shards(), shard), records[shard], write);
      }
    };
    pack.labels = [&set](const Write& write) {
      set.for_each_label([&](std::string_view, std::string_view label) { write(label); });
    };
    return pack;
  }

  static void write_npz_file(const Directory& work, const Pack& pack, const Write& write) {
    NewFile file(work, "labels.tmp", kLabelsPartName);
    const Stretch size = deflate_labels(pack, [&](std::string_view piece) { file.write(piece); });
    file.commit();
    const auto labels = [&](const Write& out) { work.for_each_chunk(kLabelsPartName, out); };
    write_npz(pack, size, labels, write);
  }

  Json write_idx_files(const FinishedSet& set, const Pack& pack) const {
    const bool single = pack.shortest_label == 1 && pack.longest_label == 1;
    ListedFile images(set.work(), layout().files[0]);
    write_idx_images(pack, [&](std::string_view piece) { images.write(piece); });
    ListedFile labels(set.work(), layout().files[single ? 1 : 2]);
    write_idx_labels(pack, set.statistics().alphabet(),
                     [&](std::string_view piece) { labels.write(piece); });
    return Json::array({images.commit(), labels.commit()});
  }

  OutputOptions output_;
  std::optional<IntegerRange> spacing_range_;
  OneShape one_shape_;
};

}  // namespace

std::unique_ptr<FormatWriter> make_packed_files(const DataSet& data_set) {
  return std::make_unique<PackedFiles>(data_set);
}

}  // namespace glyphmill::sinks
