// SPDX-License-Identifier: Apache-2.0
#include "sinks/pickle_file.h"

#include <cstring>
#include <initializer_list>
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

std::string number(double value) {
  std::uint64_t bits;
  static_assert(sizeof bits == sizeof value);
  std::memcpy(&bits, &value, sizeof bits);
  std::string bytes(1, kBinFloat);
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(bits >> shift & 0xff);
  return bytes;
}

/// numpy.ndarray(shape, type, bytearray(ITEMS)), up to the items: the bytearray makes the array
/// writable, and all three names are the same in every numpy.
std::string array_before_items(std::string_view type, std::uint64_t item_bytes,
                               std::initializer_list<std::uint64_t> shape) {
  std::string bytes = global("numpy", "ndarray") + kMark;
  for (const std::uint64_t side : shape) bytes += integer(static_cast<std::int64_t>(side));
  bytes += kTupleOfMark + text(type) + global("builtins", "bytearray") + kBinBytes8;
  append_little_endian(bytes, item_bytes, 8);
  return bytes;
}

std::string array_before_pixels(const Pack& pack) {
  const std::string_view type = pack.normalize ? "<f4" : "|u1";
  const auto rows = static_cast<std::uint64_t>(pack.shape.rows);
  const auto columns = static_cast<std::uint64_t>(pack.shape.columns);
  if (pack.shape.channels == 1) {
    return array_before_items(type, pack.image_bytes(), {pack.count, rows, columns});
  }
  const auto channels = static_cast<std::uint64_t>(pack.shape.channels);
  return array_before_items(type, pack.image_bytes(), {pack.count, rows, columns, channels});
}

constexpr char kArrayBehindItems[] = {kTuple1, kReduce, kTuple3, kReduce};

/// Calls `write` with pieces of not too many labels.
template <class BytesOf>
void in_batches(const Pack& pack, const Write& write, const BytesOf& bytes_of) {
  std::string batch;
  int in_batch = 0;
  const auto end_batch = [&] {
    if (in_batch > 0) write(batch);
    batch.clear();
    in_batch = 0;
  };
  pack.labels([&](std::string_view label) {
    batch += bytes_of(label);
    if (++in_batch == kLabelsAtOnce) end_batch();
  });
  end_batch();
}

void write_labels(const Pack& pack, PickleLabels labels, const Write& write) {
  if (labels == PickleLabels::kDigits) {
    write(array_before_items("|u1", pack.count, {pack.count}));
    in_batches(pack, write,
               [](std::string_view label) { return static_cast<char>(label.front() - '0'); });
    write({kArrayBehindItems, sizeof kArrayBehindItems});
    return;
  }
  write({&kEmptyList, 1});
  in_batches(
      pack, [&](std::string_view batch) { write(kMark + std::string(batch) + kAppends); }, text);
}

std::string metadata(const Pack& pack, const PickleOptions& options) {
  std::string bytes = text("metadata") + kEmptyDict + kMark;
  bytes += text("creation_timestamp") + number(options.creation_timestamp);
  bytes += text("spacing_range");
  if (pack.spacing_range) {
    bytes += integer(pack.spacing_range->min) + integer(pack.spacing_range->max) + kTuple2;
  } else {
    bytes += kNone;
  }
  bytes += text("image_width");
  bytes += options.image_width ? integer(*options.image_width) : std::string(1, kNone);
  return bytes + kSetItems;
}

}  // namespace

void write_pickle(const Pack& pack, const PickleOptions& options, const Write& write) {
  write(kProtocol4);
  write(std::string{kEmptyDict, kMark} + text("images") + array_before_pixels(pack));
  pack.images(write);
  write({kArrayBehindItems, sizeof kArrayBehindItems});
  write(text("labels"));
  write_labels(pack, options.labels, write);
  write(metadata(pack, options) + kSetItems + kStop);
}

void write_pickle(const Pack& pack, const Write& write) {
  write_pickle(pack, {PickleLabels::kText, 0, pack.shape.columns}, write);
}

}  // namespace glyphmill::sinks
