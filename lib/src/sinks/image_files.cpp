// SPDX-License-Identifier: Apache-2.0
#include "sinks/image_files.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "glyphmill/error.h"
#include "sinks/annotations.h"
#include "sinks/coco_lists.h"
#include "sinks/encoder.h"
#include "sinks/file_name.h"

namespace glyphmill::sinks {
namespace {

/// A directory of images under a temporary name.
class ImageDirectory : public ShardContent {
 public:
  ImageDirectory(const Directory& work, const std::string& temporary, const FileNamer& namer)
      : files_(work.make(temporary)), namer_(namer) {}

  std::string add(OutgoingSample& sample) override {
    const std::string_view bytes = sample.encoded();
    return write_under_free_name(namer_.name(sample.sample(), bytes), bytes);
  }

  void close() override { files_.sync_file_system(); }

 protected:
  const Directory& files() const { return files_; }

 private:
  /// Equal names within a shard are told apart by a number, so that no image replaces another.
  std::string write_under_free_name(const std::string& wanted, std::string_view bytes) {
    if (files_.write_new(wanted, bytes)) return wanted;
    const std::size_t dot = wanted.rfind('.');
    for (std::uint64_t number = 2;; ++number) {
      const std::string name =
          fmt::format("{}_{}{}", wanted.substr(0, dot), number, wanted.substr(dot));
      if (files_.write_new(name, bytes)) return name;
    }
  }

  Directory files_;
  const FileNamer& namer_;
};

/// For formats whose readers strip blanks: what a reader would lose must not be written.
void refuse_blank(std::string_view format, const std::string& label, bool at_start) {
  const bool blank = !label.empty() && (label.back() == ' ' || (at_start && label.front() == ' '));
  if (!blank) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("output.format: readers of {} lose the blank at the edge of a label. "
                          "Got: '{}'",
                          format, label));
}

/// tesstrain's pairs: NAME.png and NAME.gt.txt, which has the label as its one line.
class TranscribedImages final : public ImageDirectory {
 public:
  TranscribedImages(const Directory& work, const std::string& temporary, const FileNamer& namer,
                    std::string ending)
      : ImageDirectory(work, temporary, namer), ending_(std::move(ending)) {}

  std::string add(OutgoingSample& sample) override {
    refuse_blank("tesseract", sample.sample().label, true);
    const std::string name = ImageDirectory::add(sample);
    files().write_new(name.substr(0, name.rfind('.')) + ending_, sample.sample().label + "\n");
    return name;
  }

 private:
  std::string ending_;
};

/// EasyOCR's trainer reads a labels.csv beside the images with pandas, split at the first comma and
/// nothing quoted.
class ImagesWithCsv final : public ImageDirectory {
 public:
  ImagesWithCsv(const Directory& work, const std::string& temporary, const FileNamer& namer)
      : ImageDirectory(work, temporary, namer) {}

  std::string add(OutgoingSample& sample) override {
    refuse_blank("easyocr", sample.sample().label, false);
    std::string name = ImageDirectory::add(sample);
    csv_ += fmt::format("{},{}\n", name, sample.sample().label);
    return name;
  }

  void close() override {
    // A row that keeps pandas from taking a column of digits for numbers, where 00123 is 123. The
    // trainer drops it by its length without opening the file that it names.
    constexpr std::size_t kLongerThanAnyLabel = 300;
    csv_ += fmt::format("__dtype__.png,{}\n", std::string(kLongerThanAnyLabel, 'x'));
    files().write_new("labels.csv", csv_);
    ImageDirectory::close();
  }

 private:
  std::string csv_ = "filename,words\n";
};

class ImagesForCoco final : public ImageDirectory {
 public:
  ImagesForCoco(const Directory& work, const std::string& temporary, const FileNamer& namer,
                std::string path, ShardPieces& pieces)
      : ImageDirectory(work, temporary, namer), path_(std::move(path)), pieces_(pieces) {}

  std::string add(OutgoingSample& sample) override {
    std::string name = ImageDirectory::add(sample);
    write_coco_pieces(sample.sample(), path_ + name, pieces_);
    return name;
  }

 private:
  std::string path_;
  ShardPieces& pieces_;
};

/// `{"filename": ..., "text": ...}` a line; what reads it takes no number for a text in quotes.
void write_json_lines(const FinishedSet& set, const std::string& name, std::string_view path_key,
                      std::size_t path_start) {
  NewFile file(set.work(), name + ".tmp", name);
  std::string line;
  set.for_each_label([&](std::string_view path, std::string_view label) {
    line = fmt::format("{{\"{}\": ", path_key);
    append_json_string(line, path.substr(path_start));
    line += ", \"text\": ";
    append_json_string(line, label);
    line += "}\n";
    file.write(line);
  });
  file.commit();
}

/// By RFC 4180.
std::string csv_field(std::string_view text) {
  if (text.find_first_of("\",") == std::string_view::npos) return std::string(text);
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + '"';
}

class ImageFiles final : public FormatWriter {
 public:
  explicit ImageFiles(const DataSet& data_set)
      : FormatWriter(layout_of(data_set.format, data_set.split)),
        shards_(data_set.count, shard_size_of(data_set.output, data_set.count)),
        namer_(data_set.output.name_pattern, extension_of(data_set.output.image_ext),
               data_set.count) {}

  std::unique_ptr<ShardContent> begin(const Directory& work, const std::string& temporary,
                                      std::uint64_t shard, ShardPieces& pieces) override {
    switch (layout().format) {
      case Format::kTesseract:
        return std::make_unique<TranscribedImages>(work, temporary, namer_, layout().companion);
      case Format::kEasyOcr:
        return std::make_unique<ImagesWithCsv>(work, temporary, namer_);
      case Format::kCoco:
        return std::make_unique<ImagesForCoco>(
            work, temporary, namer_,
            fmt::format("{}/{}/", layout().content, shard_path(layout(), shards_, shard)), pieces);
      default:
        return std::make_unique<ImageDirectory>(work, temporary, namer_);
    }
  }

  Json finish(const FinishedSet& set, const Directory* content) override {
    if (layout().format == Format::kJsonl) {
      write_json_lines(set, layout().files.front(), "filename", 0);
    }
    if (layout().format == Format::kCoco) write_coco(set, layout().files.front());
    if (layout().format == Format::kHf) write_hf_lists(set, *content);
    return Json::object();
  }

 private:
  void write_hf_lists(const FinishedSet& set, const Directory& content) const;

  Shards shards_;
  FileNamer namer_;
};

/// Readers of JSON take dates for times, where a piece of the file has nothing else, and readers of
/// CSV some words for missing values; so sets with dates and without such words go into CSV, and
/// all others into JSON. The README declares that the labels of either are texts.
void ImageFiles::write_hf_lists(const FinishedSet& set, const Directory& content) const {
  const std::size_t path_start = layout().content.size() + 1;
  const bool as_csv = set.statistics().has_dates() && !set.statistics().has_missing_words();
  const std::string name = as_csv ? "metadata.csv" : "metadata.jsonl";
  if (as_csv) {
    NewFile file(set.work(), name + ".tmp", name);
    file.write("file_name,text\n");
    set.for_each_label([&](std::string_view path, std::string_view label) {
      file.write(fmt::format("{},{}\n", csv_field(path.substr(path_start)), csv_field(label)));
    });
    file.commit();
  } else {
    write_json_lines(set, name, "file_name", path_start);
  }
  set.work().move(name, content, name);
  set.work().replace(layout().files.front(),
                     fmt::format("---\n"
                                 "configs:\n"
                                 "- config_name: default\n"
                                 "  data_files:\n"
                                 "  - split: \"{1}\"\n"
                                 "    path: \"{0}/**\"\n"
                                 "  features:\n"
                                 "  - name: image\n"
                                 "    dtype: image\n"
                                 "  - name: text\n"
                                 "    dtype: string\n"
                                 "---\n",
                                 layout().content, hf_split_name(layout().content)));
}

}  // namespace

std::unique_ptr<FormatWriter> make_image_files(const DataSet& data_set) {
  return std::make_unique<ImageFiles>(data_set);
}

}  // namespace glyphmill::sinks
