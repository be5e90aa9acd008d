// SPDX-License-Identifier: Apache-2.0
#include "sinks/zip_file.h"

#include <algorithm>

#include "sinks/bytes.h"

namespace glyphmill::sinks {
namespace {

constexpr std::uint64_t kNeedsZip64 = 0xffffffff;
constexpr std::uint64_t kManyMembers = 0xffff;
constexpr std::uint64_t kDeflateVersion = 20;
constexpr std::uint64_t kZip64Version = 45;
constexpr std::uint64_t kUnix = 3 << 8;
constexpr std::uint64_t kDeflated = 8;
constexpr std::uint64_t kFirstDay = 1 << 5 | 1;           // 1980-01-01
constexpr std::uint64_t kRegularFile = 0100644ULL << 16;  // rw-r--r--
constexpr std::uint64_t kZip64Tag = 1;

void put(std::string& bytes, std::uint64_t value, std::size_t size) {
  append_little_endian(bytes, value, size);
}

std::uint64_t narrow(std::uint64_t value) { return std::min(value, kNeedsZip64); }

std::string zip64_field(const std::string& values) {
  std::string field;
  if (values.empty()) return field;
  put(field, kZip64Tag, 2);
  put(field, values.size(), 2);
  return field + values;
}

/// The fields that the header of a member and its entry in the directory share.
void put_common(std::string& bytes, std::uint64_t version, const ZipMember& member,
                const Stretch& shown, std::size_t extra_size) {
  put(bytes, version, 2);
  put(bytes, 0, 2);  // flags
  put(bytes, kDeflated, 2);
  put(bytes, 0, 2);  // midnight
  put(bytes, kFirstDay, 2);
  put(bytes, shown.crc32, 4);
  put(bytes, shown.bytes, 4);
  put(bytes, shown.raw_bytes, 4);
  put(bytes, member.name.size(), 2);
  put(bytes, extra_size, 2);
}

}  // namespace

std::string zip_local_header(const ZipMember& member) {
  const Stretch& size = member.size;
  const bool large = std::max(size.bytes, size.raw_bytes) >= kNeedsZip64;
  std::string values;
  if (large) {  // here both sizes or none
    put(values, size.raw_bytes, 8);
    put(values, size.bytes, 8);
  }
  const std::string extra = zip64_field(values);
  const Stretch shown = large ? Stretch{kNeedsZip64, kNeedsZip64, size.crc32} : size;
  std::string bytes = "PK\x03\x04";
  put_common(bytes, large ? kZip64Version : kDeflateVersion, member, shown, extra.size());
  return bytes + member.name + extra;
}

std::string zip_directory_entry(const ZipMember& member, std::uint64_t offset) {
  const Stretch& size = member.size;
  std::string values;
  for (const std::uint64_t value : {size.raw_bytes, size.bytes, offset}) {
    if (value >= kNeedsZip64) put(values, value, 8);
  }
  const std::string extra = zip64_field(values);
  const std::uint64_t version = extra.empty() ? kDeflateVersion : kZip64Version;
  std::string bytes = "PK\x01\x02";
  put(bytes, kUnix | version, 2);
  put_common(bytes, version, member, {narrow(size.raw_bytes), narrow(size.bytes), size.crc32},
             extra.size());
  put(bytes, 0, 2);  // comment
  put(bytes, 0, 2);  // disk
  put(bytes, 0, 2);  // internal attributes
  put(bytes, kRegularFile, 4);
  put(bytes, narrow(offset), 4);
  return bytes + member.name + extra;
}

std::string zip_end(std::uint64_t members, std::uint64_t size, std::uint64_t offset) {
  std::string bytes;
  if (members >= kManyMembers || size >= kNeedsZip64 || offset >= kNeedsZip64) {
    bytes = "PK\x06\x06";
    put(bytes, 44, 8);  // of what follows in this record
    put(bytes, kUnix | kZip64Version, 2);
    put(bytes, kZip64Version, 2);
    put(bytes, 0, 4);  // this disk
    put(bytes, 0, 4);  // the directory's disk
    put(bytes, members, 8);
    put(bytes, members, 8);
    put(bytes, size, 8);
    put(bytes, offset, 8);
    bytes += "PK\x06\x07";
    put(bytes, 0, 4);  // disk of the record above
    put(bytes, offset + size, 8);
    put(bytes, 1, 4);  // disks
  }
  bytes += "PK\x05\x06";
  put(bytes, 0, 2);
  put(bytes, 0, 2);
  put(bytes, std::min(members, kManyMembers), 2);
  put(bytes, std::min(members, kManyMembers), 2);
  put(bytes, narrow(size), 4);
  put(bytes, narrow(offset), 4);
  put(bytes, 0, 2);  // comment
  return bytes;
}

void write_zip(const std::vector<ZipMember>& members, const Write& write) {
  std::uint64_t offset = 0;
  std::string directory;
  for (const ZipMember& member : members) {
    const std::string header = zip_local_header(member);
    directory += zip_directory_entry(member, offset);
    write(header);
    member.content(write);
    offset += header.size() + member.size.bytes;
  }
  write(directory);
  write(zip_end(members.size(), directory.size(), offset));
}

}  // namespace glyphmill::sinks
