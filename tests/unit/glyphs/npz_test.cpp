// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <libdeflate.h>

#include <cstring>

#include "glyphmill/error.h"
#include "glyphmill/ink_images.h"
#include "support/messages.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

using test::message_of;
using namespace std::string_literals;

std::string le(std::uint64_t value, std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i, value >>= 8) bytes += static_cast<char>(value & 0xff);
  return bytes;
}

std::string npy(const std::string& type, const std::string& shape, const std::string& items,
                bool fortran_order = false, int version = 1) {
  const std::string header = "{'descr': '" + type +
                             "', 'fortran_order': " + (fortran_order ? "True" : "False") +
                             ", 'shape': " + shape + ", }\n";
  return "\x93NUMPY" + le(static_cast<unsigned>(version), 2) +
         le(header.size(), version == 1 ? 2 : 4) + header + items;
}

std::string deflated(const std::string& bytes) {
  libdeflate_compressor* const packer = libdeflate_alloc_compressor(9);
  std::string packed(libdeflate_deflate_compress_bound(packer, bytes.size()), '\0');
  packed.resize(libdeflate_deflate_compress(packer, bytes.data(), bytes.size(), packed.data(),
                                            packed.size()));
  libdeflate_free_compressor(packer);
  return packed;
}

struct Member {
  std::string name;
  std::string content;
  bool deflate = false;
  bool descriptor = false;  // sizes and checksum stand after the data
  bool zip64 = false;
  std::uint64_t claimed_size = 0;  // 0: the true one
  unsigned method = 0;             // 0: as `deflate` says
  unsigned flags = 0;
};

/// Appends a member to the archive; returns its entry of the directory.
std::string add_member(const Member& member, std::string& archive) {
  const std::string packed = member.deflate ? deflated(member.content) : member.content;
  const std::uint64_t size = member.claimed_size ? member.claimed_size : member.content.size();
  const std::string crc = le(libdeflate_crc32(0, member.content.data(), member.content.size()), 4);
  const std::string fields = le(20, 2) + le(member.flags | (member.descriptor ? 8u : 0u), 2) +
                             le(member.method ? member.method : (member.deflate ? 8 : 0), 2) +
                             le(0, 4);
  const std::string sizes64 = le(size, 8) + le(packed.size(), 8);
  const std::string known =
      crc + (member.zip64 ? le(~0ull, 8) : le(packed.size(), 4) + le(size, 4));
  const std::string extra = member.zip64 ? le(1, 2) + le(16, 2) + sizes64 : "";
  const std::size_t at = archive.size();
  const std::string name = le(member.name.size(), 2) + le(extra.size(), 2);
  archive += "PK\3\4" + fields + (member.descriptor ? le(0, 12) : known) + name + member.name +
             extra + packed;
  if (member.descriptor) archive += "PK\7\x8" + known;
  const std::string extra_at = member.zip64 ? le(1, 2) + le(24, 2) + sizes64 + le(at, 8) : "";
  return "PK\1\2" + le(20, 2) + fields + known + le(member.name.size(), 2) +
         le(extra_at.size(), 2) + le(0, 10) + (member.zip64 ? le(~0ull, 4) : le(at, 4)) +
         member.name + extra_at;
}

std::string zip(const std::vector<Member>& members, bool zip64 = false) {
  std::string archive;
  std::string directory;
  for (const Member& member : members) directory += add_member(member, archive);
  const std::size_t at = archive.size();
  archive += directory;
  if (zip64) {
    const std::size_t end = archive.size();
    archive += "PK\6\6" + le(44, 8) + le(45, 2) + le(45, 2) + le(0, 8) + le(members.size(), 8) +
               le(members.size(), 8) + le(directory.size(), 8) + le(at, 8);
    archive += "PK\6\7" + le(0, 4) + le(end, 8) + le(1, 4);
    return archive + "PK\5\6" + le(0, 4) + le(~0ull, 8) + le(~0ull, 4) + le(0, 2);
  }
  return archive + "PK\5\6" + le(0, 4) + le(members.size(), 2) + le(members.size(), 2) +
         le(directory.size(), 4) + le(at, 4) + le(0, 2);
}

const std::string& pixels() {
  static const std::string kBytes("\0\1\2\3\4\5\6\7\x8\x9\xa\xff", 12);
  return kBytes;
}
std::string images() { return npy("|u1", "(2, 2, 3)", pixels()); }
std::string labels() { return npy("|u1", "(2,)", "\7"s + '\0'); }

InkImages read_bytes(const std::string& bytes) {
  const test::TempDir dir;
  test::write_all(dir.path("a.npz"), bytes);
  return read_digits(dir.path("a.npz"));
}

/// What reading these bytes says, without the directory.
std::string message_of_bytes(const std::string& bytes) {
  const std::string message = message_of([&] { read_bytes(bytes); });
  const std::size_t at = message.find("a.npz");
  return at == std::string::npos ? message : message.substr(at);
}

std::string message_of_arrays(const std::string& images_npy, const std::string& labels_npy) {
  return message_of_bytes(zip({{"images.npy", images_npy}, {"labels.npy", labels_npy}}));
}

void expect_the_two(const std::string& bytes, const std::string& context) {
  InkImages digits;
  ASSERT_EQ(message_of([&] { digits = read_bytes(bytes); }), "") << context;
  ASSERT_EQ(digits.size(), 2u) << context;
  EXPECT_EQ(digits.rows, 2) << context;
  EXPECT_EQ(digits.cols, 3) << context;
  EXPECT_EQ(digits.characters, (std::vector<char>{'7', '0'})) << context;
  const std::string found(digits.pixels, digits.pixels + 12);
  EXPECT_EQ(found, pixels()) << context;
}

TEST(NpzDigits, EveryWayToPackIsRead) {
  for (const bool deflate : {false, true}) {
    for (const bool descriptor : {false, true}) {
      for (const bool zip64 : {false, true}) {
        Member first{"images.npy", images(), deflate, descriptor, zip64};
        Member second{"labels.npy", labels(), !deflate, descriptor, zip64};
        expect_the_two(
            zip({second, {"other.txt", "x"}, first}, zip64),
            std::to_string(deflate) + std::to_string(descriptor) + std::to_string(zip64));
      }
    }
  }
}

TEST(NpzDigits, AreFoundByTheirKeys) {
  expect_the_two(zip({{"arr_0.npy", images()}, {"arr_1.npy", labels()}}), "arr");
  expect_the_two(zip({{"arr_0.npy", "x"},
                      {"arr_1.npy", "x"},
                      {"x_test.npy", "x"},
                      {"y_test.npy", "x"},
                      {"y_train.npy", labels()},
                      {"x_train.npy", images()}}),
                 "keras");
  EXPECT_EQ(message_of_bytes(zip({{"images.npy", images()}, {"arr_1.npy", labels()}})),
            "a.npz: an .npz of digits must hold x_train and y_train, images and labels, or arr_0 "
            "and arr_1. Got: images.npy, arr_1.npy");
  EXPECT_EQ(message_of_bytes(zip({{"images.npy", images()}, {"images.npy", images()}})),
            "a.npz: an .npz must hold a name once. Got: images.npy twice");
}

TEST(NpzDigits, EveryTypeOfLabelIsRead) {
  const struct {
    const char* type;
    std::string items;
  } kCases[] = {
      {"|i1", "\7\0"s},
      {"<u2", "\7\0\0\0"s},
      {">i2", "\0\7\0\0"s},
      {"<i4", "\7\0\0\0\0\0\0\0"s},
      {">u4", "\0\0\0\7\0\0\0\0"s},
      {"<i8", "\7\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s},
      {">u8", "\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0\0"s},
      {"|S1", "70"},
      {"|S3", "7\0\0"s + "0\0\0"s},
      {"<U1", "7\0\0\0"s + "0\0\0\0"s},
      {">U2",
       "\0\0\0"
       "7\0\0\0\0\0\0\0"
       "0\0\0\0\0"s},
  };
  for (const auto& each : kCases) {
    for (const char* shape : {"(2,)", "(2, 1)"}) {
      expect_the_two(
          zip({{"images.npy", images()}, {"labels.npy", npy(each.type, shape, each.items)}}),
          each.type);
    }
  }
}

template <class Item>
std::string items_of(const std::vector<Item>& values, bool big_endian) {
  std::string bytes;
  for (const Item value : values) {
    std::string item(sizeof value, '\0');
    std::memcpy(item.data(), &value, sizeof value);
    bytes += big_endian ? std::string(item.rbegin(), item.rend()) : item;
  }
  return bytes;
}

TEST(NpzDigits, EveryTypeOfImageIsRead) {
  std::vector<double> unit;
  std::vector<float> unit32;
  std::vector<std::int32_t> whole;
  for (const char pixel : pixels()) {
    whole.push_back(static_cast<unsigned char>(pixel));
    unit.push_back(whole.back() / 255.0);
    unit32.push_back(static_cast<float>(unit.back()));
  }
  const auto with = [](const std::string& array) {
    return zip({{"images.npy", array}, {"labels.npy", labels()}});
  };
  for (const bool big : {false, true}) {
    const std::string order = big ? ">" : "<";
    expect_the_two(with(npy(order + "f8", "(2, 2, 3)", items_of(unit, big))), order + "f8");
    expect_the_two(with(npy(order + "f4", "(2, 2, 3, 1)", items_of(unit32, big))), order + "f4");
    expect_the_two(with(npy(order + "i4", "(2, 2, 3)", items_of(whole, big))), order + "i4");
  }
  // 0, 1, 0.5 and the smallest number above 0 as floats of 16 bits.
  const InkImages halves =
      read_bytes(zip({{"images.npy", npy("<f2", "(1, 2, 2)", "\0\0\0\x3c\0\x38\1\0"s)},
                      {"labels.npy", npy("|u1", "(1,)", "\1")}}));
  EXPECT_EQ(std::string(halves.pixels, halves.pixels + 4), "\0\xff\x80\0"s);
  const InkImages truths = read_bytes(zip({{"images.npy", npy("|b1", "(1, 1, 2)", "\0\1"s)},
                                           {"labels.npy", npy("|u1", "(1,)", "\1")}}));
  EXPECT_EQ(std::string(truths.pixels, truths.pixels + 2), "\0\xff"s);
}

TEST(NpzDigits, FortranOrderAndVersionsAreRead) {
  std::string turned;
  for (std::size_t col = 0; col < 3; ++col) {
    for (std::size_t row = 0; row < 2; ++row) {
      for (std::size_t i = 0; i < 2; ++i) turned += pixels()[6 * i + 3 * row + col];
    }
  }
  for (const int version : {1, 2, 3}) {
    expect_the_two(zip({{"images.npy", npy("|u1", "(2, 2, 3)", turned, true, version)},
                        {"labels.npy", labels()}}),
                   std::to_string(version));
  }
}

TEST(NpzDigits, BadArraysAreRefusedByName) {
  const std::string good = images();
  const struct {
    std::string images;
    std::string labels;
    const char* message;
  } kCases[] = {
      {npy("|O", "(2, 2, 3)", pixels()), labels(),
       "a.npz: images.npy: arrays of objects are not read, for they may hold anything. Got: |O"},
      {npy("<c8", "(2, 2, 3)", pixels()), labels(),
       "a.npz: images.npy: arrays must be of booleans, whole numbers, floats or text. Got: <c8"},
      {npy("|u1", "(2, 6)", pixels()), labels(),
       "a.npz: images.npy: images must be of shape (N, H, W) or (N, H, W, 1). Got: (2, 6)"},
      {npy("|u1", "(1, 2, 2, 3)", pixels()), labels(),
       "a.npz: images.npy: images must be of shape (N, H, W) or (N, H, W, 1). Got: (1, 2, 2, 3)"},
      {npy("|u1", "(2, 2, 4)", pixels()), labels(),
       "a.npz: images.npy: an array (2, 2, 4) of |u1 takes 16 bytes. Got: 12 (at 73)"},
      {npy("|u1", "(4294967296, 4294967296, 16)", pixels()), labels(),
       "a.npz: images.npy: an array must not exceed 2^63 bytes. Got: (4294967296, 4294967296, "
       "16)"},
      {npy("|u1", "(0, 4294967296, 4294967296)", ""), npy("|u1", "(0,)", ""),
       "a.npz: images.npy: an array must not exceed 2^63 bytes. Got: (0, 4294967296, 4294967296)"},
      {npy("|u1", "(0, 28, 28)", ""), npy("|u1", "(0,)", ""),
       "a.npz: a data set must have images. Got: none"},
      {npy("|i1", "(2, 2, 3)", pixels()), labels(),
       "a.npz: images.npy: pixels must be 0 .. 255. Got: -1 (at 84)"},
      {npy("<f4", "(2, 1, 1)", items_of(std::vector<float>{1, 2}, false)), labels(),
       "a.npz: images.npy: floating-point pixels must be 0 .. 1. Got: 2 (at 77)"},
      {npy("|S1", "(2, 1, 1)", "70"), labels(),
       "a.npz: images.npy: images must be of numbers. Got: |S1"},
      {good, npy("|u1", "(3,)", "\1\2\3"),
       "a.npz: every image must have its label. Got: 2 images and 3 labels"},
      {good, npy("|u1", "(2,)", "\1\xc"),
       "a.npz: labels.npy: labels must be 0 .. 9. Got: 12 (at 69)"},
      {good, npy("<i2", "(2,)", "\1\0\xff\xff"s),
       "a.npz: labels.npy: labels must be 0 .. 9. Got: -1 (at 70)"},
      {good,
       npy("|S2", "(2,)",
           "1\0"
           "12"s),
       "a.npz: labels.npy: labels must be 0 .. 9. Got: 12 (at 70)"},
      {good, npy("<f4", "(2,)", std::string(8, '\0')),
       "a.npz: labels.npy: labels must be whole numbers or text. Got: <f4"},
      {good, npy("|u1", "(1, 2)", "\1\2"),
       "a.npz: labels.npy: labels must be of shape (N,) or (N, 1). Got: (1, 2)"},
      {good, npy("<U1", "(1,)", "\0\0\x11\0"s),
       "a.npz: labels.npy: text must be of Unicode characters. Got: 0x110000 (at 68)"},
      {"\x93NUMPY\4\0\0\0\0\0"s, labels(),
       "a.npz: images.npy: .npy must be of version 1.0, 2.0 or 3.0. Got: 4.0 (at 6)"},
      {"\x93NUMPY\1\0\xff\xff{}"s, labels(),
       "a.npz: images.npy: the .npy header has 65535 bytes. Got: a file of 12 (at 8)"},
      {"\x93NUMPY\1\0\2\0{}"s, labels(),
       "a.npz: images.npy: .npy header: descr, fortran_order and shape must be given. Got: '' (at "
       "12)"},
  };
  for (const auto& each : kCases)
    EXPECT_EQ(message_of_arrays(each.images, each.labels), each.message);
}

TEST(NpzDigits, BadHeadersAreRefused) {
  for (const char* header :
       {"", "{", "{'descr'", "{'descr': '|u1'", "{'descr': [('a', '|u1')], }", "{'descr': |u1}",
        "{'shape': (1", "{'shape': (1 2)}", "{'shape': (-1,)}",
        "{'shape': (99999999999999999999,)}", "{'fortran_order': 1}",
        "{'descr': '|u1', 'descr': '|u1'}", "{'other': '|u1'}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2, 3)} x"}) {
    const std::string text = header;
    const std::string array = "\x93NUMPY\1\0"s + le(text.size(), 2) + text + pixels();
    EXPECT_NE(message_of_arrays(array, labels()), "") << header;
  }
}

TEST(NpzDigits, BadArchivesAreRefused) {
  const std::vector<Member> good = {{"images.npy", images(), true}, {"labels.npy", labels()}};
  const std::string whole = zip(good);
  for (std::size_t size = 2; size < whole.size(); ++size) {
    EXPECT_NE(message_of_bytes(whole.substr(0, size)), "") << size;
  }
  const auto with_images = [](const Member& member) {
    return message_of_bytes(zip({member, {"labels.npy", labels()}}));
  };
  Member member{"images.npy", images()};
  member.flags = 1;
  EXPECT_EQ(with_images(member), "a.npz: images.npy: must not be encrypted. Got: encrypted");
  member.flags = 0;
  member.method = 12;
  EXPECT_EQ(with_images(member),
            "a.npz: images.npy: must be stored or deflated. Got: zip method 12");
  std::string damaged = zip({{"images.npy", images()}, {"labels.npy", labels()}});
  damaged[damaged.find(pixels())] ^= 1;
  EXPECT_NE(message_of_bytes(damaged).find("images.npy: its checksum must be"), std::string::npos);
}

// A few bytes could claim any size, which was allocated before a byte was unpacked.
TEST(NpzDigits, SizesThatCannotBeAreRefused) {
  Member bomb{"images.npy", images(), true, false, true, std::uint64_t{1} << 40};
  const std::string message = message_of_bytes(zip({bomb, {"labels.npy", labels()}}));
  EXPECT_NE(message.find("bytes of deflate cannot hold more than"), std::string::npos) << message;
  EXPECT_NE(message.find("Got: 1099511627776"), std::string::npos) << message;
  bomb.deflate = false;
  EXPECT_NE(message_of_bytes(zip({bomb, {"labels.npy", labels()}}))
                .find("a stored file has as many bytes as it takes"),
            std::string::npos);
}

TEST(NpzDigits, ASingleNpyIsExplained) {
  EXPECT_EQ(message_of_bytes(images()),
            "a.npz: images and their labels must be together in one .npz. Got: .npy");
}

}  // namespace
}  // namespace glyphmill
