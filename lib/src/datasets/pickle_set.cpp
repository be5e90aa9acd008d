// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <utility>

#include "datasets/format_reader.h"
#include "datasets/npy_header.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"

namespace glyphmill::datasets {
namespace {

using namespace std::string_view_literals;

/// Reads the operations that Glyphmill's pickles are made of (Python's Lib/pickle.py tells what
/// they do), and refuses all others.
class Operations {
 public:
  explicit Operations(const StoredFile& file, std::uint64_t at = 0) : cursor_(file, at) {}

  Cursor& cursor() { return cursor_; }

  void expect(std::string_view operations) {
    for (const char each : operations) {
      const std::uint64_t at = cursor_.place();
      const char found = cursor_.take();
      if (found != each) refuse_at(at, found);
    }
  }

  bool accept(char operation) {
    if (cursor_.peek() != static_cast<unsigned char>(operation)) return false;
    cursor_.take();
    return true;
  }

  void text(std::string& text) {
    const std::uint64_t at = cursor_.place();
    const char operation = cursor_.take();
    if (operation != '\x8c' && operation != 'X') refuse_at(at, operation);
    const std::uint64_t size = number(operation == 'X' ? 4 : 1);
    if (size > kLongestText) {
      refuse(cursor_.path(), fmt::format("text must not exceed {} bytes", kLongestText),
             fmt::format("{}", size));
    }
    cursor_.take(static_cast<std::size_t>(size), text);
  }

  void expect_text(std::string_view wanted) {
    std::string found;
    text(found);
    if (found == wanted) return;
    refuse(cursor_.path(), fmt::format("'{}' must come next", wanted), shown(found));
  }

  void expect_global(std::string_view module, std::string_view name) {
    expect_text(module);
    expect_text(name);
    expect("\x93");
  }

  /// The whole numbers of a tuple, up to its end.
  std::vector<std::uint64_t> tuple() {
    constexpr std::size_t kMostSides = 4;
    std::vector<std::uint64_t> numbers;
    expect("(");
    while (!accept('t')) {
      const std::uint64_t at = cursor_.place();
      const char operation = cursor_.take();
      if (operation == 'K') {
        numbers.push_back(number(1));
      } else if (operation == 'J') {
        numbers.push_back(number(4));
      } else if (operation == '\x8a') {
        expect("\x08");
        numbers.push_back(number(8));
      } else {
        refuse_at(at, operation);
      }
      if (numbers.size() > kMostSides) refuse_at(at, operation);
    }
    return numbers;
  }

  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(cursor_.take())) << (8 * i);
    }
    return value;
  }

  [[noreturn]] void refuse_at(std::uint64_t at, char found) const {
    refuse(cursor_.path(), "must be a pickle as Glyphmill writes it",
           fmt::format("operation {:#04x} at byte {}", static_cast<unsigned char>(found), at));
  }

 private:
  static constexpr std::uint64_t kLongestText = 4096;

  Cursor cursor_;
};

/// Where things are in a pickle.
struct PickleLayout {
  PixelLayout layout;
  std::uint64_t pixels = 0;  ///< the first image, bytes
  std::uint64_t labels = 0;  ///< behind the beginning of their list
};

PickleLayout find_layout(const StoredFile& file, std::uint64_t count) {
  Operations operations(file);
  PickleLayout found;
  operations.expect("\x80\x04}("sv);
  operations.expect_text("images");
  operations.expect_global("numpy", "ndarray");
  const std::vector<std::uint64_t> sides = operations.tuple();
  std::string type;
  operations.text(type);
  found.layout = image_layout(file.path(), type, sides, count);
  operations.expect_global("builtins", "bytearray");
  operations.expect("\x8e");
  const std::uint64_t size = operations.number(8);
  const std::uint64_t image = pixel_bytes(file.path(), found.layout);
  found.pixels = operations.cursor().place();
  if (size / image != count || size % image != 0 || size > operations.cursor().left()) {
    refuse(file.path(), fmt::format("its {} images must have {} bytes each", count, image),
           fmt::format("{} bytes for all", size));
  }
  operations.cursor().seek(found.pixels + size);
  operations.expect("\x85R\x87R"sv);
  operations.expect_text("labels");
  operations.expect("]");
  found.labels = operations.cursor().place();
  return found;
}

/// Walks through the list of labels, which comes in batches.
class LabelWalk {
 public:
  LabelWalk(const StoredFile& file, std::uint64_t at, bool in_batch)
      : operations_(file, at), in_batch_(in_batch) {}

  void next(std::string& label) {
    if (in_batch_ && operations_.accept('e')) in_batch_ = false;
    if (!in_batch_) operations_.expect("(");
    in_batch_ = true;
    operations_.text(label);
  }

  /// Behind the last label: the metadata, which tells nothing of the samples.
  void end() {
    operations_.expect("e");
    operations_.expect_text("metadata");
    operations_.expect("}(");
  }

  std::uint64_t place() { return operations_.cursor().place(); }
  bool in_batch() const { return in_batch_; }

 private:
  Operations operations_;
  bool in_batch_;
};

/// Where the labels of a part begin.
struct LabelStart {
  std::uint64_t place = 0;
  bool in_batch = false;
};

class PickleSamples final : public SampleReader {
 public:
  PickleSamples(const OpenSet& set, std::size_t part, const PickleLayout& where,
                const LabelStart& start)
      : file_(Tree(set.root).open(file_ending_in(set, ".pickle"))),
        where_(where),
        size_(pixel_bytes(file_.path(), where.layout)),
        labels_(file_, start.place, start.in_batch),
        next_(set.parts[part].first),
        end_(next_ + set.parts[part].count) {}

  bool next(StoredSample& sample) override {
    if (next_ == end_) return false;
    const std::uint64_t k = next_++;
    sample.index = k;
    sample.place = fmt::format("{}: sample {}", file_.path(), k);
    sample.name.clear();
    sample.pixels = where_.layout;
    file_.read(where_.pixels + k * size_, size_, sample.bytes);
    const std::uint64_t end = std::exchange(end_, next_);  // no label is found behind a broken one
    labels_.next(sample.label);
    end_ = end;
    check_label(fmt::format("{}: label {}", file_.path(), k), sample.label);
    return true;
  }

  void skip(std::uint64_t samples) override {
    std::string label;
    for (; samples > 0 && next_ < end_; --samples) {
      labels_.next(label);
      ++next_;
    }
  }

 private:
  StoredFile file_;
  PickleLayout where_;
  std::size_t size_;
  LabelWalk labels_;
  std::uint64_t next_;
  std::uint64_t end_;
};

class PickleReader final : public FormatReader {
 public:
  explicit PickleReader(const OpenSet& set) : set_(set) {}

  std::unique_ptr<SampleReader> read(std::size_t part) const override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (starts_.empty()) find_starts();
    }
    return std::make_unique<PickleSamples>(set_, part, where_, starts_[part]);
  }

 private:
  void find_starts() const {
    const StoredFile file = Tree(set_.root).open(file_ending_in(set_, ".pickle"));
    where_ = find_layout(file, set_.manifest.count);
    LabelWalk walk(file, where_.labels, false);
    std::vector<LabelStart> starts;
    std::string label;
    for (const DataSetPart& part : set_.parts) {
      starts.push_back({walk.place(), walk.in_batch()});
      for (std::uint64_t i = 0; i < part.count; ++i) walk.next(label);
    }
    walk.end();
    starts_ = std::move(starts);
  }

  const OpenSet& set_;
  mutable std::mutex mutex_;
  mutable PickleLayout where_;
  mutable std::vector<LabelStart> starts_;
};

}  // namespace

std::unique_ptr<FormatReader> make_pickle_reader(const OpenSet& set) {
  return std::make_unique<PickleReader>(set);
}

}  // namespace glyphmill::datasets
