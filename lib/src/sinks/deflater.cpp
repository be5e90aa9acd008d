// SPDX-License-Identifier: Apache-2.0
#include "sinks/deflater.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "glyphmill/error.h"

namespace glyphmill::sinks {
namespace {

constexpr int kLevel = 1;  // the higher ones cost twice to ten times as much for a twentieth less
constexpr int kRawWindow = -15;  // 32 KiB, without zlib's own frame
constexpr int kMemory = 9;
constexpr std::size_t kOutSize = 1 << 16;

}  // namespace

Deflater::Deflater(Write write, Repeats repeats) : write_(std::move(write)), out_(kOutSize) {
  const int strategy = repeats == Repeats::kRuns ? Z_RLE : Z_DEFAULT_STRATEGY;
  if (deflateInit2(&stream_, kLevel, Z_DEFLATED, kRawWindow, kMemory, strategy) != Z_OK) {
    throw Error(ErrorCode::kInternal, "deflate: cannot be started");
  }
}

Deflater::~Deflater() { deflateEnd(&stream_); }

void Deflater::add(std::string_view bytes) {
  constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kMost);
    const auto* const data = reinterpret_cast<const Bytef*>(piece.data());
    done_.crc32 = static_cast<std::uint32_t>(crc32_z(done_.crc32, data, piece.size()));
    done_.raw_bytes += piece.size();
    stream_.next_in = const_cast<Bytef*>(data);  // zlib reads it only
    stream_.avail_in = static_cast<uInt>(piece.size());
    run(Z_NO_FLUSH);
    bytes.remove_prefix(piece.size());
  }
}

void Deflater::end_stretch() { run(Z_FULL_FLUSH); }

void Deflater::run(int flush) {
  do {
    stream_.next_out = out_.data();
    stream_.avail_out = static_cast<uInt>(out_.size());
    if (deflate(&stream_, flush) == Z_STREAM_ERROR) {
      throw Error(ErrorCode::kInternal, "deflate: inconsistent state");
    }
    const std::size_t size = out_.size() - stream_.avail_out;
    if (size > 0) write_({reinterpret_cast<const char*>(out_.data()), size});
    done_.bytes += size;
  } while (stream_.avail_out == 0);
}

Stretch joined(const Stretch& a, const Stretch& b) {
  const uLong crc = crc32_combine(a.crc32, b.crc32, static_cast<z_off_t>(b.raw_bytes));
  return {a.raw_bytes + b.raw_bytes, a.bytes + b.bytes, static_cast<std::uint32_t>(crc)};
}

}  // namespace glyphmill::sinks
