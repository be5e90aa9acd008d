// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <thread>

#include "glyphmill/number_generator.h"
#include "support/messages.h"
#include "support/pixels.h"
#include "support/temp_dir.h"

namespace glyphmill {
namespace {

using test::message_of;
using test::same_pixels;
using test::TempDir;

constexpr ErrorCode kInvalid = ErrorCode::kInvalidArgument;

/// `count` pictures whose pixels count up from `first`.
cv::Mat counting(int count, int rows, int cols, int first = 0) {
  const int sides[] = {count, rows, cols};
  cv::Mat pictures(3, sides, CV_8UC1);
  for (std::size_t i = 0; i < pictures.total(); ++i) {
    pictures.data[i] = static_cast<uchar>(static_cast<std::size_t>(first) + i);
  }
  return pictures;
}

GenericDataset three_examples() {
  return GenericDataset({counting(3, 2, 5), {"007", "", "2018年"}},
                        {1.5e9 + 0.25, IntegerRange{-3, 300}, 5});
}

TEST(GenericDataset, IsReadAsItWasWritten) {
  const TempDir dir;
  const GenericDataset written = three_examples();
  written.save(dir.path("a.pickle"));
  const GenericDataset read = GenericDataset::load(dir.path("a.pickle"));
  EXPECT_EQ(read.size(), 3u);
  EXPECT_TRUE(same_pixels(read.get_data().images, written.get_data().images));
  EXPECT_EQ(read.get_data().labels, written.get_data().labels);
  EXPECT_EQ(read.get_metadata().creation_timestamp, 1.5e9 + 0.25);
  EXPECT_EQ(read.get_metadata().spacing_range, (IntegerRange{-3, 300}));
  EXPECT_EQ(read.get_metadata().image_width, 5);
  read.save(dir.path("b.pickle"));
  const auto files = test::tree_of(dir.path());
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files.at("a.pickle"), files.at("b.pickle"));
}

TEST(GenericDataset, MayBeEmptyAndSayNothing) {
  const TempDir dir;
  GenericDataset().save(dir.path("a.pickle"));
  const GenericDataset read = GenericDataset::load(dir.path("a.pickle"));
  EXPECT_EQ(read.size(), 0u);
  EXPECT_TRUE(read.get_data().images.empty());
  EXPECT_EQ(read.get_metadata().creation_timestamp, 0);
  EXPECT_FALSE(read.get_metadata().spacing_range);
  EXPECT_FALSE(read.get_metadata().image_width);
}

TEST(GenericDataset, AnExampleKeepsItsPixelsAlive) {
  GenericDataset::Example example;
  {
    const GenericDataset data({counting(3, 2, 5), {"a", "b", "c"}});
    example = data[1];
    EXPECT_EQ(example.image.data, data.get_data().images.ptr(1));
  }
  EXPECT_EQ(example.label, "b");
  ASSERT_EQ(example.image.dims, 2);
  ASSERT_EQ(example.image.size(), cv::Size(5, 2));
  EXPECT_EQ(example.image.at<uchar>(0, 0), 10);
  EXPECT_EQ(example.image.at<uchar>(1, 4), 19);
}

TEST(GenericDataset, AddsCopiesBehindWhatIsThere) {
  GenericDataset data;
  cv::Mat first(2, 5, CV_8UC1, cv::Scalar(7));
  data.add_examples({first}, {"x"});
  first.setTo(0);
  const GenericDataset before = data;
  const cv::Mat part = cv::Mat(4, 9, CV_8UC1, cv::Scalar(9))(cv::Rect(2, 1, 5, 2));
  ASSERT_FALSE(part.isContinuous());
  data.add_examples({part, data[0].image}, {"y", "z"});
  data.add_examples({}, {});
  EXPECT_EQ(before.size(), 1u);
  EXPECT_EQ(data.get_data().labels, (std::vector<std::string>{"x", "y", "z"}));
  for (const auto& [i, level] : {std::pair{0u, 7}, {1u, 9}, {2u, 7}}) {
    EXPECT_TRUE(same_pixels(data[i].image, cv::Mat(2, 5, CV_8UC1, cv::Scalar(level)))) << i;
  }
}

TEST(GenericDataset, RefusesToAddByName) {
  GenericDataset data = three_examples();
  const cv::Mat good(2, 5, CV_8UC1, cv::Scalar(1));
  const auto added = [&](const std::vector<cv::Mat>& images,
                         const std::vector<std::string>& labels) {
    return message_of([&] { data.add_examples(images, labels); }, kInvalid);
  };
  EXPECT_EQ(added({good}, {}), "labels: must be as many as the images. Got: 1 images and 0 labels");
  EXPECT_EQ(added({good}, {"a\xff"}), "labels[0]: must be UTF-8. Got: a\\xff");
  EXPECT_EQ(added({good, cv::Mat(5, 2, CV_8UC1)}, {"a", "b"}),
            "images[1]: must be 2 x 5 as the others. Got: 5 x 2");
  EXPECT_EQ(added({cv::Mat(2, 5, CV_8UC3)}, {"a"}),
            "images[0]: must have two dimensions of CV_8UC1. Got: 2 dimensions of CV_8UC3");
  EXPECT_EQ(added({counting(1, 2, 5)}, {"a"}),
            "images[0]: must have two dimensions of CV_8UC1. Got: 3 dimensions of CV_8UC1");
  EXPECT_TRUE(same_pixels(data.get_data().images, three_examples().get_data().images));
  EXPECT_EQ(data.size(), 3u);
  data = {};
  EXPECT_EQ(added({cv::Mat()}, {"a"}),
            "images[0]: must have 1 to 16384 rows and columns. Got: 0 x 0");
  EXPECT_EQ(added({good, good.t()}, {"a", "b"}),
            "images[1]: must be 2 x 5 as the others. Got: 5 x 2");
}

TEST(GenericDataset, RefusesDataThatAreNone) {
  const auto made = [](const cv::Mat& images, const std::vector<std::string>& labels) {
    return message_of([&] { GenericDataset({images, labels}); }, kInvalid);
  };
  const cv::Mat good = counting(2, 3, 4);
  const cv::Range half[] = {cv::Range::all(), {0, 2}, {0, 3}};
  EXPECT_EQ(made(good, {"a"}), "labels: must be as many as the images. Got: 2 images and 1 labels");
  EXPECT_EQ(made({}, {"a"}), "labels: must be as many as the images. Got: 0 images and 1 labels");
  EXPECT_EQ(made(good, {"a", "\xed\xa0\x80"}), "labels[1]: must be UTF-8. Got: \\xed\\xa0\\x80");
  const std::string rule = "images: must have three dimensions of CV_8UC1, continuous. Got: ";
  EXPECT_EQ(made(cv::Mat(3, 4, CV_8UC1), {"a"}), rule + "2 dimensions of CV_8UC1");
  EXPECT_EQ(made(good(half), {"a", "b"}), rule + "3 dimensions of CV_8UC1, not continuous");
  EXPECT_EQ(made(counting(1, 1, 16385), {"a"}),
            "images: must have 1 to 16384 rows and columns. Got: 1 x 16385");
}

// The step of a single picture is that of what it was cut from.
TEST(GenericDataset, OnePictureOfAWiderOneIsWrittenWithoutItsSurroundings) {
  const TempDir dir;
  const cv::Range cut[] = {{1, 2}, {0, 1}, {2, 5}};
  const cv::Mat part = counting(2, 3, 8)(cut);
  ASSERT_TRUE(part.isContinuous());
  GenericDataset({part, {"a"}}).save(dir.path("a.pickle"));
  const GenericDataset read = GenericDataset::load(dir.path("a.pickle"));
  ASSERT_EQ(read[0].image.size(), cv::Size(3, 1));
  for (int x = 0; x < 3; ++x) EXPECT_EQ(read[0].image.at<uchar>(0, x), 26 + x);
}

TEST(GenericDataset, AFileOfANameIsWholeWhoeverWritesIt) {
  const TempDir dir;
  const std::string path = dir.path("a.pickle");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&path, t] {
      const GenericDataset data({counting(40 * (t + 1), 50, 50, t),
                                 std::vector<std::string>(40 * (static_cast<std::size_t>(t) + 1))});
      for (int n = 0; n < 5; ++n) data.save(path);
    });
  }
  for (std::thread& thread : threads) thread.join();
  const GenericDataset read = GenericDataset::load(path);
  EXPECT_TRUE(same_pixels(read.get_data().images, counting(static_cast<int>(read.size()), 50, 50,
                                                           read.get_data().images.data[0])));
  EXPECT_EQ(test::tree_of(dir.path()).size(), 1u);
}

TEST(GenericDataset, TellsWhyAFileCannotBeReadOrWritten) {
  const TempDir dir;
  const auto loaded = [&](const std::string& name, ErrorCode code) {
    return message_of([&] { (void)GenericDataset::load(dir.path(name)); }, code);
  };
  EXPECT_EQ(loaded("none", ErrorCode::kNotFound), dir.path("none") + ": No such file or directory");
  EXPECT_EQ(loaded("", ErrorCode::kFormat), dir.path() + ": must be a file");
  test::write_all(dir.path("text"), "some text");
  EXPECT_EQ(loaded("text", ErrorCode::kFormat),
            dir.path("text") +
                ": a pickle must begin with 80 and its protocol, 2 to 5. "
                "Got: so (at 0)");
  three_examples().save(dir.path("whole"));
  const std::string whole = test::read_all(dir.path("whole"));
  for (std::size_t size = 0; size < whole.size(); size += 3) {
    test::write_all(dir.path("part"), whole.substr(0, size));
    EXPECT_NE(loaded("part", ErrorCode::kFormat), "") << size;
  }
  const auto saved = [&](const std::string& name) {
    return message_of([&] { three_examples().save(dir.path(name)); }, ErrorCode::kIo);
  };
  EXPECT_EQ(saved("none/a"),
            dir.path("none") + ": cannot open the directory: No such file or directory");
  test::write_all(dir.path("full/a/b"), "");
  EXPECT_EQ(saved("full/a"),
            dir.path("full/a") + ": must be a regular file where there is one. Got: a directory");
  EXPECT_EQ(test::tree_of(dir.path("full")).size(), 1u);
}

}  // namespace
}  // namespace glyphmill
