// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "datasets/stored_file.h"
#include "glyphmill/data_set.h"

/// The lists that name a data set's samples.
namespace glyphmill::datasets {

/// One line of a list.
struct Record : ListedLabel {
  std::optional<cv::Size> size = std::nullopt;  ///< of the image; COCO tells it
};

/// What kind of list a file is.
enum class ListKind {
  kTabs,         ///< PLACE<TAB>LABEL
  kJsonLines,    ///< {"filename": PLACE, "text": LABEL}
  kHfJsonLines,  ///< {"file_name": PLACE, "text": LABEL}
  kHfCsv,        ///< the same in a table, quoted as RFC 4180 says, with a header
  kEasyOcr,      ///< filename,words with a header, unquoted, and a last row that is no sample
  kCoco,         ///< the array "images" of one JSON object
};

/// Reads the records of a list one after the other. After an Error the next call goes on behind the
/// record, except where `is_broken`.
class RecordReader {
 public:
  virtual ~RecordReader() = default;
  virtual bool next(Record& record) = 0;
  virtual bool is_broken() const { return false; }
  /// Behind the last sample: throws Error(kFormat) if the list does not end there as it must.
  virtual void finish() = 0;
};

/// A list of records whose places in the file are looked up once, so that parts of it can be read
/// by several threads. Thread-safe.
class List {
 public:
  /// `prefix` is put before every place.
  List(std::string root, std::string path, ListKind kind, std::string prefix = "")
      : root_(std::move(root)), path_(std::move(path)), kind_(kind), prefix_(std::move(prefix)) {}

  /// The records from that of part `part` on, to the end of the file. Its first call reads the
  /// file.
  std::unique_ptr<RecordReader> read(const std::vector<DataSetPart>& parts, std::size_t part) const;

 private:
  void find_starts(const std::vector<DataSetPart>& parts) const;

  std::string root_;
  std::string path_;
  ListKind kind_;
  std::string prefix_;
  mutable std::mutex mutex_;
  mutable std::vector<std::uint64_t> starts_;  // of each part's first record, bytes
};

/// All records of a file.
std::unique_ptr<RecordReader> read_list(StoredFile file, ListKind kind, const std::string& prefix,
                                        std::uint64_t start = 0);

/// Labels are UTF-8 of at most 4096 bytes without control characters. Throws Error(kFormat).
void check_label(const std::string& origin, std::string_view label);

}  // namespace glyphmill::datasets
