// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/data_set.h"

#include <fmt/format.h>

#include <boost/filesystem.hpp>
#include <utility>

#include "datasets/format_reader.h"
#include "datasets/manifest.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"

namespace glyphmill {
namespace {

using datasets::FormatReader;
using datasets::OpenSet;

std::unique_ptr<FormatReader> make_reader(const OpenSet& set) {
  switch (set.manifest.format) {
    case Format::kLmdb:
      return datasets::make_lmdb_reader(set);
    case Format::kWebDataset:
      return datasets::make_tar_reader(set);
    case Format::kIdx:
      return datasets::make_idx_reader(set);
    case Format::kNpz:
      return datasets::make_npz_reader(set);
    case Format::kPickle:
      return datasets::make_pickle_reader(set);
    default:
      return datasets::make_image_file_reader(set);
  }
}

/// By the first line of labels.tsv, where it names no files.
std::uint64_t first_number_of(const OpenSet& set) {
  const Format format = set.manifest.format;
  if (!datasets::is_packed(format) && format != Format::kLmdb && format != Format::kWebDataset) {
    return 0;
  }
  try {
    datasets::Record record;
    datasets::Tree tree(set.root);
    const auto lines =
        datasets::read_list(tree.open(set.manifest.labels), datasets::ListKind::kTabs, "");
    return lines->next(record) ? parse_integer(record.place, {0, datasets::kMostSamples}) : 0;
  } catch (const Error&) {
    return 0;  // who reads the list is told what is wrong with it
  }
}

class AllParts final : public SampleReader {
 public:
  AllParts(const FormatReader& format, std::size_t parts) : format_(format), parts_(parts) {}

  bool next(StoredSample& sample) override {
    while (next_ < parts_ || reader_) {
      if (!reader_) reader_ = format_.read(next_++);
      if (reader_->next(sample)) return true;
      reader_.reset();
    }
    return false;
  }

 private:
  const FormatReader& format_;
  std::size_t parts_;
  std::size_t next_ = 0;
  std::unique_ptr<SampleReader> reader_;
};

class ListedLabels final : public LabelReader {
 public:
  explicit ListedLabels(std::unique_ptr<datasets::RecordReader> records)
      : records_(std::move(records)) {}

  bool next(ListedLabel& label) override {
    if (!records_->next(record_)) return false;
    label = record_;
    return true;
  }

 private:
  datasets::Record record_;
  std::unique_ptr<datasets::RecordReader> records_;
};

}  // namespace

void SampleReader::skip(std::uint64_t samples) {
  StoredSample passed;
  while (samples > 0 && next(passed)) --samples;
}

struct DataSet::Impl {
  OpenSet set;
  std::unique_ptr<FormatReader> reader;
};

DataSet::DataSet(const std::string& path) : impl_(std::make_unique<Impl>()) {
  if (!boost::filesystem::exists(path)) {
    throw Error(ErrorCode::kNotFound, fmt::format("{}: no such directory", path));
  }
  OpenSet& set = impl_->set;
  set.root = path;
  datasets::Tree tree(path);
  if (!tree.root().has(datasets::kManifestFile)) {
    datasets::refuse(path, "must be a finished data set, which has a manifest.json", "none");
  }
  set.manifest = datasets::read_manifest(tree);
  set.characters = datasets::read_characters(tree);
  set.parts = set.manifest.parts;
  if (set.parts.empty() || set.manifest.format == Format::kNpz) {
    set.parts = {DataSetPart{"", 0, set.manifest.count, 0, ""}};
  }
  set.labels =
      std::make_unique<datasets::List>(path, set.manifest.labels, datasets::ListKind::kTabs);
  set.first_number = first_number_of(set);
  impl_->reader = make_reader(set);
}

DataSet::~DataSet() = default;
DataSet::DataSet(DataSet&&) noexcept = default;
DataSet& DataSet::operator=(DataSet&&) noexcept = default;

const std::string& DataSet::path() const { return impl_->set.root; }
const Manifest& DataSet::manifest() const { return impl_->set.manifest; }
const std::vector<std::string>& DataSet::characters() const { return impl_->set.characters; }
const std::vector<DataSetPart>& DataSet::parts() const { return impl_->set.parts; }

std::uint64_t DataSet::first_number() const { return impl_->set.first_number; }

std::unique_ptr<SampleReader> DataSet::read(std::size_t part) const {
  if (part >= parts().size()) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("part: must be below {}. Got: {}", parts().size(), part));
  }
  return impl_->reader->read(part);
}

std::unique_ptr<SampleReader> DataSet::read() const {
  return std::make_unique<AllParts>(*impl_->reader, parts().size());
}

std::unique_ptr<LabelReader> DataSet::labels(std::size_t part) const {
  return std::make_unique<ListedLabels>(impl_->set.labels->read(parts(), part));
}

}  // namespace glyphmill
