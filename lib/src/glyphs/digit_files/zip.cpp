// SPDX-License-Identifier: Apache-2.0
#include "glyphs/digit_files/zip.h"

#include <fmt/format.h>

#include <algorithm>

#include "glyphmill/utf8.h"
#include "glyphs/digit_files/inflate.h"

namespace glyphmill::digit_files {
namespace {

using namespace std::string_view_literals;

// Sizes of the records, without what varies.
constexpr std::size_t kEndRecord = 22;
constexpr std::size_t kEndLocator = 20;
constexpr std::size_t kEnd64Record = 56;
constexpr std::size_t kCentralHeader = 46;
constexpr std::size_t kLocalHeader = 30;

/// Where a number of 16 or 32 bits is said to be in the Zip64 part instead.
constexpr std::uint64_t kElsewhere16 = 0xffff;
constexpr std::uint64_t kElsewhere32 = 0xffffffff;

/// A little-endian number; the caller has seen to it that it is inside.
std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) {
    value = (value << 8) | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

struct Directory {
  std::uint64_t at = 0;
  std::uint64_t size = 0;
  std::uint64_t count = 0;
  std::uint64_t end = 0;  ///< where the records that end the archive begin
};

/// The place of the record that ends the archive, with a comment of its stated length after it.
std::size_t end_record(const FileBytes& archive) {
  const std::string_view text = archive.text();
  constexpr std::size_t kMostComment = 0xffff;
  for (std::size_t back = kEndRecord; back <= kEndRecord + kMostComment; ++back) {
    if (back > text.size()) break;
    const std::size_t at = text.size() - back;
    if (text.substr(at, 4) != "PK\5\6"sv) continue;
    if (number(text, at + 20, 2) == back - kEndRecord) return at;
  }
  refuse(archive.name, "a zip archive must end with its directory", "no end record", text.size());
}

Directory directory_of(const FileBytes& archive) {
  const std::string_view text = archive.text();
  const std::size_t at = end_record(archive);
  Directory directory{number(text, at + 16, 4), number(text, at + 12, 4), number(text, at + 10, 2),
                      at};
  std::uint64_t volumes = number(text, at + 4, 2) | number(text, at + 6, 2);
  const bool has_locator = at >= kEndLocator && text.substr(at - kEndLocator, 4) == "PK\6\7"sv;
  if (has_locator) {
    const std::uint64_t end64 = number(text, at - kEndLocator + 8, 8);
    if (end64 > at - kEndLocator || at - kEndLocator - end64 < kEnd64Record ||
        text.substr(static_cast<std::size_t>(end64), 4) != "PK\6\6"sv) {
      refuse(archive.name, "the Zip64 locator must point to its end record",
             fmt::format("{}", end64), at - kEndLocator);
    }
    const auto record = static_cast<std::size_t>(end64);
    directory = {number(text, record + 48, 8), number(text, record + 40, 8),
                 number(text, record + 32, 8), end64};
    volumes = number(text, record + 16, 4) | number(text, record + 20, 4);
  }
  if (volumes != 0) refuse(archive.name, "a zip archive must be of one volume", "several", at);
  if (directory.at > directory.end || directory.end - directory.at != directory.size) {
    refuse(archive.name, fmt::format("the zip directory must end at {}", directory.end),
           fmt::format("{} bytes from {}", directory.size, directory.at), at);
  }
  return directory;
}

/// Takes the numbers that do not fit a header from its Zip64 part, where they stand in this order.
void read_zip64(std::string_view extra, ZipEntry& entry) {
  while (extra.size() >= 4) {
    const std::uint64_t kind = number(extra, 0, 2);
    const std::uint64_t size = number(extra, 2, 2);
    extra.remove_prefix(4);
    if (size > extra.size()) return;
    if (kind == 1) {
      std::size_t at = 0;
      for (std::uint64_t* const value : {&entry.size, &entry.packed_size, &entry.header_at}) {
        if (*value != kElsewhere32 || at + 8 > size) continue;
        *value = number(extra, at, 8);
        at += 8;
      }
      return;
    }
    extra.remove_prefix(static_cast<std::size_t>(size));
  }
}

ZipEntry read_entry(std::string_view header, std::size_t name_size, std::size_t extra_size) {
  ZipEntry entry;
  entry.flags = static_cast<unsigned>(number(header, 8, 2));
  entry.method = static_cast<unsigned>(number(header, 10, 2));
  entry.crc = static_cast<std::uint32_t>(number(header, 16, 4));
  entry.packed_size = number(header, 20, 4);
  entry.size = number(header, 24, 4);
  entry.header_at = number(header, 42, 4);
  entry.name = std::string(header.substr(kCentralHeader, name_size));
  read_zip64(header.substr(kCentralHeader + name_size, extra_size), entry);
  return entry;
}

/// The packed bytes of an entry, which must lie before the directory.
FileBytes packed_bytes(const FileBytes& archive, const ZipEntry& entry, const std::string& name) {
  const std::string_view text = archive.text();
  const std::uint64_t end = directory_of(archive).at;
  const auto refuse_place = [&] {
    refuse(name,
           fmt::format("its {} packed bytes must lie before the zip directory at {}",
                       entry.packed_size, end),
           "no such place", entry.header_at);
  };
  if (entry.header_at > end || end - entry.header_at < kLocalHeader) refuse_place();
  const auto at = static_cast<std::size_t>(entry.header_at);
  if (text.substr(at, 4) != "PK\3\4"sv) {
    refuse(name, "a file in a zip archive must begin with PK\\x03\\x04",
           printable(text.substr(at, 4)), at);
  }
  // Name and extra field may differ from those of the directory in length.
  const std::uint64_t start =
      entry.header_at + kLocalHeader + number(text, at + 26, 2) + number(text, at + 28, 2);
  if (start > end || end - start < entry.packed_size) refuse_place();
  FileBytes packed = archive;
  packed.name = name;
  packed.data += start;
  packed.size = static_cast<std::size_t>(entry.packed_size);
  return packed;
}

}  // namespace

bool is_zip(const FileBytes& file) {
  return file.starts_with("PK\3\4"sv) || file.starts_with("PK\5\6"sv);
}

std::vector<ZipEntry> zip_entries(const FileBytes& archive) {
  const Directory directory = directory_of(archive);
  std::string_view rest = archive.text().substr(static_cast<std::size_t>(directory.at),
                                                static_cast<std::size_t>(directory.size));
  std::vector<ZipEntry> entries;
  while (!rest.empty()) {
    const std::uint64_t at = directory.end - rest.size();
    if (rest.size() < kCentralHeader || rest.substr(0, 4) != "PK\1\2"sv) {
      refuse(archive.name, "an entry of the zip directory must begin with PK\\x01\\x02",
             printable(rest.substr(0, 4)), at);
    }
    const std::size_t name_size = number(rest, 28, 2);
    const std::size_t extra_size = number(rest, 30, 2);
    const std::size_t size = kCentralHeader + name_size + extra_size + number(rest, 32, 2);
    if (size > rest.size()) {
      refuse(archive.name, fmt::format("an entry of the zip directory has {} bytes", size),
             fmt::format("{}", rest.size()), at);
    }
    entries.push_back(read_entry(rest, name_size, extra_size));
    rest.remove_prefix(size);
  }
  // Archives of 65536 files and more without Zip64 state their number modulo 65536.
  if (directory.count != entries.size() && directory.count != (entries.size() & kElsewhere16)) {
    refuse(archive.name, fmt::format("the zip directory must have {} entries", directory.count),
           fmt::format("{}", entries.size()), directory.at);
  }
  return entries;
}

FileBytes zip_content(const FileBytes& archive, const ZipEntry& entry) {
  const std::string name = fmt::format("{}: {}", archive.name, printable(entry.name));
  constexpr unsigned kEncrypted = 1;
  if ((entry.flags & kEncrypted) != 0) refuse(name, "must not be encrypted", "encrypted");
  if (entry.method != 0 && entry.method != 8) {
    refuse(name, "must be stored or deflated", fmt::format("zip method {}", entry.method));
  }
  FileBytes content = packed_bytes(archive, entry, name);
  if (entry.method == 0 && entry.size != entry.packed_size) {
    refuse(name, fmt::format("a stored file has as many bytes as it takes, {}", entry.packed_size),
           fmt::format("{}", entry.size), entry.header_at);
  }
  if (entry.method == 8) content = inflate(content, entry.size);
  const std::uint32_t found = crc32(content);
  if (found != entry.crc) {
    refuse(name, fmt::format("its checksum must be {:08x}", entry.crc),
           fmt::format("{:08x}: damaged data", found), entry.header_at);
  }
  return content;
}

}  // namespace glyphmill::digit_files
