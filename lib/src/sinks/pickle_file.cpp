// SPDX-License-Identifier: Apache-2.0
#include "sinks/pickle_file.h"

#include <limits>
#include <string>

#include "sinks/bytes.h"

namespace glyphmill::sinks {
namespace {

// Opcodes of Python's Lib/pickle.py.
constexpr std::string_view kProtocol4 = "\x80\x04";
constexpr char kMark = '(';
constexpr char kEmptyDict = '}';
constexpr char kSetItems = 'u';
constexpr char kEmptyList = ']';
constexpr char kAppends = 'e';
constexpr char kTupleOfMark = 't';
constexpr char kTuple1 = '\x85';
constexpr char kTuple2 = '\x86';
constexpr char kTuple3 = '\x87';
constexpr char kReduce = 'R';
constexpr char kStackGlobal = '\x93';
constexpr char kNone = 'N';
constexpr char kBinFloat = 'G';
constexpr char kBinInt1 = 'K';
constexpr char kBinInt = 'J';
constexpr char kLong1 = '\x8a';
constexpr char kShortBinUnicode = '\x8c';
constexpr char kBinUnicode = 'X';
constexpr char kBinBytes8 = '\x8e';
constexpr char kStop = '.';

constexpr int kLabelsAtOnce = 1000;  // as Python does: what is on the stack stays small

std::string text(std::string_view utf8) {
  const bool is_short = utf8.size() < 256;
  std::string bytes(1, is_short ? kShortBinUnicode : kBinUnicode);
  append_little_endian(bytes, utf8.size(), is_short ? 1 : 4);
  return bytes.append(utf8);
}

std::string integer(std::int64_t value) {
  const bool is_byte = value >= 0 && value < 256;
  const bool is_int = value >= std::numeric_limits<std::int32_t>::min() &&
                      value <= std::numeric_limits<std::int32_t>::max();
  std::string bytes(1, is_byte ? kBinInt1 : is_int ? kBinInt : kLong1);
  if (!is_byte && !is_int) bytes += '\x08';
  append_little_endian(bytes, static_cast<std::uint64_t>(value), is_byte ? 1 : is_int ? 4 : 8);
  return bytes;
}

std::string global(std::string_view module, std::string_view name) {
  return text(module) + text(name) + kStackGlobal;
}

/// numpy.ndarray(shape, type, bytearray(PIXELS)), up to the pixels: the bytearray makes the array
/// writable, and all three names are the same in every numpy.
std::string array_before_pixels(const Pack& pack) {
  const ImageShape& shape = pack.shape;
  std::string bytes = global("numpy", "ndarray") + kMark +
                      integer(static_cast<std::int64_t>(pack.count)) + integer(shape.rows) +
                      integer(shape.columns);
  if (shape.channels > 1) bytes += integer(shape.channels);
  bytes += kTupleOfMark + text(pack.normalize ? "<f4" : "|u1");
  bytes += global("builtins", "bytearray") + kBinBytes8;
  append_little_endian(bytes, pack.image_bytes(), 8);
  return bytes;
}

constexpr char kArrayBehindPixels[] = {kTuple1, kReduce, kTuple3, kReduce};

std::string metadata(const Pack& pack) {
  std::string bytes = text("metadata") + kEmptyDict + kMark;
  bytes += text("creation_timestamp") + kBinFloat + std::string(8, '\0');
  bytes += text("spacing_range");
  if (pack.spacing_range) {
    bytes += integer(pack.spacing_range->min) + integer(pack.spacing_range->max) + kTuple2;
  } else {
    bytes += kNone;
  }
  return bytes + text("image_width") + integer(pack.shape.columns) + kSetItems;
}

}  // namespace

void write_pickle(const Pack& pack, const Write& write) {
  write(kProtocol4);
  write(std::string{kEmptyDict, kMark} + text("images") + array_before_pixels(pack));
  pack.images(write);
  write({kArrayBehindPixels, sizeof kArrayBehindPixels});
  write(text("labels") + kEmptyList);
  std::string batch;
  int in_batch = 0;
  const auto end_batch = [&] {
    if (in_batch > 0) write(kMark + batch + kAppends);
    batch.clear();
    in_batch = 0;
  };
  pack.labels([&](std::string_view label) {
    batch += text(label);
    if (++in_batch == kLabelsAtOnce) end_batch();
  });
  end_batch();
  write(metadata(pack) + kSetItems + kStop);
}

}  // namespace glyphmill::sinks
