// SPDX-License-Identifier: Apache-2.0
#include "report/inspect_part.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "datasets/stored_file.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "sinks/checksum.h"
#include "sinks/layout.h"

namespace glyphmill::report {
namespace {

bool is_packed(const DataSet& set) { return !set.manifest().files.empty(); }

bool has_image_files(const DataSet& set) {
  const Format format = set.manifest().format;
  return !is_packed(set) && format != Format::kLmdb && format != Format::kWebDataset;
}

std::string text_of(const cv::Size& size) {
  return fmt::format("{} x {}", size.width, size.height);
}

std::string in_quotes(const std::string& text) { return fmt::format("'{}'", shown(text)); }

/// One part, sample by sample.
class PartInspection {
 public:
  PartInspection(const DataSet& set, std::size_t part, const NameCheck* names, Tally& tally,
                 Problems& problems)
      : set_(set), part_(set.parts()[part]), names_(names), tally_(tally), problems_(problems) {
    try {
      lines_ = set.labels(part);
    } catch (const Error& error) {
      problems_.add_error("labels", error.what());
    }
  }

  void run(SampleReader& samples, std::atomic<std::uint64_t>& done) {
    StoredSample sample;
    // A reader that goes on behind what is damaged must end all the same.
    for (std::uint64_t i = 0; i <= part_.count + 1; ++i) {
      try {
        if (!samples.next(sample)) break;
        see(sample);
        ++done;
      } catch (const Error& error) {
        whole_ = false;
        problems_.add_error("sample", error.what());
      }
    }
    check_sums();
    if (whole_ && has_image_files(set_)) check_foreign_files();
  }

  /// Behind the last sample of the data set.
  void check_end() {
    ListedLabel line;
    if (!next_line(line)) return;
    problems_.add(labels_path(), "lines", fmt::to_string(set_.manifest().count), "more");
  }

 private:
  std::string labels_path() const { return set_.path() + "/" + set_.manifest().labels; }

  void see(const StoredSample& sample) {
    ++read_;
    ++tally_.samples;
    for (const std::string_view piece :
         {std::string_view(sample.name), std::string_view("\0", 1), std::string_view(sample.label),
          std::string_view("\0", 1), std::string_view(sample.bytes)}) {
      checksum_.add(piece);
    }
    bytes_ += sample.bytes.size();
    tally_.images.bytes += sample.bytes.size();
    tally_.labels.add(sample.label);
    tally_.label_copies.add(sample.index, sample.label);
    tally_.image_copies.add(sample.index, sample.bytes);
    compare_line(sample);
    see_image(sample);
    if (has_image_files(set_)) listed_.insert(sample.name);
  }

  void see_image(const StoredSample& sample) {
    try {
      const cv::Mat image = decoded(sample);
      ++tally_.images.decoded;
      ++tally_.images.widths[image.cols];
      ++tally_.images.heights[image.rows];
      ++tally_.images.channels[image.channels()];
      const std::string origin = set_.path() + "/" + sample.place;
      if (sample.stated_size && *sample.stated_size != image.size()) {
        problems_.add(origin, "size", text_of(image.size()),
                      text_of(*sample.stated_size) + " in the list");
      }
      const auto name = names_ == nullptr ? std::nullopt : names_->other_name(sample, image);
      if (name) problems_.add(origin, "name", *name, sample.name);
    } catch (const Error& error) {
      problems_.add_error("image",
                          is_packed(set_) ? error.what() : set_.path() + "/" + error.what());
    }
  }

  /// labels.tsv has a line for each sample, read or not.
  void compare_line(const StoredSample& sample) {
    ListedLabel line;
    for (; lines_ && next_line_ <= sample.index - part_.first; ++next_line_) {
      if (next_line(line)) continue;
      if (lines_) {
        problems_.add(labels_path(), "lines", fmt::to_string(set_.manifest().count),
                      fmt::to_string(part_.first + next_line_));
      }
      lines_.reset();
    }
    if (!lines_ || line.place.empty()) return;
    const std::string place =
        has_image_files(set_) ? sample.place : fmt::to_string(set_.first_number() + sample.index);
    const std::string origin = fmt::format("{}: line {}", labels_path(), sample.index + 1);
    if (line.place != place) problems_.add(origin, "place", place, shown(line.place));
    if (line.label != sample.label) {
      problems_.add(origin, "label", fmt::format("{} as {} has it", in_quotes(sample.label), place),
                    in_quotes(line.label));
    }
  }

  /// False at the end; a line that is none is a problem and leaves `line` empty.
  bool next_line(ListedLabel& line) {
    line.place.clear();
    if (!lines_) return false;
    try {
      return lines_->next(line);
    } catch (const Error& error) {
      problems_.add_error("labels", error.what());
      line.place.clear();
      return true;
    }
  }

  void check_sums() {
    if (is_packed(set_)) return;
    const std::string path = set_.path() + "/" + part_.path;
    if (read_ != part_.count && whole_) {
      problems_.add(path, "samples", fmt::to_string(part_.count), fmt::to_string(read_));
    }
    if (!whole_) return;  // it has been said
    if (bytes_ != part_.bytes) {
      problems_.add(path, "bytes of images", fmt::to_string(part_.bytes), fmt::to_string(bytes_));
    }
    if (checksum_.hex() != part_.checksum) {
      problems_.add(path, "checksum",
                    part_.checksum.empty() ? "one in the manifest" : part_.checksum,
                    checksum_.hex());
    }
  }

  /// Images that no list names are read by trainers that take whole directories.
  void check_foreign_files() {
    const sinks::Layout layout = sinks::layout_of(set_.manifest().format, "");
    datasets::Tree tree(set_.path());
    for (const std::string& entry : tree.directory(part_.path).entries()) {
      const std::size_t end = entry.size() - std::min(entry.size(), layout.companion.size());
      const bool is_companion = !layout.companion.empty() && entry.substr(end) == layout.companion;
      const auto& own = layout.shard_files;
      if (is_companion || listed_.count(entry) != 0 ||
          std::find(own.begin(), own.end(), entry) != own.end()) {
        continue;
      }
      problems_.add(set_.path() + "/" + part_.path, "file", "those of the list only",
                    in_quotes(entry));
    }
  }

  const DataSet& set_;
  const DataSetPart& part_;
  const NameCheck* names_;
  Tally& tally_;
  Problems& problems_;
  std::unique_ptr<LabelReader> lines_;
  std::uint64_t next_line_ = 0;
  std::uint64_t read_ = 0;
  std::uint64_t bytes_ = 0;
  sinks::Checksum checksum_;
  bool whole_ = true;
  std::set<std::string> listed_;  // images; their directories have few
};

}  // namespace

void Tally::take(Tally& other) {
  samples += other.samples;
  labels.add(other.labels);
  images.decoded += other.images.decoded;
  images.bytes += other.images.bytes;
  for (const auto& [width, count] : other.images.widths) images.widths[width] += count;
  for (const auto& [height, count] : other.images.heights) images.heights[height] += count;
  for (const auto& [channels, count] : other.images.channels) images.channels[channels] += count;
  label_copies.take(other.label_copies);
  image_copies.take(other.image_copies);
}

void inspect_part(const DataSet& set, std::size_t part, const NameCheck* names, Tally& tally,
                  Problems& problems, std::atomic<std::uint64_t>& done) {
  std::unique_ptr<SampleReader> samples;
  try {
    samples = set.read(part);
  } catch (const Error& error) {
    problems.add_error("shard", error.what());
    return;
  }
  PartInspection inspection(set, part, names, tally, problems);
  inspection.run(*samples, done);
  if (part + 1 == set.parts().size()) inspection.check_end();
}

void inspect_files(const DataSet& set, Problems& problems) {
  for (const DataSetFile& file : set.manifest().files) {
    const std::string path = set.path() + "/" + file.path;
    try {
      const datasets::StoredFile stored = datasets::Tree(set.path()).open(file.path);
      if (stored.size() != file.bytes) {
        problems.add(path, "bytes", fmt::to_string(file.bytes), fmt::to_string(stored.size()));
        continue;
      }
      sinks::Checksum checksum;
      std::string piece(1 << 20, '\0');
      for (std::uint64_t at = 0; at < stored.size();) {
        const std::size_t got = stored.read_some(at, piece.data(), piece.size());
        if (got == 0) break;
        checksum.add(std::string_view(piece).substr(0, got));
        at += got;
      }
      if (checksum.hex() != file.checksum) {
        problems.add(path, "checksum", file.checksum, checksum.hex());
      }
    } catch (const Error& error) {
      problems.add_error("file", error.what());
    }
  }
}

}  // namespace glyphmill::report
