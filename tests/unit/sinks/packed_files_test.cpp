// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <vector>

#include "sinks/npz_file.h"
#include "sinks/pickle_file.h"
#include "sinks/zip_file.h"

namespace glyphmill {
namespace {

std::uint64_t little_endian(const std::string& bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
  }
  return value;
}

TEST(ZipFile, Has64BitFieldsWhereTheyAreNeededOnly) {
  constexpr std::uint64_t k4G = 0xffffffff;
  const auto member = [](std::uint64_t raw, std::uint64_t bytes) {
    return sinks::ZipMember{"a.npy", {raw, bytes, 7}, {}};
  };
  const std::size_t extra = 30 + 5;
  EXPECT_EQ(sinks::zip_local_header(member(k4G - 1, 5)).size(), extra);
  const std::string local = sinks::zip_local_header(member(k4G, 5));
  ASSERT_EQ(local.size(), extra + 20);
  EXPECT_EQ(little_endian(local, 4, 2), 45u);
  EXPECT_EQ(little_endian(local, 18, 4), k4G);
  EXPECT_EQ(little_endian(local, 22, 4), k4G);
  EXPECT_EQ(little_endian(local, extra + 4, 8), k4G);
  EXPECT_EQ(little_endian(local, extra + 12, 8), 5u);

  EXPECT_EQ(sinks::zip_directory_entry(member(1, 1), k4G - 1).size(), 46u + 5);
  const std::string entry = sinks::zip_directory_entry(member(k4G + 9, 8), k4G + 10);
  ASSERT_EQ(entry.size(), 46u + 5 + 4 + 16);
  EXPECT_EQ(little_endian(entry, 20, 4), 8u);
  EXPECT_EQ(little_endian(entry, 24, 4), k4G);
  EXPECT_EQ(little_endian(entry, 42, 4), k4G);
  EXPECT_EQ(little_endian(entry, 46 + 5 + 4, 8), k4G + 9);
  EXPECT_EQ(little_endian(entry, 46 + 5 + 12, 8), k4G + 10);

  EXPECT_EQ(sinks::zip_end(65534, 10, 10).size(), 22u);
  EXPECT_EQ(sinks::zip_end(65535, 10, 10).size(), 98u);
  EXPECT_EQ(sinks::zip_end(4, 10, k4G).size(), 98u);
}

/// The deflated bytes inflated again.
std::string inflated(const std::string& bytes, std::size_t size) {
  std::string raw(size, '\0');
  z_stream stream{};
  inflateInit2(&stream, -15);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(raw.data());
  stream.avail_out = static_cast<uInt>(raw.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(stream.total_out, size);
  inflateEnd(&stream);
  return raw;
}

sinks::Pack pack_of_labels(const std::vector<std::string>& labels, std::uint64_t longest) {
  sinks::Pack pack;
  pack.count = labels.size();
  pack.longest_label = longest;
  pack.labels = [labels](const sinks::Write& write) {
    for (const std::string& label : labels) write(label);
  };
  return pack;
}

std::string npy_of(const sinks::Pack& pack) {
  std::string bytes;
  const sinks::Stretch size =
      sinks::deflate_labels(pack, [&](std::string_view piece) { bytes += piece; });
  EXPECT_EQ(size.bytes, bytes.size());
  const std::string raw = inflated(bytes, size.raw_bytes);
  EXPECT_EQ(size.crc32, crc32_z(0, reinterpret_cast<const Bytef*>(raw.data()), raw.size()));
  return raw;
}

TEST(NpzFile, LabelsAreUnicodeOfTheWidthOfTheLongest) {
  const std::string npy = npy_of(pack_of_labels({"007", "年é😀", ""}, 3));
  const std::size_t data = 10 + little_endian(npy, 8, 2);
  EXPECT_EQ(data % 64, 0u);
  EXPECT_EQ(npy.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  EXPECT_EQ(npy.substr(10, 57), "{'descr': '<U3', 'fortran_order': False, 'shape': (3,), }");
  EXPECT_EQ(npy[data - 1], '\n');
  const std::vector<std::uint32_t> expected{'0', '0', '7', 0x5e74, 0xe9, 0x1f600, 0, 0, 0};
  ASSERT_EQ(npy.size(), data + 4 * expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(little_endian(npy, data + 4 * i, 4), expected[i]) << i;
  }
}

TEST(NpzFile, EmptyLabelsHaveTheWidthOne) {
  const std::string npy = npy_of(pack_of_labels({"", ""}, 0));
  EXPECT_NE(npy.find("'<U1'"), std::string::npos);
  EXPECT_EQ(npy.substr(10 + little_endian(npy, 8, 2)), std::string(8, '\0'));
}

TEST(PickleFile, TellsTheSpacingRange) {
  sinks::Pack pack = pack_of_labels({"1"}, 1);
  pack.shape = {1, 1, 1};
  pack.images = [](const sinks::Write& write) { write("p"); };
  const auto written = [&] {
    std::string bytes;
    sinks::write_pickle(pack, [&](std::string_view piece) { bytes += piece; });
    return bytes;
  };
  const std::string key = "spacing_range";
  const auto behind_key = [&](const std::string& bytes) {
    return bytes.substr(bytes.find(key) + key.size());
  };
  EXPECT_EQ(behind_key(written())[0], 'N');
  pack.spacing_range = IntegerRange{-2, 300};
  const std::string expected("J\xfe\xff\xff\xffJ\x2c\x01\x00\x00\x86", 11);
  EXPECT_EQ(behind_key(written()).substr(0, 11), expected);
}

}  // namespace
}  // namespace glyphmill
