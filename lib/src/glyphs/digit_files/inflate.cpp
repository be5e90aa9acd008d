// SPDX-License-Identifier: Apache-2.0
#include "glyphs/digit_files/inflate.h"

#include <fmt/format.h>
#include <libdeflate.h>

#include <algorithm>
#include <cstring>

#include "glyphmill/error.h"

namespace glyphmill::digit_files {
namespace {

using Decompressor = std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)>;

Decompressor decompressor(const std::string& name) {
  Decompressor result(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (!result) throw Error(ErrorCode::kIo, fmt::format("{}: out of memory", name));
  return result;
}

/// The size that the end of a gzip file states, of its last member and modulo 2^32.
std::uint64_t stated_size(const FileBytes& packed) {
  std::uint64_t size = 0;
  for (std::size_t i = 1; i <= 4 && i <= packed.size; ++i) {
    size = (size << 8) | packed.data[packed.size - i];
  }
  return size;
}

/// Room for what is unpacked, which grows where a file has several members or more than 4 GiB.
class Room {
 public:
  Room(const FileBytes& packed, std::uint64_t size) : most_(packed.size * kMostExpansion) {
    bytes_.name = packed.name;
    if (size > most_) {
      refuse(packed.name,
             fmt::format("{} bytes of gzip cannot hold more than {}", packed.size, most_),
             fmt::format("{} stated at its end", size), packed.size - 4);
    }
    resize(static_cast<std::size_t>(size));
  }

  std::uint8_t* free() const { return fresh_.data + bytes_.size; }
  std::size_t free_size() const { return capacity_ - bytes_.size; }
  void take(std::size_t size) { bytes_.size += size; }

  /// False where there is as much room already as there can be data.
  bool grow() {
    if (capacity_ >= most_) return false;
    resize(static_cast<std::size_t>(
        std::min<std::uint64_t>(most_, std::uint64_t{2} * capacity_ + 4096)));
    return true;
  }

  FileBytes result() const {
    FileBytes bytes = bytes_;
    bytes.data = fresh_.data;
    bytes.owner = fresh_.owner;
    return bytes;
  }

 private:
  void resize(std::size_t capacity) {
    const FreshBytes fresh = fresh_bytes(capacity, bytes_.name);
    if (bytes_.size > 0) std::memcpy(fresh.data, fresh_.data, bytes_.size);
    fresh_ = fresh;
    capacity_ = capacity;
  }

  std::uint64_t most_;
  FileBytes bytes_;
  FreshBytes fresh_;
  std::size_t capacity_ = 0;
};

}  // namespace

bool is_gzip(const FileBytes& file) { return file.starts_with("\x1f\x8b"); }

FileBytes gunzip(const FileBytes& packed) {
  const Decompressor unpacker = decompressor(packed.name);
  Room room(packed, stated_size(packed));
  for (std::size_t at = 0; at < packed.size;) {
    std::size_t used = 0;
    std::size_t made = 0;
    const libdeflate_result result =
        libdeflate_gzip_decompress_ex(unpacker.get(), packed.data + at, packed.size - at,
                                      room.free(), room.free_size(), &used, &made);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE && room.grow()) continue;
    if (result != LIBDEFLATE_SUCCESS) {
      refuse(packed.name, "must be whole gzip data that match their checksum",
             "damaged data, or a part of a file", at);
    }
    at += used;
    room.take(made);
  }
  return room.result();
}

FileBytes inflate(const FileBytes& packed, std::uint64_t unpacked_size) {
  if (unpacked_size > packed.size * kMostExpansion) {
    refuse(packed.name,
           fmt::format("{} bytes of deflate cannot hold more than {}", packed.size,
                       packed.size * kMostExpansion),
           fmt::format("{}", unpacked_size));
  }
  const Decompressor unpacker = decompressor(packed.name);
  const auto size = static_cast<std::size_t>(unpacked_size);
  const FreshBytes fresh = fresh_bytes(size, packed.name);
  std::size_t used = 0;
  std::size_t made = 0;
  const libdeflate_result result = libdeflate_deflate_decompress_ex(
      unpacker.get(), packed.data, packed.size, fresh.data, size, &used, &made);
  if (result != LIBDEFLATE_SUCCESS || used != packed.size || made != size) {
    refuse(packed.name, fmt::format("must be deflate data of {} bytes unpacked", size),
           "damaged data, or a part of a file");
  }
  FileBytes bytes;
  bytes.name = packed.name;
  bytes.data = fresh.data;
  bytes.size = size;
  bytes.owner = fresh.owner;
  return bytes;
}

std::uint32_t crc32(const FileBytes& bytes) { return libdeflate_crc32(0, bytes.data, bytes.size); }

}  // namespace glyphmill::digit_files
