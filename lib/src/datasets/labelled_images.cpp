// SPDX-License-Identifier: Apache-2.0
#include "datasets/labelled_images.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <utility>
#include <vector>

#include "datasets/find_data_sets.h"
#include "datasets/format_reader.h"
#include "datasets/lists.h"
#include "datasets/manifest.h"
#include "datasets/stored_file.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/utf8.h"

namespace glyphmill::datasets {
namespace {

const std::string kLabelsFile = "labels.tsv";
constexpr std::size_t kMostImages = 100000000;

/// The samples of a data set, with places that say which.
class StoredReader final : public SampleReader {
 public:
  explicit StoredReader(const DataSet& set) : root_(set.path() + "/"), reader_(set.read()) {}

  bool next(StoredSample& sample) override {
    if (!reader_->next(sample)) return false;
    sample.place.insert(0, root_);
    return true;
  }

 private:
  std::string root_;
  std::unique_ptr<SampleReader> reader_;
};

class StoredImages final : public LabelledImages {
 public:
  explicit StoredImages(const std::string& path) : set_(path) {}

  std::uint64_t count() const override { return set_.manifest().count; }
  std::unique_ptr<SampleReader> read() const override {
    return std::make_unique<StoredReader>(set_);
  }

 private:
  DataSet set_;
};

/// Reads the files of a directory one after the other.
class OwnReader final : public SampleReader {
 public:
  OwnReader(const std::string& root, const std::vector<ListedLabel>& files)
      : tree_(root), files_(files) {}

  bool next(StoredSample& sample) override {
    if (next_ == files_.size()) return false;
    sample.index = next_;
    const ListedLabel& file = files_[next_++];
    sample.name = file.place;
    sample.label = file.label;
    sample.pixels.reset();
    sample.stated_size.reset();
    const StoredFile image = tree_.open(file.place);
    sample.place = image.path();
    check_label(sample.place, sample.label);
    image.read_whole(kMostImageBytes, sample.bytes);
    return true;
  }

 private:
  Tree tree_;
  const std::vector<ListedLabel>& files_;
  std::size_t next_ = 0;
};

class OwnImages final : public LabelledImages {
 public:
  OwnImages(std::string root, std::vector<ListedLabel> files)
      : root_(std::move(root)), files_(std::move(files)) {}

  std::uint64_t count() const override { return files_.size(); }
  std::unique_ptr<SampleReader> read() const override {
    return std::make_unique<OwnReader>(root_, files_);
  }

 private:
  std::string root_;
  std::vector<ListedLabel> files_;
};

/// Of an image listed twice one label would be wrong, or it would come twice as often as others.
void refuse_repeated(const std::string& origin, const std::vector<ListedLabel>& files) {
  std::vector<std::string_view> places(files.size());
  std::transform(files.begin(), files.end(), places.begin(),
                 [](const ListedLabel& file) { return std::string_view(file.place); });
  std::sort(places.begin(), places.end());
  const auto twice = std::adjacent_find(places.begin(), places.end());
  if (twice != places.end()) refuse(origin, "must name each image once", shown(*twice) + " twice");
}

std::vector<ListedLabel> listed_files(Tree& tree) {
  const std::string origin = tree.root().path() + "/" + kLabelsFile;
  const auto records = read_list(tree.open(kLabelsFile), ListKind::kTabs, "");
  std::vector<ListedLabel> files;
  for (Record record; records->next(record);) {
    if (files.size() == kMostImages) {
      refuse(origin, fmt::format("must not name more than {} images", kMostImages), "more");
    }
    check_path(origin, record.place);
    files.push_back(record);
  }
  if (files.empty()) refuse(origin, "must name images, in lines of PATH<TAB>LABEL", "no line");
  refuse_repeated(origin, files);
  return files;
}

std::vector<ListedLabel> named_files(const sinks::Directory& directory) {
  std::vector<ListedLabel> files;
  for (const std::string& name : directory.entries()) {
    if (name.front() != '.') files.push_back({name, name.substr(0, name.rfind('.'))});
  }
  if (!files.empty()) return files;
  refuse(directory.path(),
         "must be a data set of Glyphmill's, images named after their labels, or images with a "
         "labels.tsv",
         "an empty directory");
}

[[noreturn]] void refuse_several(const sinks::Directory& directory,
                                 const std::vector<std::string>& found) {
  constexpr std::size_t kShown = 20;
  std::string names;
  for (std::size_t i = 0; i < std::min(found.size(), kShown); ++i) {
    names += (i == 0 ? "" : ", ") + printable(found[i].substr(directory.path().size() + 1));
  }
  if (found.size() > kShown) names += ", ...";
  refuse(directory.path(), "must be one data set; name one of those in it", names);
}

}  // namespace

std::unique_ptr<LabelledImages> open_labelled_images(const std::string& path) {
  namespace fs = boost::filesystem;
  boost::system::error_code ignored;
  if (!fs::exists(path, ignored)) {
    throw Error(ErrorCode::kNotFound, fmt::format("{}: no such directory of images", path));
  }
  if (!fs::is_directory(path, ignored)) refuse(path, "must be a directory of images", "a file");
  Tree tree(path);
  const sinks::Directory& root = tree.root();
  const std::vector<std::string> data_sets = find_data_sets(root);
  if (!data_sets.empty() && data_sets.front() == root.path()) {
    return std::make_unique<StoredImages>(path);
  }
  if (root.has(kLabelsFile)) return std::make_unique<OwnImages>(path, listed_files(tree));
  if (!data_sets.empty()) refuse_several(root, data_sets);
  return std::make_unique<OwnImages>(path, named_files(root));
}

}  // namespace glyphmill::datasets
