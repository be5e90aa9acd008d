// SPDX-License-Identifier: Apache-2.0
#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "datasets/format_reader.h"
#include "datasets/npy_header.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"

namespace glyphmill::datasets {
namespace {

/// One file of a zip archive, unpacked as it is read; its checksum is verified at the end.
class Member {
 public:
  Member(StoredFile file, const std::string& name)
      : file_(std::move(file)),
        origin_(fmt::format("{}: {}", file_.path(), name)),
        archive_(archive_read_new(), &archive_read_free) {
    archive_read_support_format_zip_seekable(archive_.get());
    check(::lseek(file_.descriptor(), 0, SEEK_SET) == 0 &&
          archive_read_open_fd(archive_.get(), file_.descriptor(), kBlock) == ARCHIVE_OK);
    archive_entry* entry = nullptr;
    for (;;) {
      const int result = archive_read_next_header(archive_.get(), &entry);
      if (result == ARCHIVE_EOF) refuse(file_.path(), fmt::format("must hold {}", name), "no such");
      check(result == ARCHIVE_OK);
      const char* const path = archive_entry_pathname(entry);
      if (path != nullptr && path == name) return;
    }
  }

  const std::string& origin() const { return origin_; }

  void take(std::size_t size, std::string& bytes) {
    bytes.resize(size);
    for (std::size_t done = 0; done < size;) {
      const la_ssize_t got = archive_read_data(archive_.get(), bytes.data() + done, size - done);
      check(got >= 0);
      if (got == 0) refuse(origin_, "must be whole", "an array that ends early");
      done += static_cast<std::size_t>(got);
    }
  }

  /// Nothing may be left.
  void end() {
    char byte = 0;
    const la_ssize_t got = archive_read_data(archive_.get(), &byte, 1);
    check(got >= 0);
    if (got != 0) refuse(origin_, "nothing must follow the array's items", "more bytes");
  }

 private:
  static constexpr std::size_t kBlock = 1 << 16;

  void check(bool good) const {
    if (good) return;
    const char* const cause = archive_error_string(archive_.get());
    refuse(origin_, "must be a file in a whole zip archive", shown(cause ? cause : "damaged data"));
  }

  StoredFile file_;
  std::string origin_;
  std::unique_ptr<archive, int (*)(archive*)> archive_;
};

TakeBytes taking_from(Member& member) {
  return [&member](std::size_t size, std::string& bytes) { member.take(size, bytes); };
}

class NpzSamples final : public SampleReader {
 public:
  explicit NpzSamples(const OpenSet& set)
      : tree_(set.root),
        count_(set.manifest.count),
        images_(tree_.open(file_ending_in(set, ".npz")), "images.npy"),
        labels_(tree_.open(file_ending_in(set, ".npz")), "labels.npy") {
    const NpyHeader images = read_npy_header(images_.origin(), taking_from(images_));
    layout_ = image_layout(images_.origin(), images.type, images.sides, count_);
    size_ = pixel_bytes(images_.origin(), layout_);
    const NpyHeader labels = read_npy_header(labels_.origin(), taking_from(labels_));
    label_size_ = 4 * label_width(labels);
  }

  bool next(StoredSample& sample) override {
    if (next_ == count_ || broken_) return false;
    broken_ = true;
    sample.index = next_;
    sample.place = fmt::format("{}: sample {}", images_.origin(), next_);
    sample.name.clear();
    sample.pixels = layout_;
    images_.take(size_, sample.bytes);
    labels_.take(label_size_, codes_);
    if (++next_ == count_) {
      images_.end();
      labels_.end();
    }
    broken_ = false;
    read_label(sample.label);
    return true;
  }

 private:
  static constexpr std::uint64_t kMostCharacters = 4096;

  std::size_t label_width(const NpyHeader& header) const {
    const std::string& type = header.type;
    const bool is_number = type.size() >= 3 && type.size() <= 7 && type.compare(0, 2, "<U") == 0 &&
                           type.find_first_not_of("0123456789", 2) == std::string::npos;
    const std::uint64_t width = is_number ? parse_integer(type.substr(2)) : 0;
    if (width >= 1 && width <= kMostCharacters && header.sides.size() == 1 &&
        header.sides[0] == count_) {
      return static_cast<std::size_t>(width);
    }
    refuse(labels_.origin(),
           fmt::format("labels must be text ({},) of 1 to {} characters", count_, kMostCharacters),
           fmt::format("{}", shown(type)));
  }

  /// UTF-32, padded with zeros.
  void read_label(std::string& label) const {
    label.clear();
    const std::string origin = fmt::format("{}: label {}", labels_.origin(), next_ - 1);
    bool ended = false;
    for (std::size_t i = 0; i < codes_.size(); i += 4) {
      std::uint32_t code = 0;
      for (std::size_t j = 4; j-- > 0;) {
        code = code << 8 | static_cast<unsigned char>(codes_[i + j]);
      }
      const bool is_character = code < 0x110000 && (code < 0xd800 || code >= 0xe000);
      if (!is_character || (ended && code != 0)) {
        refuse(origin, "must be of Unicode characters and zeros behind them",
               fmt::format("{:#x}", code));
      }
      ended = code == 0;
      if (!ended) append_utf8(code, label);
    }
    check_label(origin, label);
  }

  static void append_utf8(std::uint32_t code, std::string& text) {
    const int tails = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    constexpr std::uint32_t kLeads[] = {0, 0xc0, 0xe0, 0xf0};
    text += static_cast<char>(kLeads[tails] | code >> (6 * tails));
    for (int i = tails; i-- > 0;) text += static_cast<char>(0x80 | (code >> (6 * i) & 0x3f));
  }

  Tree tree_;
  std::uint64_t count_;
  Member images_;
  Member labels_;
  PixelLayout layout_;
  std::size_t size_ = 0;
  std::size_t label_size_ = 0;
  std::uint64_t next_ = 0;
  bool broken_ = false;  // what is deflated cannot be read on behind damage
  std::string codes_;
};

class NpzReader final : public FormatReader {
 public:
  explicit NpzReader(const OpenSet& set) : set_(set) {}
  std::unique_ptr<SampleReader> read(std::size_t) const override {
    return std::make_unique<NpzSamples>(set_);
  }

 private:
  const OpenSet& set_;
};

}  // namespace

std::unique_ptr<FormatReader> make_npz_reader(const OpenSet& set) {
  return std::make_unique<NpzReader>(set);
}

}  // namespace glyphmill::datasets
