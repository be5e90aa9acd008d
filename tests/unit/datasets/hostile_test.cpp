// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <opencv2/core.hpp>
#include <ostream>
#include <regex>

#include "glyphmill/data_set.h"
#include "glyphmill/error.h"
#include "glyphmill/inspect.h"
#include "support/stored_set.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

using test::change_manifest;
using test::read_all;
using test::write_all;
using Json = nlohmann::ordered_json;

const std::vector<std::string> kLabels = {"00123", "0", "98765", "11111", "40"};

/// What somebody does to a data set, and what is said of it. DIR stands for its directory.
struct Case {
  const char* name;
  Format format;
  std::function<void(const std::string& root)> change;
  std::string message;  ///< of the first problem
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

void replace(const std::string& path, const std::string& from, const std::string& to) {
  std::string text = read_all(path);
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from << " in " << path;
  write_all(path, text.replace(at, from.size(), to));
}

void cut(const std::string& path, std::size_t size) {
  write_all(path, read_all(path).substr(0, size));
}

void put(const std::string& path, std::size_t at, const std::string& bytes) {
  write_all(path, read_all(path).replace(at, bytes.size(), bytes));
}

std::function<void(const std::string&)> manifest(const std::function<void(Json&)>& change) {
  return [change](const std::string& root) { change_manifest(root, change); };
}

class Hostile : public testing::TestWithParam<Case> {};

TEST_P(Hostile, IsToldOf) {
  const Case& param = GetParam();
  const test::TempDir dir;
  const std::string root = dir.path("set");
  write_all(dir.path("secret"), "secret");
  test::StoredSet(param.format, kLabels).write(root);
  ASSERT_TRUE(inspect_data_set(root).is_right());
  param.change(root);
  const InspectionReport report = inspect_data_set(root);
  ASSERT_FALSE(report.problems.empty());
  std::string message = report.problems.front().message;
  for (std::size_t at = 0; (at = message.find(root)) != std::string::npos;) {
    message.replace(at, root.size(), "DIR");
  }
  EXPECT_EQ(std::regex_replace(message, std::regex("[0-9a-f]{32}"), "CHECKSUM"), param.message);
}

const std::string kPng = "images/000/00123_0.png";

const std::vector<Case> kManifests = {
    {"Empty", Format::kFolder, [](auto& root) { write_all(root + "/manifest.json", ""); },
     "DIR/manifest.json: must be whole. Got: a file that ends at byte 0"},
    {"NoJson", Format::kFolder, [](auto& root) { write_all(root + "/manifest.json", "hello"); },
     "DIR/manifest.json: must be JSON: expected an object. Got: something else at byte 1"},
    {"Deep", Format::kFolder,
     [](auto& root) { write_all(root + "/manifest.json", "{\"a\":" + std::string(5000000, '[')); },
     "DIR/manifest.json: JSON must not be deeper than 32. Got: something else at byte 38"},
    {"Cut", Format::kFolder, [](auto& root) { cut(root + "/manifest.json", 100); },
     "DIR/manifest.json: must be whole. Got: a file that ends at byte 100"},
    {"Foreign", Format::kFolder, [](auto& root) { write_all(root + "/manifest.json", "{}"); },
     "DIR/manifest.json: needs 'glyphmill'. Got: nothing of that name"},
    {"UnknownFormat", Format::kFolder, manifest([](Json& m) { m["format"] = "doc"; }),
     "DIR/manifest.json: 'format' must be one of folder, lmdb, webdataset, jsonl, hf, tesseract, "
     "easyocr, coco, idx, npz, pickle. Got: doc"},
    {"HugeCount", Format::kFolder, manifest([](Json& m) { m["count"] = 1000000000000000000ULL; }),
     "DIR/manifest.json: 'count' must be 1 to 1000000000000. Got: 1000000000000000000"},
    {"HugeCountOfIdx", Format::kIdx, manifest([](Json& m) {
       m["count"] = 1000000000000ULL;
       m.erase("shards");
     }),
     "DIR/manifest.json: its shards must have 'count' = 1000000000000 samples. Got: 0"},
    {"HugeShard", Format::kFolder,
     manifest([](Json& m) { m["shards"][2]["count"] = 1000000000000000000ULL; }),
     "DIR/manifest.json: shard 2: 'count' must be 1 to 1000000000000. Got: 1000000000000000000"},
    {"NegativeCount", Format::kFolder, manifest([](Json& m) { m["count"] = -5; }),
     "DIR/manifest.json: 'count' must be a whole number of at least 0. Got: -5"},
    {"Gap", Format::kFolder, manifest([](Json& m) { m["shards"][1]["first"] = 3; }),
     "DIR/manifest.json: shard 1: 'first' must be 2, where the shard before it ends. Got: 3"},
    {"OtherSum", Format::kFolder, manifest([](Json& m) { m["count"] = 6; }),
     "DIR/manifest.json: its shards must have 'count' = 6 samples. Got: 5"},
    {"Climbing", Format::kFolder,
     manifest([](Json& m) { m["shards"][0]["path"] = "images/../../secret"; }),
     "DIR/manifest.json: shard 0: a path must name every directory on its way. Got: "
     "images/../../secret"},
    {"Absolute", Format::kNpz, manifest([](Json& m) { m["files"][0]["path"] = "/etc/passwd"; }),
     "DIR/manifest.json: file 0: a path must be relative to the data set. Got: /etc/passwd"},
    {"WithNul", Format::kFolder,
     manifest([](Json& m) { m["labels"] = std::string("labels\0.tsv", 11); }),
     "DIR/manifest.json: a path must not hold a NUL. Got: labels\\x00.tsv"},
    {"LabelsElsewhere", Format::kFolder, manifest([](Json& m) { m["labels"] = "../secret"; }),
     "DIR/manifest.json: a path must name every directory on its way. Got: ../secret"},
    {"Link", Format::kFolder,
     [](auto& root) {
       ::unlink((root + "/manifest.json").c_str());
       ASSERT_EQ(::symlink("../secret", (root + "/manifest.json").c_str()), 0);
     },
     "DIR/manifest.json: must be a file. Got: a symbolic link"},
    {"Pipe", Format::kFolder,
     [](auto& root) {
       ::unlink((root + "/manifest.json").c_str());
       ASSERT_EQ(::mkfifo((root + "/manifest.json").c_str(), 0600), 0);
     },
     "DIR/manifest.json: must be a file. Got: a pipe"},
    {"WrongChecksum", Format::kFolder,
     manifest([](Json& m) { m["shards"][0]["xxh3_128"] = "../x"; }),
     "DIR/manifest.json: shard 0: 'xxh3_128' must be 32 hexadecimal digits. Got: ../x"},
};

const std::vector<Case> kImageFiles = {
    {"MissingImage", Format::kFolder, [](auto& root) { ::unlink((root + "/" + kPng).c_str()); },
     "DIR/images/000/00123_0.png: cannot open the file: No such file or directory"},
    {"EmptyImage", Format::kFolder, [](auto& root) { write_all(root + "/" + kPng, ""); },
     "DIR/images/000/00123_0.png: must be a whole PNG or JPEG image of 8 bits. Got: nothing"},
    {"CutImage", Format::kFolder, [](auto& root) { cut(root + "/" + kPng, 60); },
     "DIR/images/000/00123_0.png: must be a whole PNG or JPEG image of 8 bits. Got: a part of one"},
    {"HugeImage", Format::kFolder,
     [](auto& root) { put(root + "/" + kPng, 16, std::string("\0\x10\0\0\0\x10\0\0", 8)); },
     "DIR/images/000/00123_0.png: an image must have 1 to 100000000 pixels. Got: 1048576 x "
     "1048576"},
    {"LinkedImage", Format::kFolder,
     [](auto& root) {
       ::unlink((root + "/" + kPng).c_str());
       ASSERT_EQ(::symlink("../../../secret", (root + "/" + kPng).c_str()), 0);
     },
     "DIR/images/000/00123_0.png: must be a file. Got: a symbolic link"},
    {"LinkedShard", Format::kFolder,
     [](auto& root) {
       ASSERT_EQ(::rename((root + "/images/000").c_str(), (root + "/../away").c_str()), 0);
       ASSERT_EQ(::symlink("../../away", (root + "/images/000").c_str()), 0);
     },
     "DIR/images/000: cannot open the directory: Not a directory"},
    {"PipeForAnImage", Format::kFolder,
     [](auto& root) {
       ::unlink((root + "/" + kPng).c_str());
       ASSERT_EQ(::mkfifo((root + "/" + kPng).c_str(), 0600), 0);
     },
     "DIR/images/000/00123_0.png: must be a file. Got: a pipe"},
    {"SwappedImages", Format::kFolder,
     [](auto& root) {
       const std::string other = read_all(root + "/images/000/0_1.png");
       write_all(root + "/images/000/0_1.png", read_all(root + "/" + kPng));
       write_all(root + "/" + kPng, other);
     },
     "DIR/images/000: checksum: expected CHECKSUM, got CHECKSUM"},
    {"ListClimbs", Format::kFolder,
     [](auto& root) {
       replace(root + "/labels.tsv", "images/000/00123_0.png", "images/000/../../../secret");
     },
     "DIR: image 0 must be in images/000/. Got: images/000/../../../secret"},
    {"ListOfTwo", Format::kFolder,
     [](auto& root) { replace(root + "/labels.tsv", "\t0\n", " 0\n"); },
     "DIR/labels.tsv: line at byte 29: must be PLACE<TAB>LABEL. Got: images/000/0_1.png 0"},
    {"ListTooShort", Format::kFolder,
     [](auto& root) { replace(root + "/labels.tsv", "images/002/40_4.png\t40\n", ""); },
     "DIR/images/002: its list must name 1 images. Got: 0"},
    {"ListTooLong", Format::kFolder,
     [](auto& root) { write_all(root + "/labels.tsv", read_all(root + "/labels.tsv") + "x\ty\n"); },
     "DIR/labels.tsv: lines: expected 5, got more"},
    {"EndlessLine", Format::kFolder,
     [](auto& root) { write_all(root + "/labels.tsv", std::string(10000000, 'a')); },
     "DIR/labels.tsv: lines must not exceed 65536 bytes. Got: a longer one before byte 131072"},
    {"LabelNotUtf8", Format::kFolder,
     [](auto& root) { replace(root + "/labels.tsv", "\t00123", "\t\xff\xfe"); },
     "DIR/labels.tsv: line at byte 0: labels must be UTF-8 without control characters. Got: "
     "\\xff\\xfe"},
    {"LabelWithNul", Format::kFolder,
     [](auto& root) { replace(root + "/labels.tsv", "\t00123", std::string("\t0\0", 3)); },
     "DIR/labels.tsv: line at byte 0: labels must be UTF-8 without control characters. Got: "
     "0\\x00"},
    {"JsonlLabel", Format::kJsonl,
     [](auto& root) { replace(root + "/annotations.jsonl", "\"98765\"", "\"98766\""); },
     "DIR/labels.tsv: line 3: label: expected '98766' as images/001/98765_2.png has it, got "
     "'98765'"},
    {"JsonlTooLong", Format::kJsonl,
     [](auto& root) {
       write_all(root + "/annotations.jsonl", read_all(root + "/annotations.jsonl") + "{}\n");
     },
     "DIR/annotations.jsonl: nothing must follow the line of the last sample. Got: {}"},
    {"CocoSize", Format::kCoco,
     [](auto& root) { replace(root + "/annotations.json", "\"width\": 12", "\"width\": 13"); },
     "DIR/images/000/00123_0.png: size: expected 12 x 8, got 13 x 8 in the list"},
    {"EasyOcrSentinel", Format::kEasyOcr,
     [](auto& root) {
       replace(root + "/images/000/labels.csv", "__dtype__.png," + std::string(300, 'x') + "\n",
               "");
     },
     "DIR/images/000/labels.csv: the row behind the last sample must be __dtype__.png and 300 x. "
     "Got: ''"},
    {"ForeignImage", Format::kFolder,
     [](auto& root) { write_all(root + "/images/001/more.png", "x"); },
     "DIR/images/001: file: expected those of the list only, got 'more.png'"},
    {"JsonlNumber", Format::kJsonl,
     [](auto& root) { replace(root + "/annotations.jsonl", "\"98765\"", "98765"); },
     "DIR/annotations.jsonl: line at byte 98: 'text' must be text. Got: number"},
    {"JsonlDeep", Format::kJsonl,
     [](auto& root) { replace(root + "/annotations.jsonl", "\"98765\"", std::string(60000, '[')); },
     "DIR/annotations.jsonl: line at byte 98: JSON must not be deeper than 32. Got: more"},
    {"HfClimbs", Format::kHf,
     [](auto& root) { replace(root + "/train/metadata.jsonl", "000/00123_0.png", "../../secret"); },
     "DIR: image 0 must be in train/000/. Got: train/../../secret"},
    {"TesseractLines", Format::kTesseract,
     [](auto& root) { write_all(root + "/ground-truth/000/00123_0.gt.txt", "00123\n4\n"); },
     "DIR/ground-truth/000/00123_0.gt.txt: labels must be UTF-8 without control characters. Got: "
     "00123\\x0a4"},
    {"TesseractOther", Format::kTesseract,
     [](auto& root) { write_all(root + "/ground-truth/000/00123_0.gt.txt", "00124\n"); },
     "DIR/labels.tsv: line 1: label: expected '00124' as ground-truth/000/00123_0.png has it, got "
     "'00123'"},
    {"EasyOcrHeader", Format::kEasyOcr,
     [](auto& root) { replace(root + "/images/000/labels.csv", "filename,words", "a,b"); },
     "DIR/images/000/labels.csv: must begin with 'filename,words'. Got: a,b"},
    {"EasyOcrQuoted", Format::kEasyOcr,
     [](auto& root) { replace(root + "/images/000/labels.csv", ",00123", ",\"00123\""); },
     "DIR/labels.tsv: line 1: label: expected '\"00123\"' as images/000/00123_0.png has it, got "
     "'00123'"},
    {"CocoCut", Format::kCoco, [](auto& root) { cut(root + "/annotations.json", 300); },
     "DIR/annotations.json: must be whole. Got: a file that ends at byte 300"},
    {"CocoNone", Format::kCoco, [](auto& root) { write_all(root + "/annotations.json", "{}"); },
     "DIR/annotations.json: needs 'images'. Got: nothing of that name"},
    {"Characters", Format::kFolder,
     [](auto& root) { replace(root + "/characters.txt", "9\n", ""); },
     "DIR/characters.txt: characters: expected '9' of the labels among them, got '012345678'"},
    {"CharacterCounts", Format::kFolder,
     [](auto& root) { replace(root + "/dataset.json", "\"9\": 1", "\"9\": 2"); },
     "DIR/dataset.json: character_counts: expected 1 of '9', got 2"},
    {"LongestLabel", Format::kFolder,
     [](auto& root) {
       replace(root + "/dataset.json", "\"longest_label\": 5", "\"longest_label\": 6");
     },
     "DIR/dataset.json: longest_label: expected 5, got 6"},
};

std::string tar_of(const std::string& members) { return members + std::string(1024, '\0'); }

const std::string kTar = "shards/train-000000.tar";
const std::string kMdb = "lmdb/000/data.mdb";

const std::vector<Case> kArchives = {
    {"TarMissing", Format::kWebDataset, [](auto& root) { ::unlink((root + "/" + kTar).c_str()); },
     "DIR/shards/train-000000.tar: cannot open the file: No such file or directory"},
    {"TarEmpty", Format::kWebDataset, [](auto& root) { write_all(root + "/" + kTar, ""); },
     "DIR/shards/train-000000.tar: 512 bytes must follow byte 0. Got: a file of 0 bytes"},
    {"TarWithoutMembers", Format::kWebDataset,
     [](auto& root) { write_all(root + "/" + kTar, tar_of("")); },
     "DIR/shards/train-000000.tar: must hold 2 samples. Got: 0"},
    {"TarLink", Format::kWebDataset,
     [](auto& root) {
       write_all(root + "/" + kTar, tar_of(test::tar_member("000000000.png", "", '2')));
     },
     "DIR/shards/train-000000.tar: member at byte 0: must be a regular file. Got: type '2'"},
    {"TarClimbs", Format::kWebDataset,
     [](auto& root) {
       write_all(root + "/" + kTar, tar_of(test::tar_member("../000000000.png", "")));
     },
     "DIR/shards/train-000000.tar: member at byte 0: must be a file at the top of the archive. "
     "Got: "
     "../000000000.png"},
    {"TarHugeMember", Format::kWebDataset,
     [](auto& root) {
       std::string tar = test::tar_member("000000000.png", "x");
       tar.replace(124, 12, "77777777777 ");
       unsigned sum = 0;
       tar.replace(148, 8, "        ");
       for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(tar[i]);
       char text[9];
       std::snprintf(text, sizeof text, "%06o", sum);
       tar.replace(148, 6, text);
       write_all(root + "/" + kTar, tar_of(tar));
     },
     "DIR/shards/train-000000.tar: 000000000.png: must end inside of the archive, which has 1536 "
     "bytes left. Got: 8589934591 bytes"},
    {"TarDamagedHeader", Format::kWebDataset,
     [](auto& root) {
       write_all(root + "/" + kTar, tar_of(test::tar_member("000000000.png", "x")));
       put(root + "/" + kTar, 3, "7");
     },
     "DIR/shards/train-000000.tar: member at byte 0: its header must have the checksum 6141. Got: "
     "6150"},
    {"TarOtherKey", Format::kWebDataset,
     [](auto& root) {
       write_all(root + "/" + kTar, tar_of(test::tar_member("000000007.png", "x") +
                                           test::tar_member("000000007.txt", "7")));
     },
     "DIR/shards/train-000000.tar: the key of sample 0 must be 000000000. Got: 000000007"},
    {"TarNoLabel", Format::kWebDataset,
     [](auto& root) {
       write_all(root + "/" + kTar, tar_of(test::tar_member("000000000.png", "x")));
     },
     "DIR/shards/train-000000.tar: 000000000: a sample must be one .jpg or .png, one .txt and at "
     "most a .json. Got: no .txt"},
    {"TarClass", Format::kWebDataset,
     [](auto& root) {
       write_all(root + "/" + kTar, tar_of(test::tar_member("000000000.cls", "7")));
     },
     "DIR/shards/train-000000.tar: 000000000: a sample must be one .jpg or .png, one .txt and at "
     "most a .json. Got: '000000000.cls' of 1 bytes"},
    {"TarCut", Format::kWebDataset, [](auto& root) { cut(root + "/" + kTar, 700); },
     "DIR/shards/train-000000.tar: 512 bytes must follow byte 1024. Got: a file of 700 bytes"},
    {"LmdbEmpty", Format::kLmdb, [](auto& root) { write_all(root + "/" + kMdb, ""); },
     "DIR/lmdb/000/data.mdb: must be an LMDB file. Got: no valid meta page"},
    {"LmdbCut", Format::kLmdb, [](auto& root) { cut(root + "/" + kMdb, 8192); },
     "DIR/lmdb/000/data.mdb: must have 3 pages of 4096 bytes. Got: 8192 bytes"},
    {"LmdbZeros", Format::kLmdb,
     [](auto& root) { put(root + "/" + kMdb, 8192, std::string(4096, '\0')); },
     "DIR/lmdb/000/data.mdb: page 2: must be a leaf. Got: page 0 with flags 0x0"},
    {"LmdbNodeOutside", Format::kLmdb,
     [](auto& root) {
       put(root + "/" + kMdb, 8192 + 16, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
     },
     "DIR/lmdb/000/data.mdb: page 2: node 2 must be inside of its page. Got: byte 65535"},
    {"LmdbCount", Format::kLmdb, manifest([](Json& m) {
       m["shards"][2]["count"] = 3;
       m["count"] = 7;
     }),
     "DIR/lmdb/002/data.mdb: num-samples must be 3. Got: 1"},
};

const std::vector<Case> kPacked = {
    {"IdxCut", Format::kIdx, [](auto& root) { cut(root + "/train-images-idx3-ubyte", 100); },
     "DIR/train-images-idx3-ubyte: bytes: expected 496, got 100"},
    {"IdxMagic", Format::kIdx,
     [](auto& root) { put(root + "/train-images-idx3-ubyte", 3, "\x04"); },
     "DIR/train-images-idx3-ubyte: checksum: expected CHECKSUM, got CHECKSUM"},
    {"NpzNoZip", Format::kNpz, [](auto& root) { put(root + "/dataset.npz", 0, "hello, world"); },
     "DIR/dataset.npz: checksum: expected CHECKSUM, got CHECKSUM"},
    {"PickleCut", Format::kPickle, [](auto& root) { cut(root + "/dataset.pickle", 200); },
     "DIR/dataset.pickle: bytes: expected 626, got 200"},
    {"OtherLabel", Format::kPickle,
     [](auto& root) { replace(root + "/labels.tsv", "3\t11111", "3\t11112"); },
     "DIR/labels.tsv: line 4: label: expected '11111' as 3 has it, got '11112'"},
    {"OtherIndex", Format::kIdx,
     [](auto& root) { replace(root + "/labels.tsv", "3\t11111", "9\t11111"); },
     "DIR/labels.tsv: line 4: place: expected 3, got 9"},
};

std::string name_of_case(const testing::TestParamInfo<Case>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Manifests, Hostile, testing::ValuesIn(kManifests), name_of_case);
INSTANTIATE_TEST_SUITE_P(ImageFiles, Hostile, testing::ValuesIn(kImageFiles), name_of_case);
INSTANTIATE_TEST_SUITE_P(Archives, Hostile, testing::ValuesIn(kArchives), name_of_case);
INSTANTIATE_TEST_SUITE_P(Packed, Hostile, testing::ValuesIn(kPacked), name_of_case);

/// Every file of every format, cut at many places and with bytes changed: there may be any message,
/// but there must be one, and no crash.
TEST(Damage, IsFoundWhereverItIs) {
  for (std::size_t f = 0; f < format_names().size(); ++f) {
    const test::TempDir dir;
    const std::string root = dir.path("set");
    test::StoredSet(static_cast<Format>(f), kLabels).write(root);
    for (const auto& [file, bytes] : test::tree_of(root)) {
      const std::size_t step = std::max<std::size_t>(1, bytes.size() / 40);
      for (std::size_t at = 0; at < bytes.size(); at += step) {
        if (bytes.substr(at) == "\n") continue;  // nothing is missing
        write_all(root + "/" + file, bytes.substr(0, at));
        EXPECT_FALSE(inspect_data_set(root).is_right()) << file << " cut at " << at;
        std::string changed = bytes;
        changed[at] = static_cast<char>(changed[at] ^ 0x5a);
        write_all(root + "/" + file, changed);
        inspect_data_set(root);
      }
      write_all(root + "/" + file, bytes);
    }
    EXPECT_TRUE(inspect_data_set(root).is_right()) << test::name_of(static_cast<Format>(f));
  }
}

}  // namespace
}  // namespace glyphmill
