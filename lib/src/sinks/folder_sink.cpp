// SPDX-License-Identifier: Apache-2.0
#include "sinks/folder_sink.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "sinks/checksum.h"
#include "sinks/data_set_directory.h"
#include "sinks/encoder.h"
#include "sinks/file_name.h"
#include "sinks/files.h"
#include "sinks/previous_run.h"

namespace glyphmill::sinks {
namespace {

/// Writes one shard into .glyphmill/NAME.tmp and moves it to images/NAME. Once the record NAME.json
/// stands, the shard is finished; until then it is made again.
class FolderShard final : public ShardWriter {
 public:
  FolderShard(const Directory& work, const Directory& images, std::string name,
              const OutputOptions& options, const FileNamer& namer, std::uint64_t first)
      : work_(work),
        images_(images),
        name_(std::move(name)),
        namer_(namer),
        encoder_(options),
        first_(first) {
    work_.remove_all(temporary());
    files_.emplace(work_.make(temporary()));
  }

  ~FolderShard() override {
    if (committed_) return;
    try {
      work_.remove_all(temporary());
    } catch (...) {  // what failed first is the error to report
    }
  }

  void add(const Sample& sample) override {
    const std::string_view bytes = encoder_.encode(sample.image);
    const std::string name = write_under_free_name(namer_.name(sample, bytes), bytes);
    labels_ += fmt::format("images/{}/{}\t{}\n", name_, name, sample.label);
    checksum_.add(name);
    checksum_.add({"\0", 1});
    checksum_.add(bytes);
    bytes_ += bytes.size();
    ++count_;
  }

  void commit() override {
    work_.replace(name_ + ".tsv", labels_);
    files_->sync_file_system();
    // There is one if a run ended between the move and the record.
    remove_shard(images_, name_, work_, name_ + ".tsv");
    work_.move(temporary(), images_, name_);
    const Json record = {{"path", "images/" + name_},
                         {"first", first_},
                         {"count", count_},
                         {"bytes", bytes_},
                         {"xxh3_128", checksum_.hex()}};
    work_.replace(name_ + ".json", record.dump());
    committed_ = true;
  }

  std::uint64_t bytes() const override { return bytes_; }

 private:
  std::string temporary() const { return name_ + ".tmp"; }

  /// Equal names within a shard are told apart by a number, so that no image replaces another.
  std::string write_under_free_name(const std::string& wanted, std::string_view bytes) {
    if (files_->write_new(wanted, bytes)) return wanted;
    const std::size_t dot = wanted.rfind('.');
    for (std::uint64_t number = 2;; ++number) {
      const std::string name =
          fmt::format("{}_{}{}", wanted.substr(0, dot), number, wanted.substr(dot));
      if (files_->write_new(name, bytes)) return name;
    }
  }

  const Directory& work_;
  const Directory& images_;
  std::string name_;
  const FileNamer& namer_;
  Encoder encoder_;
  std::uint64_t first_;
  std::optional<Directory> files_;
  std::string labels_;
  Checksum checksum_;  // of names and contents, in order
  std::uint64_t bytes_ = 0;
  std::uint64_t count_ = 0;
  bool committed_ = false;
};

class FolderSink final : public Sink {
 public:
  FolderSink(const DataSet& data_set, const FolderOptions& options)
      : output_(data_set.output),
        namer_(output_.name_pattern, extension_of(output_.image_ext), data_set.count),
        directory_(data_set, options, kImagesName) {
    directory_.open([this](const Json&) { return has_every_shard(); },
                    [this] { images_.emplace(directory_.root().make(kImagesName)); });
  }

  const Shards& shards() const override { return directory_.shards(); }

  bool is_finished(std::uint64_t shard) const override {
    return directory_.is_complete() ||
           (directory_.is_recorded(shard) && images_->has(shard_name(shards(), shard)));
  }

  std::unique_ptr<ShardWriter> begin(std::uint64_t shard) override {
    return std::make_unique<FolderShard>(directory_.work(), *images_, shard_name(shards(), shard),
                                         output_, namer_, shards().first(shard));
  }

  void finish() override {
    if (directory_.is_complete()) return;
    Json records = Json::array();
    for (std::uint64_t shard = 0; shard < shards().number(); ++shard) {
      records.push_back(directory_.record(shard));
    }
    directory_.finish("folder", {{"shards", records}});
  }

  void abandon() override {
    for (std::uint64_t shard = 0; shard < shards().number(); ++shard) {
      if (is_finished(shard)) return;
    }
    directory_.remove();
  }

 private:
  bool has_every_shard() const {
    const Directory& root = directory_.root();
    bool whole = root.has(kImagesName);
    for (std::uint64_t shard = 0; whole && shard < shards().number(); ++shard) {
      whole = root.open(kImagesName).has(shard_name(shards(), shard));
    }
    return whole;
  }

  OutputOptions output_;
  FileNamer namer_;
  DataSetDirectory directory_;
  std::optional<Directory> images_;
};

}  // namespace

std::string shard_directory(const Shards& shards, std::uint64_t shard) {
  return fmt::format("{}/{}", kImagesName, shard_name(shards, shard));
}

std::unique_ptr<Sink> make_folder_sink(const DataSet& data_set, const FolderOptions& options) {
  return std::make_unique<FolderSink>(data_set, options);
}

}  // namespace glyphmill::sinks
