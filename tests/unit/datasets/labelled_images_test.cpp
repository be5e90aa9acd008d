// SPDX-License-Identifier: Apache-2.0
#include "datasets/labelled_images.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "glyphmill/inspect.h"
#include "support/messages.h"
#include "support/own_images.h"
#include "support/stored_set.h"

namespace glyphmill::datasets {
namespace {

using test::barred_image;
using test::file_of;
using test::message_of;
using test::TempDir;
using test::write_all;

std::vector<std::string> labels_of(const std::string& path) {
  const auto images = open_labelled_images(path);
  const auto reader = images->read();
  std::vector<std::string> labels;
  for (StoredSample sample; reader->next(sample);) {
    EXPECT_EQ(sample.index, labels.size());
    labels.push_back(sample.label);
  }
  EXPECT_EQ(labels.size(), images->count());
  return labels;
}

/// What opening and reading says, with DIR for the directory.
std::string refusal(const std::string& path, ErrorCode code = ErrorCode::kFormat) {
  std::string message = message_of([&] { labels_of(path); }, code);
  for (std::size_t at; (at = message.find(path)) != std::string::npos;) {
    message.replace(at, path.size(), "DIR");
  }
  return message;
}

TEST(LabelledImages, NamesAreLabelsInTheOrderOfTheirBytes) {
  const TempDir dir;
  for (const char* name : {"b.png", "a.b.jpg", "10.png", "9.bmp", "Z.png", "年.tif", ".hidden"}) {
    write_all(dir.path(name), name);
  }
  EXPECT_EQ(labels_of(dir.path()), (std::vector<std::string>{"10", "9", "Z", "a.b", "b", "年"}));
}

TEST(LabelledImages, ALabelsFileIsTheTruth) {
  const TempDir dir;
  for (const char* name : {"x.png", "below/y.png", "not_listed.png"}) write_all(dir.path(name), "");
  write_all(dir.path("labels.tsv"), "below/y.png\tsecond name\nx.png\t");
  EXPECT_EQ(labels_of(dir.path()), (std::vector<std::string>{"second name", ""}));
}

TEST(LabelledImages, DataSetsOfEveryFormatAreReadInTheirOrder) {
  const std::vector<std::string> labels{"00123", "0", "98765", "11111", "40"};
  for (std::size_t format = 0; format <= static_cast<std::size_t>(Format::kPickle); ++format) {
    const TempDir dir;
    const test::StoredSet set(static_cast<Format>(format), labels);
    set.write(dir.path("set"));
    EXPECT_EQ(labels_of(dir.path("set")), labels) << test::name_of(set.format);
  }
}

TEST(LabelledImages, OneOfSeveralDataSetsMustBeNamed) {
  const TempDir dir;
  for (const char* name : {"val", "train/lmdb"}) {
    test::StoredSet(Format::kFolder, {"1", "2"}).write(dir.path(name));
  }
  EXPECT_EQ(refusal(dir.path()),
            "DIR: must be one data set; name one of those in it. Got: train/lmdb, val");
  EXPECT_EQ(labels_of(dir.path("val")), (std::vector<std::string>{"1", "2"}));
}

TEST(LabelledImages, WhatIsNoDirectoryOfImages) {
  const TempDir dir;
  EXPECT_EQ(refusal(dir.path("gone"), ErrorCode::kNotFound), "DIR: no such directory of images");
  write_all(dir.path("file"), "");
  EXPECT_EQ(refusal(dir.path("file")), "DIR: must be a directory of images. Got: a file");
  boost::filesystem::create_directories(dir.path("empty/.git"));
  EXPECT_EQ(refusal(dir.path("empty")),
            "DIR: must be a data set of Glyphmill's, images named after their labels, or images "
            "with a labels.tsv. Got: an empty directory");
  boost::filesystem::create_directories(dir.path("unfinished/.glyphmill"));
  EXPECT_EQ(refusal(dir.path("unfinished")),
            "DIR: must be a finished data set, which has a manifest.json. Got: none");
  boost::filesystem::create_directories(dir.path("nested/train"));
  EXPECT_EQ(refusal(dir.path("nested")), "DIR/train: must be a file. Got: a directory");
}

TEST(LabelledImages, NothingOutsideIsOpened) {
  const TempDir dir;
  write_all(dir.path("secret"), "s");
  const std::string own = dir.path("own");
  write_all(own + "/labels.tsv", "../secret\tx\n");
  EXPECT_EQ(refusal(own),
            "DIR/labels.tsv: a path must name every directory on its way. Got: "
            "../secret");
  write_all(own + "/labels.tsv", dir.path("secret") + "\tx\n");
  EXPECT_EQ(refusal(own).find("DIR/labels.tsv: a path must be relative to the data set. Got: "),
            0u);
  ASSERT_EQ(::symlink(dir.path("secret").c_str(), (own + "/link.png").c_str()), 0);
  write_all(own + "/labels.tsv", "link.png\tx\n");
  EXPECT_EQ(refusal(own), "DIR/link.png: must be a file. Got: a symbolic link");
  boost::filesystem::remove(own + "/labels.tsv");
  EXPECT_EQ(refusal(own), "DIR/link.png: must be a file. Got: a symbolic link");
  boost::filesystem::remove(own + "/link.png");
  ASSERT_EQ(::mkfifo((own + "/pipe.png").c_str(), 0600), 0);
  EXPECT_EQ(refusal(own), "DIR/pipe.png: must be a file. Got: a pipe");
}

TEST(LabelledImages, ListsAndNamesThatBreakRules) {
  const TempDir dir;
  const std::string list = dir.path("labels.tsv");
  write_all(dir.path("a.png"), "");
  const auto refused = [&](const std::string& lines, ErrorCode code = ErrorCode::kFormat) {
    write_all(list, lines);
    return refusal(dir.path(), code);
  };
  EXPECT_EQ(refused(""),
            "DIR/labels.tsv: must name images, in lines of PATH<TAB>LABEL. Got: no "
            "line");
  EXPECT_EQ(refused("a.png 7\n"),
            "DIR/labels.tsv: line at byte 0: must be PLACE<TAB>LABEL. Got: "
            "a.png 7");
  EXPECT_EQ(refused("a.png\t7\na.png\t8\n"),
            "DIR/labels.tsv: must name each image once. Got: "
            "a.png twice");
  EXPECT_EQ(refused("a.png\t7\r\n"),
            "DIR/labels.tsv: line at byte 0: labels must be UTF-8 without "
            "control characters. Got: 7\\x0d");
  EXPECT_EQ(refused("a.png\t\xff\n"),
            "DIR/labels.tsv: line at byte 0: labels must be UTF-8 without "
            "control characters. Got: \\xff");
  EXPECT_EQ(refused("gone.png\t7\n", ErrorCode::kIo),
            "DIR/gone.png: cannot open the file: No such file or directory");
  boost::filesystem::remove(list);
  write_all(dir.path("b\x01.png"), "");
  EXPECT_EQ(refusal(dir.path()),
            "DIR/b\\x01.png: labels must be UTF-8 without control characters. "
            "Got: b\\x01");
}

}  // namespace
}  // namespace glyphmill::datasets
