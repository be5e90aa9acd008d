// SPDX-License-Identifier: Apache-2.0
#include "datasets/lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "datasets/format_reader.h"
#include "datasets/json_file.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/utf8.h"

namespace glyphmill::datasets {
namespace {

constexpr std::size_t kLongestLabel = 4096;
constexpr std::size_t kLongestLine = 65536;
constexpr std::string_view kEasyOcrHeader = "filename,words";
/// A row that makes pandas read the column as text; EasyOCR's trainer drops it for its length.
constexpr std::string_view kEasyOcrSentinel = "__dtype__.png,";
constexpr std::size_t kSentinelSize = 300;

/// Records that are lines.
class LineReader : public RecordReader {
 public:
  LineReader(StoredFile file, std::string prefix, std::uint64_t start)
      : file_(std::move(file)), prefix_(std::move(prefix)), cursor_(file_, start) {}

  bool next(Record& record) override {
    if (broken_) return false;
    const std::uint64_t at = cursor_.place();
    if (!take_line()) return false;
    const std::string origin = fmt::format("{}: line at byte {}", file_.path(), at);
    parse(origin, line_, record);
    check_label(origin, record.label);
    record.place.insert(0, prefix_);
    return true;
  }
  bool is_broken() const override { return broken_; }

  void finish() override {
    if (!take_line()) return;
    refuse(file_.path(), "nothing must follow the line of the last sample", shown(line_));
  }

 protected:
  virtual void parse(const std::string& origin, const std::string& line, Record& record) = 0;

  bool take_line() {
    broken_ = true;  // a line that is too long is not read to its end
    const bool there = cursor_.take_line(kLongestLine, line_);
    broken_ = false;
    return there;
  }

  StoredFile file_;
  std::string prefix_;
  Cursor cursor_;
  std::string line_;
  bool broken_ = false;
};

class TabReader final : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void parse(const std::string& origin, const std::string& line, Record& record) override {
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos) refuse(origin, "must be PLACE<TAB>LABEL", shown(line));
    record.place.assign(line, 0, tab);
    record.label.assign(line, tab + 1);
  }
};

class JsonLineReader final : public LineReader {
 public:
  JsonLineReader(StoredFile file, std::string prefix, std::uint64_t start, const char* key)
      : LineReader(std::move(file), std::move(prefix), start), key_(key) {}

 private:
  void parse(const std::string& origin, const std::string& line, Record& record) override {
    const Json fields = parse_json(origin, line);
    record.place = text_at(origin, fields, key_);
    record.label = text_at(origin, fields, "text");
  }

  const char* key_;
};

/// Two columns, "file_name,text"; a value may stand in quotation marks, which are doubled inside.
class CsvReader final : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void parse(const std::string& origin, const std::string& line, Record& record) override {
    std::vector<std::string> values;
    for (std::size_t at = 0; at <= line.size();) values.push_back(value(origin, line, at));
    if (values.size() != 2) {
      refuse(origin, "must have 2 columns, file_name and text", fmt::format("{}", values.size()));
    }
    record.place = std::move(values[0]);
    record.label = std::move(values[1]);
  }

  /// The value that begins at `at`, which is moved behind its comma.
  static std::string value(const std::string& origin, const std::string& line, std::size_t& at) {
    std::string text;
    bool quoted = at < line.size() && line[at] == '"';
    if (quoted) ++at;
    for (; at < line.size(); ++at) {
      if (quoted && line[at] == '"') {
        if (at + 1 >= line.size() || line[at + 1] != '"') {
          quoted = false;
          continue;
        }
        ++at;
      } else if (!quoted && line[at] == ',') {
        break;
      }
      text += line[at];
    }
    if (quoted) refuse(origin, "a quotation mark must be closed", shown(line));
    ++at;
    return text;
  }
};

class EasyOcrReader final : public LineReader {
 public:
  EasyOcrReader(StoredFile file, const std::string& prefix)
      : LineReader(std::move(file), prefix, 0) {
    if (take_line() && line_ == kEasyOcrHeader) return;
    refuse(file_.path(), fmt::format("must begin with '{}'", kEasyOcrHeader), shown(line_));
  }

  void finish() override {
    const std::string sentinel = std::string(kEasyOcrSentinel) + std::string(kSentinelSize, 'x');
    if (!take_line() || line_ != sentinel) {
      refuse(file_.path(), "the row behind the last sample must be __dtype__.png and 300 x",
             shown(line_));
    }
    LineReader::finish();
  }

 private:
  void parse(const std::string& origin, const std::string& line, Record& record) override {
    const std::size_t comma = line.find(',');
    if (comma == std::string::npos) refuse(origin, "must be filename,words", shown(line));
    record.place.assign(line, 0, comma);
    record.label.assign(line, comma + 1);
  }
};

int side_at(const std::string& origin, const Json& fields, const char* key) {
  const std::uint64_t side = number_at(origin, fields, key);
  if (side >= 1 && side <= kLongestSide) return static_cast<int>(side);
  refuse(origin, fmt::format("'{}' must be 1 to {}", key, kLongestSide), fmt::format("{}", side));
}

/// Goes to the array of a COCO file's images.
void find_images(JsonFile& json) {
  for (std::string key; json.next_member(key);) {
    if (key == "images") return;
  }
  refuse(json.path(), "needs 'images'", "nothing of that name");
}

class CocoReader final : public RecordReader {
 public:
  CocoReader(StoredFile file, std::string prefix, std::uint64_t start)
      : file_(std::move(file)), prefix_(std::move(prefix)), json_(file_, kLongestLine) {
    if (start > 0) {
      json_.seek_element(start);
    } else {
      find_images(json_);
    }
  }

  bool next(Record& record) override {
    if (broken_) return false;
    broken_ = true;
    const std::uint64_t at = json_.place();
    const bool there = json_.next_element(text_);
    broken_ = !there;
    if (!there) return false;
    const std::string origin = fmt::format("{}: image at byte {}", file_.path(), at);
    const Json fields = parse_json(origin, text_);
    record.place = prefix_ + text_at(origin, fields, "file_name");
    record.label = text_at(origin, fields, "text");
    record.size = cv::Size(side_at(origin, fields, "width"), side_at(origin, fields, "height"));
    check_label(origin, record.label);
    return true;
  }
  bool is_broken() const override { return broken_; }

  void finish() override {
    if (json_.next_element(text_)) {
      refuse(file_.path(), "nothing must follow the last image", shown(text_));
    }
    for (std::string key; json_.next_member(key);) continue;
  }

 private:
  StoredFile file_;
  std::string prefix_;
  JsonFile json_;
  std::string text_;
  bool broken_ = false;
};

/// Where the records of each part begin. A file that ends too early has no such place, and readers
/// find its end.
template <class Skip>
std::vector<std::uint64_t> starts_of(const std::vector<DataSetPart>& parts, std::uint64_t end,
                                     const Skip& skip) {
  std::vector<std::uint64_t> starts;
  std::uint64_t record = 0;
  std::uint64_t place = 0;
  bool there = true;
  for (const DataSetPart& part : parts) {
    for (; there && record < part.first; ++record) there = skip(place);
    starts.push_back(there ? place : end);
  }
  return starts;
}

}  // namespace

void check_label(const std::string& origin, std::string_view label) {
  if (label.size() > kLongestLabel) {
    refuse(origin, fmt::format("labels must not exceed {} bytes", kLongestLabel),
           fmt::format("{}", label.size()));
  }
  const bool has_control = std::any_of(label.begin(), label.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (has_control || !is_utf8(label)) {
    refuse(origin, "labels must be UTF-8 without control characters", shown(label));
  }
}

std::unique_ptr<RecordReader> read_list(StoredFile file, ListKind kind, const std::string& prefix,
                                        std::uint64_t start) {
  switch (kind) {
    case ListKind::kTabs:
      return std::make_unique<TabReader>(std::move(file), prefix, start);
    case ListKind::kJsonLines:
      return std::make_unique<JsonLineReader>(std::move(file), prefix, start, "filename");
    case ListKind::kHfJsonLines:
      return std::make_unique<JsonLineReader>(std::move(file), prefix, start, "file_name");
    case ListKind::kHfCsv:
      return std::make_unique<CsvReader>(std::move(file), prefix, start);
    case ListKind::kEasyOcr:
      return std::make_unique<EasyOcrReader>(std::move(file), prefix);
    default:
      return std::make_unique<CocoReader>(std::move(file), prefix, start);
  }
}

std::unique_ptr<RecordReader> List::read(const std::vector<DataSetPart>& parts,
                                         std::size_t part) const {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (starts_.empty()) find_starts(parts);
  }
  return read_list(Tree(root_).open(path_), kind_, prefix_, starts_[part]);
}

void List::find_starts(const std::vector<DataSetPart>& parts) const {
  const StoredFile file = Tree(root_).open(path_);
  const std::uint64_t end = file.size();
  if (kind_ == ListKind::kCoco) {
    JsonFile json(file, kLongestLine);
    find_images(json);
    std::string element;
    starts_ = starts_of(parts, end, [&](std::uint64_t& place) {
      const bool there = json.next_element(element);
      place = json.place();
      return there;
    });
    return;
  }
  Cursor cursor(file);
  std::string line;
  std::uint64_t first = 0;
  if (kind_ == ListKind::kHfCsv) {
    if (!cursor.take_line(kLongestLine, line) || line != "file_name,text") {
      refuse(file.path(), "must begin with 'file_name,text'", shown(line));
    }
    first = cursor.place();
  }
  starts_ = starts_of(parts, end, [&](std::uint64_t& place) {
    const bool there = cursor.take_line(kLongestLine, line);
    place = cursor.place();
    return there;
  });
  for (std::size_t i = 0; i < starts_.size() && parts[i].first == 0; ++i) starts_[i] = first;
}

}  // namespace glyphmill::datasets
