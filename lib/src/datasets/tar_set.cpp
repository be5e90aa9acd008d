// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "datasets/format_reader.h"
#include "datasets/tar.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"

namespace glyphmill::datasets {
namespace {

constexpr std::uint64_t kMostTextBytes = 1 << 20;  // of a label or an annotation

/// The samples of one archive: members that stand together and have one key, the number of the
/// sample. KEY.jpg or KEY.png and KEY.txt, and perhaps KEY.json.
class TarSamples final : public SampleReader {
 public:
  TarSamples(const OpenSet& set, std::size_t part)
      : part_(set.parts[part]),
        first_number_(set.first_number),
        file_(Tree(set.root).open(part_.path)),
        walk_(file_) {
    there_ = walk_.next(member_);
  }

  bool next(StoredSample& sample) override {
    if (read_ == part_.count) {
      if (!std::exchange(ended_, true) && there_) {
        refuse(file_.path(), fmt::format("must hold {} samples", part_.count),
               fmt::format("'{}' behind them", shown(member_.name)));
      }
      return false;
    }
    sample.index = part_.first + read_++;
    if (!there_) {
      ended_ = true;
      const std::uint64_t found = std::exchange(read_, part_.count) - 1;
      refuse(file_.path(), fmt::format("must hold {} samples", part_.count),
             fmt::format("{}", found));
    }
    return read_sample(sample);
  }

  void skip(std::uint64_t samples) override {
    for (; samples > 0 && there_ && read_ < part_.count; --samples) {
      const std::string key = key_of(member_);
      ++read_;
      while (there_ && key_of(member_) == key) advance();
    }
  }

 private:
  static std::string key_of(const TarMember& member) {
    return member.name.substr(0, member.name.find('.'));
  }

  bool read_sample(StoredSample& sample) {
    const std::string key = key_of(member_);
    sample.pixels.reset();
    sample.name.clear();
    bool has_label = false;
    std::string problem;
    while (there_ && key_of(member_) == key) {
      const std::string extension =
          member_.name.substr(std::min(key.size() + 1, member_.name.size()));
      if (extension == "txt" && !has_label && member_.size <= kMostTextBytes) {
        file_.read(member_.at, static_cast<std::size_t>(member_.size), sample.label);
        has_label = true;
      } else if ((extension == "jpg" || extension == "png") && sample.name.empty() &&
                 member_.size <= kMostImageBytes) {
        file_.read(member_.at, static_cast<std::size_t>(member_.size), sample.bytes);
        sample.name = member_.name;
      } else if (extension != "json" || member_.size > kMostTextBytes) {
        problem = fmt::format("'{}' of {} bytes", shown(member_.name), member_.size);
      }
      advance();
    }
    sample.place =
        fmt::format("{}: {}", part_.path, shown(sample.name.empty() ? key : sample.name));
    check_key(key, sample.index + first_number_);
    if (!problem.empty() || !has_label || sample.name.empty()) {
      refuse(fmt::format("{}: {}", file_.path(), shown(key)),
             "a sample must be one .jpg or .png, one .txt and at most a .json",
             !problem.empty() ? problem
             : has_label      ? "no image"
                              : "no .txt");
    }
    check_label(fmt::format("{}: {}.txt", file_.path(), key), sample.label);
    return true;
  }

  /// At least 9 digits.
  void check_key(const std::string& key, std::uint64_t number) const {
    const std::string wanted = fmt::format("{:09}", number);
    const std::size_t zeros = key.size() > wanted.size() ? key.size() - wanted.size() : 0;
    if (key == std::string(zeros, '0') + wanted) return;
    refuse(file_.path(), fmt::format("the key of sample {} must be {}", number, wanted),
           shown(key));
  }

  /// Where an archive is damaged nothing behind is found.
  void advance() {
    const std::uint64_t read = std::exchange(read_, part_.count);
    there_ = false;
    ended_ = true;
    there_ = walk_.next(member_);
    ended_ = false;
    read_ = read;
  }

  DataSetPart part_;
  std::uint64_t first_number_;
  StoredFile file_;
  TarWalk walk_;
  TarMember member_;
  bool there_ = false;
  bool ended_ = false;
  std::uint64_t read_ = 0;
};

class TarReader final : public FormatReader {
 public:
  explicit TarReader(const OpenSet& set) : set_(set) {}
  std::unique_ptr<SampleReader> read(std::size_t part) const override {
    return std::make_unique<TarSamples>(set_, part);
  }

 private:
  const OpenSet& set_;
};

}  // namespace

std::unique_ptr<FormatReader> make_tar_reader(const OpenSet& set) {
  return std::make_unique<TarReader>(set);
}

}  // namespace glyphmill::datasets
