// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <libdeflate.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <numeric>

#include "glyphmill/error.h"
#include "glyphmill/ink_images.h"
#include "support/messages.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

using test::message_of;

std::string be32(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((value >> shift) & 0xff);
  return bytes;
}

std::string idx_header(const std::vector<std::uint32_t>& sizes) {
  std::string bytes = {'\0', '\0', '\x08', static_cast<char>(sizes.size())};
  for (const std::uint32_t size : sizes) bytes += be32(size);
  return bytes;
}

/// Two pictures of 2 x 3 with the pixels 0 .. 11, and their labels.
const std::string& images() {
  static const std::string kBytes =
      idx_header({2, 2, 3}) + std::string("\0\1\2\3\4\5\6\7\x8\x9\xa\xb", 12);
  return kBytes;
}
const std::string& labels() {
  static const std::string kBytes = idx_header({2}) + "\x7" + std::string(1, '\0');
  return kBytes;
}

std::string gzip(const std::string& bytes) {
  libdeflate_compressor* const packer = libdeflate_alloc_compressor(6);
  std::string packed(libdeflate_gzip_compress_bound(packer, bytes.size()), '\0');
  packed.resize(
      libdeflate_gzip_compress(packer, bytes.data(), bytes.size(), packed.data(), packed.size()));
  libdeflate_free_compressor(packer);
  return packed;
}

/// What reading a directory with this pair of files says.
std::string message_of_pair(const std::string& images_bytes, const std::string& labels_bytes) {
  const test::TempDir dir;
  test::write_all(dir.path("train-images-idx3-ubyte"), images_bytes);
  test::write_all(dir.path("train-labels-idx1-ubyte"), labels_bytes);
  std::string message = message_of([&] { read_digits(dir.path()); });
  const std::string prefix = dir.path() + "/";
  const std::size_t at = message.find(prefix);
  return at == std::string::npos ? message : message.erase(at, prefix.size());
}

void expect_the_two(const InkImages& digits, const std::string& context) {
  ASSERT_EQ(digits.size(), 2u) << context;
  EXPECT_EQ(digits.rows, 2) << context;
  EXPECT_EQ(digits.cols, 3) << context;
  EXPECT_EQ(digits.characters, (std::vector<char>{'7', '0'})) << context;
  for (std::uint8_t i = 0; i < 12; ++i) EXPECT_EQ(digits.pixels[i], i) << context;
}

TEST(IdxDigits, AreFoundByTheNameOfEitherFileAndOfTheDirectory) {
  const struct {
    const char* images;
    const char* labels;
  } kPairs[] = {
      {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"},
      {"train-images.idx3-ubyte", "train-labels-idx1-ubyte"},
      {"t10k-images-idx3-ubyte.gz", "t10k-labels.idx1-ubyte"},
      {"emnist-digits-test-images-idx3-ubyte", "emnist-digits-test-labels-idx1-ubyte.gz"},
      {"images.idx3", "labels.idx1"},
      {"own-idx3", "own.idx1.gz"},
  };
  for (const auto& pair : kPairs) {
    const test::TempDir dir;
    const auto written = [&dir](const std::string& name, const std::string& bytes) {
      const bool packed = name.size() > 3 && name.substr(name.size() - 3) == ".gz";
      test::write_all(dir.path(name), packed ? gzip(bytes) : bytes);
      return dir.path(name);
    };
    const std::string images_path = written(pair.images, images());
    const std::string labels_path = written(pair.labels, labels());
    for (const std::string& path : {images_path, labels_path, dir.path()}) {
      EXPECT_EQ(message_of([&] { expect_the_two(read_digits(path), path); }), "");
    }
  }
}

TEST(IdxDigits, WhatAFileIsIsToldByItsBytes) {
  const test::TempDir dir;
  test::write_all(dir.path("images.idx3.gz"), images());  // plain, whatever it is called
  test::write_all(dir.path("labels.idx1"), gzip(labels()));
  expect_the_two(read_digits(dir.path("images.idx3.gz")), "names that lie");
}

TEST(IdxDigits, OfSeveralPairsTheTrainPairIsTaken) {
  const test::TempDir dir;
  test::write_all(dir.path("t10k-images-idx3-ubyte"), idx_header({1, 1, 1}) + "x");
  test::write_all(dir.path("t10k-labels-idx1-ubyte"), idx_header({1}) + "\1");
  test::write_all(dir.path("train-images-idx3-ubyte"), images());
  test::write_all(dir.path("train-images-idx3-ubyte.gz"), gzip(images()));
  test::write_all(dir.path("train-labels-idx1-ubyte.gz"), gzip(labels()));
  test::write_all(dir.path("labels.txt"), "no half of a pair");
  expect_the_two(read_digits(dir.path()), "train");
  EXPECT_EQ(read_digits(dir.path("t10k-labels-idx1-ubyte")).size(), 1u);
  test::write_all(dir.path("other-train-images-idx3-ubyte"), images());
  test::write_all(dir.path("other-train-labels-idx1-ubyte"), labels());
  EXPECT_EQ(message_of([&] { read_digits(dir.path()); }),
            dir.path() +
                ": of several pairs of IDX files one must be the train pair, or its file "
                "be named. Got: other-train-images-idx3-ubyte, train-images-idx3-ubyte");
}

// From 256 MiB on a file is not read but mapped; this one has a hole that takes no disk space.
TEST(IdxDigits, LargeFilesAreReadToo) {
  const test::TempDir dir;
  constexpr std::uint32_t kCount = 350000;
  const std::uintmax_t size = 16 + std::uintmax_t{kCount} * 28 * 28;
  test::write_all(dir.path("images.idx3"), idx_header({kCount, 28, 28}) + "\x55");
  boost::filesystem::resize_file(dir.path("images.idx3"), size);
  test::write_all(dir.path("labels.idx1"), idx_header({kCount}) + std::string(kCount, '\x4'));
  const InkImages digits = read_digits(dir.path());
  ASSERT_EQ(digits.size(), kCount);
  EXPECT_EQ(digits.pixels[0], 0x55);
  EXPECT_EQ(*(digits.at(kCount) - 1), 0);
  EXPECT_EQ(digits.characters.back(), '4');
}

TEST(IdxDigits, BadFilesAreRefusedByName) {
  const std::string none = idx_header({0, 28, 28});
  const std::string huge = idx_header({0xffffffffu, 16384, 16384});
  const std::string wide = idx_header({1, 28, 0x80000001u});
  const std::string flat = idx_header({1, 0, 28});
  const struct {
    std::string images;
    std::string labels;
    const char* message;
  } kCases[] = {
      {images(), idx_header({3}) + "\1\2\3",
       "train-images-idx3-ubyte: every image must have its label. Got: 2 images and 3 labels"},
      {images(), idx_header({2}) + "\x7\xc",
       "train-labels-idx1-ubyte: labels must be 0 .. 9. Got: 12 (at 9)"},
      {none, idx_header({0}), "train-images-idx3-ubyte: a data set must have images. Got: none"},
      {images().substr(0, 27), labels(),
       "train-images-idx3-ubyte: 2 x 2 x 3 IDX images take 12 bytes after the header. Got: 11 (at "
       "16)"},
      {images() + "x", labels(),
       "train-images-idx3-ubyte: 2 x 2 x 3 IDX images take 12 bytes after the header. Got: 13 (at "
       "16)"},
      {images(), labels() + "x",
       "train-labels-idx1-ubyte: 2 IDX labels take 2 bytes after the header. Got: 3 (at 8)"},
      {images().substr(0, 9), labels(),
       "train-images-idx3-ubyte: the header of IDX images has 16 bytes. Got: 9 (at 9)"},
      {huge, labels(),
       "train-images-idx3-ubyte: 4294967295 x 16384 x 16384 IDX images take 1152921504338411520 "
       "bytes after the header. Got: 0 (at 16)"},
      {wide, labels(),
       "train-images-idx3-ubyte: pictures must have 1 to 16384 rows and columns. Got: 2147483649 "
       "(at 12)"},
      {flat, labels(),
       "train-images-idx3-ubyte: pictures must have 1 to 16384 rows and columns. Got: 0 (at 8)"},
      {labels(), labels(),
       "train-images-idx3-ubyte: IDX images must begin with 00 00 08 03. Got: 00 00 08 01 (at 0)"},
      {std::string("\0\0\xd\3", 4), labels(),
       "train-images-idx3-ubyte: IDX images must begin with 00 00 08 03. Got: 00 00 0d 03 (at 0)"},
      {"", labels(),
       "train-images-idx3-ubyte: IDX images must begin with 00 00 08 03. Got: an empty file (at "
       "0)"},
  };
  for (const auto& each : kCases) {
    EXPECT_EQ(message_of_pair(each.images, each.labels), each.message);
  }
}

TEST(IdxDigits, MissingFilesAreNamed) {
  const test::TempDir dir;
  const std::string path = dir.path("train-images-idx3-ubyte");
  EXPECT_EQ(message_of([&] { read_digits(path); }), path + ": No such file or directory");
  test::write_all(path, images());
  for (const std::string& asked : {path, dir.path()}) {
    try {
      read_digits(asked);
      FAIL() << "labels are missing";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kNotFound);
      EXPECT_NE(std::string(error.what()).find(path + ": the labels are looked for"),
                std::string::npos);
    }
  }
  ASSERT_EQ(mkfifo(dir.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(message_of([&] { read_digits(dir.path("pipe")); }),
            dir.path("pipe") + ": must be a file");
}

TEST(GzipFiles, MayHaveSeveralMembers) {
  const test::TempDir dir;
  test::write_all(dir.path("images.idx3"),
                  gzip(images().substr(0, 3)) + gzip("") + gzip(images().substr(3)));
  test::write_all(dir.path("labels.idx1"), labels());
  expect_the_two(read_digits(dir.path()), "members");
}

TEST(GzipFiles, DamageIsNoticed) {
  const std::string whole = gzip(images());
  const std::string rule =
      "train-images-idx3-ubyte: must be whole gzip data that match their "
      "checksum. Got: damaged data, or a part of a file (at 0)";
  for (std::size_t size = 2; size < whole.size(); ++size) {
    EXPECT_NE(message_of_pair(whole.substr(0, size), labels()), "") << size;
  }
  std::string wrong_checksum = whole;
  wrong_checksum[whole.size() - 8] ^= 1;
  EXPECT_EQ(message_of_pair(wrong_checksum, labels()), rule);
  EXPECT_NE(message_of_pair(whole + "something else", labels()), "");
}

// The size stated at the end was allocated before a byte was unpacked.
TEST(GzipFiles, AStatedSizeThatCannotBeIsRefused) {
  std::string packed = gzip(images());
  packed.replace(packed.size() - 4, 4, "\xff\xff\xff\xff");
  const std::string message = message_of_pair(packed, labels());
  EXPECT_NE(message.find("bytes of gzip cannot hold more than"), std::string::npos) << message;
  EXPECT_NE(message.find("Got: 4294967295 stated at its end"), std::string::npos) << message;
}

TEST(MnistTrainingSet, IsReadWhole) {
  const char* data = std::getenv("GLYPHMILL_TEST_DATA");
  if (data == nullptr || !boost::filesystem::is_directory(std::string(data) + "/mnist")) {
    GTEST_SKIP() << "GLYPHMILL_TEST_DATA names no folder with mnist";
  }
  const InkImages digits = read_digits(std::string(data) + "/mnist");
  ASSERT_EQ(digits.size(), 60000u);
  EXPECT_EQ(digits.rows, 28);
  EXPECT_EQ(digits.cols, 28);
  std::array<int, 10> counts{};
  for (const char character : digits.characters)
    ++counts[static_cast<std::size_t>(character - '0')];
  EXPECT_EQ(counts,
            (std::array<int, 10>{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}));
  EXPECT_EQ(digits.characters[0], '5');
  EXPECT_EQ(std::accumulate(digits.at(0), digits.at(1), 0), 27525);
  EXPECT_EQ(std::accumulate(digits.at(0), digits.at(60000), std::int64_t{0}), 1567298545);
}

}  // namespace
}  // namespace glyphmill
