// SPDX-License-Identifier: Apache-2.0
#include "sinks/data_set_sink.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "glyphmill/error.h"
#include "glyphmill/version.h"
#include "sinks/data_set_directory.h"
#include "sinks/shard_files.h"
#include "sinks/trainers.h"

namespace glyphmill::sinks {
namespace {

/// Every shard of a directory, read from its records and pieces.
class RecordedSet final : public FinishedSet {
 public:
  explicit RecordedSet(const DataSetDirectory& directory) : directory_(directory) {
    for (std::uint64_t shard = 0; shard < shards().number(); ++shard) {
      try {
        statistics_.add(Statistics::from_json(record(shard).at("statistics")));
      } catch (const Json::exception&) {
        throw Error(ErrorCode::kFormat,
                    fmt::format("{}: the record of shard {} has been damaged. Make the data set "
                                "anew with --overwrite",
                                work().path(), shard_name(shards(), shard)));
      }
    }
  }

  const Shards& shards() const override { return directory_.shards(); }
  const Directory& work() const override { return directory_.work(); }
  const Statistics& statistics() const override { return statistics_; }
  Json record(std::uint64_t shard) const override { return directory_.record(shard); }

  void for_each_label(
      const std::function<void(std::string_view, std::string_view)>& use) const override {
    for_each_piece_line(kLabelsPiece, [&](std::string_view line) {
      const std::size_t tab = line.find('\t');
      use(line.substr(0, tab), line.substr(tab + 1));
    });
  }

  void for_each_piece_line(const std::string& kind,
                           const std::function<void(std::string_view)>& use) const override {
    for (std::uint64_t shard = 0; shard < shards().number(); ++shard) {
      const std::string piece = fmt::format("{}.{}", shard_name(shards(), shard), kind);
      work().for_each_line(piece, use);
    }
  }

  /// The pieces of one kind behind one another, as a file of the work directory.
  void join(const std::string& kind, const std::string& name) const {
    NewFile file(work(), name + ".tmp", name);
    for (std::uint64_t shard = 0; shard < shards().number(); ++shard) {
      work().for_each_chunk(fmt::format("{}.{}", shard_name(shards(), shard), kind),
                            [&](std::string_view chunk) { file.write(chunk); });
    }
    file.commit();
  }

 private:
  const DataSetDirectory& directory_;
  Statistics statistics_;
};

class DataSetSink final : public Sink {
 public:
  DataSetSink(const DataSet& data_set, const FolderOptions& options)
      : data_set_(data_set),
        format_(make_format_writer(data_set)),
        directory_(data_set, options, format_->layout()) {
    directory_.open([this](const Json& manifest) { return is_whole(manifest); },
                    [this] {
                      if (has_content()) content_.emplace(directory_.root().make(content_name()));
                      note_finished_shards();
                    });
  }

  const Shards& shards() const override { return directory_.shards(); }

  bool is_finished(std::uint64_t shard) const override {
    if (directory_.is_complete()) return true;
    if (!directory_.is_recorded(shard)) return directory_.is_part() && directory_.is_ended();
    const Directory& parent = content_ ? *content_ : directory_.work();
    return parent.has(shard_path(format_->layout(), shards(), shard));
  }

  std::unique_ptr<ShardWriter> begin(std::uint64_t shard) override {
    auto claim = directory_.claim(shard);
    if (!claim || is_finished(shard)) return nullptr;
    return begin_shard(
        {directory_, content_ ? &*content_ : nullptr, *format_, data_set_.output.annotations},
        shard, std::move(*claim));
  }

  bool finish() override {
    try {
      if (directory_.is_ended()) return true;
      if (directory_.count_recorded() < shards().number()) return false;
      directory_.finish([this] { make_lists(); });
    } catch (const Error&) {
      // Another part may have ended the set under our hands.
      if (!directory_.is_part() || !directory_.is_ended()) throw;
    }
    return true;
  }

  void abandon() override {
    if (directory_.is_part() || directory_.is_complete()) return;
    // What can never be finished goes; an earlier run's shards are not ours to judge.
    const bool worth_keeping = format_->worth_keeping() || directory_.is_resumed();
    for (std::uint64_t shard = 0; worth_keeping && shard < shards().number(); ++shard) {
      if (is_finished(shard)) return;
    }
    directory_.remove();
  }

 private:
  const std::string& content_name() const { return format_->layout().content; }
  bool has_content() const { return !content_name().empty(); }

  /// Of a set with a manifest: everything that it tells of is there.
  bool is_whole(const Json& manifest) const {
    const Directory& root = directory_.root();
    const auto layout = layout_from(manifest.value("layout", Json()));
    if (!layout || layout->format != data_set_.format) return false;
    for (const Json& file : manifest.value("files", Json::array())) {
      const auto size = root.size_of(file.value("path", ""));
      if (!size || file.value("bytes", Json()) != *size) return false;
    }
    if (!has_content()) return true;
    if (!root.has(content_name())) return false;
    const Directory content = root.open(content_name());
    for (std::uint64_t shard = 0; shard < shards().number(); ++shard) {
      if (!content.has(shard_path(*layout, shards(), shard))) return false;
    }
    return true;
  }

  /// Only parts must agree with what is yet to be made.
  void note_finished_shards() {
    if (format_->layout().form != ShardForm::kPart) return;
    for (std::uint64_t shard = 0; shard < shards().number(); ++shard) {
      if (is_finished(shard)) format_->note_finished(directory_.record(shard));
    }
  }

  void make_lists() {
    const RecordedSet set(directory_);
    set.join(kLabelsPiece, kLabelsName);
    if (data_set_.output.annotations) set.join(kSamplesPiece, kSamplesName);
    const Json fields = format_->finish(set, content_ ? &*content_ : nullptr);
    const Directory& work = directory_.work();
    work.replace(kCharactersName, characters_list(set.statistics()));
    work.replace(kSummaryName, summary(data_set_, shards(), set.statistics()).dump(1) + "\n");
    Json manifest = {{"glyphmill", version()}, {"format", name_of(data_set_.format)},
                     {"seed", data_set_.seed}, {"count", data_set_.count},
                     {"labels", kLabelsName},  {"layout", to_json(format_->layout())}};
    manifest.update(fields);
    manifest["shards"] = shard_list(set);
    work.replace(kManifestName, manifest.dump(1) + "\n");
  }

  static Json shard_list(const FinishedSet& set) {
    Json list = Json::array();
    for (std::uint64_t shard = 0; shard < set.shards().number(); ++shard) {
      Json record = set.record(shard);
      record.erase("statistics");
      // The parts of a packed set are gone with its work directory: what was known of them, too.
      list.push_back(record.contains("path")
                         ? record
                         : Json{{"first", record.at("first")}, {"count", record.at("count")}});
    }
    return list;
  }

  DataSet data_set_;
  std::unique_ptr<FormatWriter> format_;
  DataSetDirectory directory_;
  std::optional<Directory> content_;
};

}  // namespace

std::unique_ptr<Sink> make_data_set_sink(const DataSet& data_set, const FolderOptions& options) {
  return std::make_unique<DataSetSink>(data_set, options);
}

}  // namespace glyphmill::sinks
