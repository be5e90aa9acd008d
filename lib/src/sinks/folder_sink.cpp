// SPDX-License-Identifier: Apache-2.0
#include "sinks/folder_sink.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "glyphmill/error.h"
#include "glyphmill/version.h"
#include "sinks/checksum.h"
#include "sinks/encoder.h"
#include "sinks/file_name.h"
#include "sinks/files.h"
#include "sinks/previous_run.h"

namespace glyphmill::sinks {
namespace {

using Json = nlohmann::ordered_json;

std::string shard_name(const Shards& shards, std::uint64_t shard) {
  const std::size_t digits = fmt::formatted_size("{}", shards.number());
  return fmt::format("{:0{}}", shard, std::max<std::size_t>(3, digits));
}

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
      : data_set_(data_set),
        shards_(data_set.count),
        namer_(data_set.output.name_pattern, extension_of(data_set.output.image_ext),
               data_set.count),
        existed_(directory_exists(options.path)),
        root_(options.path, true) {
    if (!root_.lock()) {
      throw Error(ErrorCode::kIo,
                  fmt::format("{}: another run is writing a data set there", options.path));
    }
    prepare_directory(root_, data_set.recipe_yaml, options.overwrite, options.resume);
    complete_ = root_.has(kManifestName);
    if (complete_) {
      check_complete();
      root_.remove_all(kWorkName);  // of a run that ended behind its manifest
      return;
    }
    const bool resumed = root_.has(kWorkName);
    try {
      open_data_set();
    } catch (...) {
      if (!resumed) remove_quietly();
      throw;
    }
  }

  const Shards& shards() const override { return shards_; }

  bool is_finished(std::uint64_t shard) const override {
    const std::string name = shard_name(shards_, shard);
    return complete_ || (work_->has(name + ".json") && images_->has(name));
  }

  std::unique_ptr<ShardWriter> begin(std::uint64_t shard) override {
    return std::make_unique<FolderShard>(*work_, *images_, shard_name(shards_, shard),
                                         data_set_.output, namer_, shards_.first(shard));
  }

  void finish() override {
    if (complete_) return;
    Json records = Json::array();
    work_->replace(kLabelsName, shards_.number(), [&](std::uint64_t shard) {
      const std::string name = shard_name(shards_, shard);
      records.push_back(Json::parse(work_->read(name + ".json")));
      return work_->read(name + ".tsv");
    });
    work_->move(kLabelsName, root_, kLabelsName);
    const Json manifest = {{"glyphmill", version()}, {"format", "folder"},
                           {"seed", data_set_.seed}, {"count", data_set_.count},
                           {"labels", kLabelsName},  {"shards", records}};
    put(kManifestName, manifest.dump(1) + "\n");
    complete_ = true;
    root_.sync_file_system();
    root_.remove_all(kWorkName);
  }

  void abandon() override {
    if (complete_) return;
    for (std::uint64_t shard = 0; shard < shards_.number(); ++shard) {
      if (is_finished(shard)) return;
    }
    remove_data_set(root_);
    if (!existed_) remove_empty_directory(root_.path());
  }

 private:
  /// A manifest alone does not make a data set: it must be ours, and its shards be there.
  void check_complete() const {
    const Json manifest = Json::parse(root_.read(kManifestName), nullptr, false);
    bool whole = manifest.is_object() && manifest.value("count", Json()) == data_set_.count &&
                 root_.has(kLabelsName) && root_.has(kImagesName);
    for (std::uint64_t shard = 0; whole && shard < shards_.number(); ++shard) {
      whole = root_.open(kImagesName).has(shard_name(shards_, shard));
    }
    if (whole) return;
    throw Error(ErrorCode::kFormat,
                fmt::format("{}: the data set was finished once and has been damaged since: its "
                            "manifest, labels or shards are not what they were. Make it anew with "
                            "--overwrite",
                            root_.path()));
  }

  void open_data_set() {
    work_.emplace(root_.make(kWorkName));
    if (!root_.has(kRecipeName)) put(kRecipeName, data_set_.recipe_yaml);
    images_.emplace(root_.make(kImagesName));
  }

  /// By way of the work directory, so that a run that is killed leaves no temporary file beside the
  /// data.
  void put(const std::string& name, std::string_view bytes) const {
    work_->replace(name, bytes);
    work_->move(name, root_, name);
  }

  void remove_quietly() noexcept {
    try {
      remove_data_set(root_);
    } catch (...) {  // what failed first is the error to report
    }
    if (!existed_) remove_empty_directory(root_.path());
  }

  DataSet data_set_;
  Shards shards_;
  FileNamer namer_;
  bool existed_;           // the directory, before this run
  bool complete_ = false;  // the data set: its manifest stands
  Directory root_;
  std::optional<Directory> work_;
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
