// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "datasets/format_reader.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"

namespace glyphmill::datasets {
namespace {

constexpr std::string_view kTruthEnd = ".gt.txt";
constexpr std::uint64_t kMostTruthBytes = 65536;

/// The samples of a part: its records, and the files that they name.
class ImageFiles final : public SampleReader {
 public:
  /// `ends_list`: nothing must follow in the records behind those of this part.
  ImageFiles(const OpenSet& set, std::size_t part, std::unique_ptr<RecordReader> records,
             bool ends_list)
      : tree_(set.root),
        part_(set.parts[part]),
        has_truth_files_(set.manifest.format == Format::kTesseract),
        records_(std::move(records)),
        ends_list_(ends_list) {}

  bool next(StoredSample& sample) override {
    if (read_ == part_.count || records_->is_broken()) {
      if (std::exchange(ends_list_, false) && !records_->is_broken()) records_->finish();
      return false;
    }
    sample.index = part_.first + read_;
    sample.pixels.reset();
    take_record();
    sample.place = record_.place;
    sample.label = record_.label;
    sample.stated_size = record_.size;
    check_place();
    sample.name = record_.place.substr(part_.path.size() + 1);
    tree_.open(record_.place).read_whole(kMostImageBytes, sample.bytes);
    if (has_truth_files_) read_truth(sample);
    return true;
  }

  void skip(std::uint64_t samples) override {
    for (; samples > 0 && read_ < part_.count && !records_->is_broken(); --samples) take_record();
  }

 private:
  void take_record() {
    ++read_;
    if (records_->next(record_)) return;
    const std::uint64_t found = std::exchange(read_, part_.count) - 1;
    ends_list_ = false;
    refuse(tree_.root().path() + "/" + part_.path,
           fmt::format("its list must name {} images", part_.count), fmt::format("{}", found));
  }

  /// Directly in the directory of the part.
  void check_place() const {
    const std::string& place = record_.place;
    const std::string parent = part_.path + "/";
    if (place.compare(0, parent.size(), parent) == 0 && place.size() > parent.size() &&
        place.find('/', parent.size()) == std::string::npos) {
      return;
    }
    refuse(tree_.root().path(),
           fmt::format("image {} must be in {}", part_.first + read_ - 1, parent), shown(place));
  }

  /// Exactly one line.
  void read_truth(StoredSample& sample) {
    const std::string stem = record_.place.substr(0, record_.place.rfind('.'));
    const StoredFile file = tree_.open(stem + std::string(kTruthEnd));
    file.read_whole(kMostTruthBytes, sample.label);
    if (!sample.label.empty() && sample.label.back() == '\n') sample.label.pop_back();
    check_label(file.path(), sample.label);
  }

  Tree tree_;
  DataSetPart part_;
  bool has_truth_files_;
  std::unique_ptr<RecordReader> records_;
  bool ends_list_;
  Record record_;
  std::uint64_t read_ = 0;
};

class ImageFileReader final : public FormatReader {
 public:
  explicit ImageFileReader(const OpenSet& set) : set_(set) {
    switch (set.manifest.format) {
      case Format::kJsonl:
        list_ = std::make_unique<List>(set.root, "annotations.jsonl", ListKind::kJsonLines);
        break;
      case Format::kCoco:
        list_ = std::make_unique<List>(set.root, "annotations.json", ListKind::kCoco);
        break;
      case Format::kHf: {
        // Paths are relative to the directory of the split, which the shards are in.
        const std::string& path = set.parts.front().path;
        const std::string split = path.substr(0, path.find('/')) + "/";
        const bool is_csv = !has_jsonl(split);
        list_ =
            std::make_unique<List>(set.root, split + (is_csv ? "metadata.csv" : "metadata.jsonl"),
                                   is_csv ? ListKind::kHfCsv : ListKind::kHfJsonLines, split);
        break;
      }
      default:
        break;
    }
  }

  std::unique_ptr<SampleReader> read(std::size_t part) const override {
    const bool is_last = part + 1 == set_.parts.size();
    const bool ends_list = set_.manifest.format == Format::kEasyOcr || (list_ && is_last);
    return std::make_unique<ImageFiles>(set_, part, records_of(part), ends_list);
  }

 private:
  bool has_jsonl(const std::string& split) const {
    return Tree(set_.root).directory(split.substr(0, split.size() - 1)).has("metadata.jsonl");
  }

  std::unique_ptr<RecordReader> records_of(std::size_t part) const {
    if (set_.manifest.format == Format::kEasyOcr) {
      const std::string prefix = set_.parts[part].path + "/";
      return read_list(Tree(set_.root).open(prefix + "labels.csv"), ListKind::kEasyOcr, prefix);
    }
    const List& list = list_ ? *list_ : *set_.labels;
    return list.read(set_.parts, part);
  }

  const OpenSet& set_;
  std::unique_ptr<List> list_;
};

}  // namespace

std::unique_ptr<FormatReader> make_image_file_reader(const OpenSet& set) {
  return std::make_unique<ImageFileReader>(set);
}

}  // namespace glyphmill::datasets
