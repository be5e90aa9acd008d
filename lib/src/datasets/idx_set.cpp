// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "datasets/format_reader.h"
#include "glyphmill/error.h"

namespace glyphmill::datasets {
namespace {

constexpr std::uint64_t kLongestIdxLabel = 4096;

/// A file of MNIST's: 00 00 08 and the number of sides, the sides, big-endian, and the bytes.
struct IdxFile {
  StoredFile file;
  std::vector<std::uint64_t> sides;

  std::uint64_t header() const { return 4 + 4 * sides.size(); }
};

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

/// With a number of sides among `allowed`, the others after the first at most `longest`.
IdxFile open_idx(StoredFile file, std::initializer_list<std::uint64_t> allowed,
                 std::uint64_t longest) {
  std::string bytes;
  file.read(0, 4, bytes);
  const std::uint64_t number = big_endian(bytes) - 0x800;
  if (std::find(allowed.begin(), allowed.end(), number) == allowed.end()) {
    refuse(file.path(),
           fmt::format("must begin with 00 00 08 and {} sides", fmt::join(allowed, " or ")),
           fmt::format("{:08x}", big_endian(bytes)));
  }
  IdxFile idx{std::move(file), {}};
  std::uint64_t size = 1;
  for (std::uint64_t i = 0; i < number; ++i) {
    idx.file.read(4 + 4 * i, 4, bytes);
    idx.sides.push_back(big_endian(bytes));
    if (i > 0 && (idx.sides[i] == 0 || idx.sides[i] > longest)) {
      refuse(idx.file.path(), fmt::format("sides must be 1 to {}", longest),
             fmt::format("{}", idx.sides[i]));
    }
    size *= idx.sides[i];  // below 2^64: one of 32 bits, two of 16
  }
  if (idx.file.size() != idx.header() + size) {
    refuse(
        idx.file.path(),
        fmt::format("must have {} bytes for {}", idx.header() + size, fmt::join(idx.sides, " x ")),
        fmt::format("{}", idx.file.size()));
  }
  return idx;
}

class IdxSamples final : public SampleReader {
 public:
  IdxSamples(const OpenSet& set, std::size_t part)
      : tree_(set.root),
        characters_(characters_of(set)),
        images_(open_idx(tree_.open(file_ending_in(set, "-images-idx3-ubyte")), {3}, kLongestSide)),
        labels_(open_idx(tree_.open(labels_name(images_path(set))), {1, 2}, kLongestIdxLabel)),
        next_(set.parts[part].first),
        end_(next_ + set.parts[part].count) {
    layout_.rows = static_cast<int>(images_.sides[1]);
    layout_.columns = static_cast<int>(images_.sides[2]);
    size_ = pixel_bytes(images_.file.path(), layout_);
    for (const IdxFile* const file : {&images_, &labels_}) {
      if (file->sides[0] == set.manifest.count) continue;
      refuse(file->file.path(), fmt::format("must have {} samples", set.manifest.count),
             fmt::format("{}", file->sides[0]));
    }
    label_size_ = labels_.sides.size() == 2 ? static_cast<std::size_t>(labels_.sides[1]) : 1;
  }

  bool next(StoredSample& sample) override {
    if (next_ == end_) return false;
    const std::uint64_t k = next_++;
    sample.index = k;
    sample.place = fmt::format("{}: sample {}", images_.file.path(), k);
    sample.name.clear();
    sample.pixels = layout_;
    images_.file.read(images_.header() + k * size_, size_, sample.bytes);
    labels_.file.read(labels_.header() + k * label_size_, label_size_, codes_);
    read_label(k, sample.label);
    return true;
  }

  void skip(std::uint64_t samples) override { next_ += std::min(samples, end_ - next_); }

 private:
  static std::string images_path(const OpenSet& set) {
    return file_ending_in(set, "-images-idx3-ubyte");
  }

  std::string labels_name(const std::string& images) {
    const std::string prefix = images.substr(0, images.size() - 18);  // of "-images-idx3-ubyte"
    const std::string one = prefix + "-labels-idx1-ubyte";
    return tree_.root().has(one) ? one : prefix + "-labels-idx2-ubyte";
  }

  /// A label's bytes are places among these.
  static std::vector<std::string> characters_of(const OpenSet& set) {
    const auto is_digit = [](const std::string& c) {
      return c.size() == 1 && c[0] >= '0' && c[0] <= '9';
    };
    if (!std::all_of(set.characters.begin(), set.characters.end(), is_digit)) {
      return set.characters;
    }
    return {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  }

  /// Places, and behind the last character the number of characters.
  void read_label(std::uint64_t k, std::string& label) const {
    label.clear();
    bool ended = false;
    for (const char byte : codes_) {
      const std::size_t code = static_cast<unsigned char>(byte);
      if (code > characters_.size() || (ended && code < characters_.size())) {
        refuse(fmt::format("{}: label {}", labels_.file.path(), k),
               fmt::format("must be of 0 to {}, behind its end {}", characters_.size() - 1,
                           characters_.size()),
               fmt::format("{}", code));
      }
      ended = code == characters_.size();
      if (!ended) label += characters_[code];
    }
  }

  Tree tree_;
  std::vector<std::string> characters_;
  IdxFile images_;
  IdxFile labels_;
  std::uint64_t next_;
  std::uint64_t end_;
  PixelLayout layout_;
  std::size_t size_ = 0;
  std::size_t label_size_ = 1;
  std::string codes_;
};

class IdxReader final : public FormatReader {
 public:
  explicit IdxReader(const OpenSet& set) : set_(set) {}
  std::unique_ptr<SampleReader> read(std::size_t part) const override {
    return std::make_unique<IdxSamples>(set_, part);
  }

 private:
  const OpenSet& set_;
};

}  // namespace

std::unique_ptr<FormatReader> make_idx_reader(const OpenSet& set) {
  return std::make_unique<IdxReader>(set);
}

}  // namespace glyphmill::datasets
