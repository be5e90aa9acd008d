// SPDX-License-Identifier: Apache-2.0
#include "sinks/shard_files.h"

#include <fmt/format.h>

#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "sinks/annotations.h"
#include "sinks/checksum.h"
#include "sinks/previous_run.h"

namespace glyphmill::sinks {
namespace {

/// The pieces of one shard: NAME.KIND, under temporary names until they are committed.
class PieceFiles final : public ShardPieces {
 public:
  PieceFiles(const Directory& work, std::string shard, std::string temporary)
      : work_(work), shard_(std::move(shard)), temporary_(std::move(temporary)) {}

  void write(const std::string& kind, std::string_view bytes) override {
    std::unique_ptr<NewFile>& file = files_[kind];
    if (!file) {
      file = std::make_unique<NewFile>(work_, fmt::format("{}.{}.tmp", temporary_, kind),
                                       fmt::format("{}.{}", shard_, kind));
    }
    file->write(bytes);
  }

  void commit() {
    for (const auto& file : files_) file.second->commit();
  }

 private:
  const Directory& work_;
  std::string shard_;
  std::string temporary_;
  std::map<std::string, std::unique_ptr<NewFile>> files_;
};

class ShardFiles final : public ShardWriter {
 public:
  ShardFiles(const ShardPlace& place, std::uint64_t shard, DataSetDirectory::ShardClaim claim)
      : place_(place),
        shard_(shard),
        claim_(std::move(claim)),
        name_(shard_name(place.directory.shards(), shard)),
        path_(shard_path(layout(), place.directory.shards(), shard)),
        pieces_(work(), name_, claim_.temporary) {
    work().remove_all(claim_.temporary);
    content_ = place.format.begin(work(), claim_.temporary, shard, pieces_);
  }

  ~ShardFiles() override {
    if (committed_) return;
    content_.reset();
    try {
      work().remove_all(claim_.temporary);
    } catch (...) {  // what failed first is the error to report
    }
  }

  void add(OutgoingSample& outgoing) override {
    const Sample& sample = outgoing.sample();
    const std::string name = content_->add(outgoing);
    line_.clear();
    std::string_view file;
    if (layout().form == ShardForm::kImages) {
      fmt::format_to(std::back_inserter(line_), "{}/{}/{}", layout().content, path_, name);
      file = line_;
    } else {
      fmt::format_to(std::back_inserter(line_), "{}", sample.index);
    }
    if (place_.annotations) {
      annotation_.clear();
      append_sample(annotation_, sample, file);
      annotation_ += '\n';
      pieces_.write(kSamplesPiece, annotation_);
    }
    fmt::format_to(std::back_inserter(line_), "\t{}\n", sample.label);
    pieces_.write(kLabelsPiece, line_);
    if (layout().form != ShardForm::kPart) check(name, sample.label, outgoing.encoded());
    statistics_.add(sample);
  }

  void commit() override {
    content_->close();
    Json record = content_->record();
    content_.reset();
    pieces_.commit();
    if (layout().form == ShardForm::kPart) {
      work().move(claim_.temporary, work(), path_);
    } else {
      put_in_place();
      record["path"] = fmt::format("{}/{}", layout().content, path_);
      record["bytes"] = bytes_;
      record["xxh3_128"] = checksum_.hex();
    }
    record["first"] = place_.directory.shards().first(shard_);
    record["count"] = statistics_.count();
    record["statistics"] = statistics_.to_json();
    work().replace(name_ + ".json", record.dump());
    committed_ = true;
  }

  std::uint64_t bytes() const override { return bytes_; }

 private:
  const Layout& layout() const { return place_.directory.layout(); }
  const Directory& work() const { return place_.directory.work(); }

  void check(const std::string& name, const std::string& label, std::string_view image) {
    static constexpr std::string_view kEnd{"\0", 1};
    for (const std::string_view piece :
         {std::string_view(name), kEnd, std::string_view(label), kEnd, image}) {
      checksum_.add(piece);
    }
    bytes_ += image.size();
  }

  void put_in_place() {
    const std::size_t slash = path_.find('/');
    const Directory group = slash == std::string::npos
                                ? place_.content->open(".")
                                : place_.content->make(path_.substr(0, slash));
    const std::string name = path_.substr(slash == std::string::npos ? 0 : slash + 1);
    // There is one if a run ended between the move and the record.
    if (layout().form != ShardForm::kFile) {
      remove_shard(layout(), group, name, work(), fmt::format("{}.{}", name_, kLabelsPiece));
    }
    work().move(claim_.temporary, group, name);
    group.sync();
  }

  ShardPlace place_;
  std::uint64_t shard_;
  DataSetDirectory::ShardClaim claim_;
  std::string name_;
  std::string path_;
  PieceFiles pieces_;
  std::unique_ptr<ShardContent> content_;
  std::string line_;
  std::string annotation_;
  Checksum checksum_;  // of names, labels and images, in order
  Statistics statistics_;
  std::uint64_t bytes_ = 0;
  bool committed_ = false;
};

}  // namespace

std::unique_ptr<ShardWriter> begin_shard(const ShardPlace& place, std::uint64_t shard,
                                         DataSetDirectory::ShardClaim claim) {
  return std::make_unique<ShardFiles>(place, shard, std::move(claim));
}

}  // namespace glyphmill::sinks
