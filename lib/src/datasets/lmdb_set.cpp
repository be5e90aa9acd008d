// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "datasets/format_reader.h"
#include "datasets/lmdb.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"

namespace glyphmill::datasets {
namespace {

constexpr std::uint64_t kMostLabelBytes = 65536;

/// The samples of one database: image-000000001, ..., label-000000001, ..., num-samples. Images and
/// labels are two runs of keys, with a cursor each.
class LmdbSamples final : public SampleReader {
 public:
  LmdbSamples(const OpenSet& set, std::size_t part)
      : part_(set.parts[part]),
        file_(Tree(set.root).open(part_.path + "/data.mdb")),
        images_(file_),
        labels_(file_) {
    check_count();
    images_.seek("image-");
    labels_.seek("label-");
  }

  bool next(StoredSample& sample) override {
    if (read_ == part_.count) return false;
    sample.index = part_.first + read_;
    const std::uint64_t number = ++read_;
    sample.name = fmt::format("image-{:09}", number);
    sample.place = fmt::format("{}/data.mdb: {}", part_.path, sample.name);
    sample.pixels.reset();
    const std::uint64_t count = std::exchange(read_, part_.count);  // lost, if something is wrong
    take(images_, sample.name, kMostImageBytes, sample.bytes);
    take(labels_, fmt::format("label-{:09}", number), kMostLabelBytes, sample.label);
    if (number == part_.count) check_end();
    read_ = count;
    check_label(fmt::format("{}: label-{:09}", file_.path(), number), sample.label);
    return true;
  }

  void skip(std::uint64_t samples) override {
    read_ += std::min(samples, part_.count - read_);
    images_.seek(fmt::format("image-{:09}", read_ + 1));
    labels_.seek(fmt::format("label-{:09}", read_ + 1));
  }

 private:
  void take(LmdbCursor& cursor, const std::string& key, std::uint64_t most,
            std::string& value) const {
    require(cursor, key);
    cursor.value(most, value);
    cursor.advance();
  }

  void require(const LmdbCursor& cursor, std::string_view key) const {
    if (cursor.is_there() && cursor.key() == key) return;
    refuse(file_.path(), fmt::format("must have {}", key),
           cursor.is_there() ? shown(cursor.key()) : "the end");
  }

  void check_count() {
    LmdbCursor cursor(file_);
    std::string value;
    cursor.seek("num-samples");
    require(cursor, "num-samples");
    cursor.value(kMostLabelBytes, value);
    if (value != fmt::to_string(part_.count)) {
      refuse(file_.path(), fmt::format("num-samples must be {}", part_.count), shown(value));
    }
    if (file_.entries() != 2 * part_.count + 1) {
      refuse(file_.path(), fmt::format("must have {} entries", 2 * part_.count + 1),
             fmt::format("{}", file_.entries()));
    }
  }

  void check_end() {
    require(images_, "label-000000001");
    require(labels_, "num-samples");
    labels_.advance();
    if (labels_.is_there()) {
      refuse(file_.path(), "num-samples must be the last key", shown(labels_.key()));
    }
  }

  DataSetPart part_;
  LmdbFile file_;
  LmdbCursor images_;
  LmdbCursor labels_;
  std::uint64_t read_ = 0;
};

class LmdbReader final : public FormatReader {
 public:
  explicit LmdbReader(const OpenSet& set) : set_(set) {}
  std::unique_ptr<SampleReader> read(std::size_t part) const override {
    return std::make_unique<LmdbSamples>(set_, part);
  }

 private:
  const OpenSet& set_;
};

}  // namespace

std::unique_ptr<FormatReader> make_lmdb_reader(const OpenSet& set) {
  return std::make_unique<LmdbReader>(set);
}

}  // namespace glyphmill::datasets
