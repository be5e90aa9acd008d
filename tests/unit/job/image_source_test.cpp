// SPDX-License-Identifier: Apache-2.0
#include "job/image_source.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <opencv2/imgproc.hpp>
#include <set>

#include "glyphmill/data_set.h"
#include "glyphmill/runner.h"
#include "support/messages.h"
#include "support/own_images.h"

namespace glyphmill {
namespace {

using test::barred_image;
using test::file_of;
using test::images_recipe;
using test::message_of;
using test::numbered_labels;
using test::TempDir;
using test::write_all;
using test::write_own_images;

ImageSourceOptions& source_of(Recipe& recipe) { return std::get<ImageLook>(recipe.look).source; }

/// What is thrown, with DIR for the directory.
template <class Action>
std::string refusal(const TempDir& dir, Action&& action, ErrorCode code) {
  std::string message = message_of(action, code);
  for (std::size_t at; (at = message.find(dir.path())) != std::string::npos;) {
    message.replace(at, dir.path().size(), "DIR");
  }
  return message;
}

bool same(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, cv::NORM_INF) == 0;
}

std::vector<std::string> labels_of(const Generator& generator) {
  std::vector<std::string> labels;
  for (std::uint64_t k = 0; k < generator.count(); ++k) labels.push_back(generator.label(k).label);
  return labels;
}

TEST(ImageSource, EveryImageComesOnceWithItsOwnLabel) {
  const TempDir dir;
  const auto labels = numbered_labels(150);
  write_own_images(dir.path(), labels);
  Recipe recipe = images_recipe(dir.path());
  EXPECT_EQ(sample_count(recipe), 150u);
  recipe.count = 450;
  const Generator generator(recipe);
  Sample sample;
  Generator::Scratch scratch;
  std::set<std::vector<std::string>> orders;
  for (std::uint64_t k = 0; k < 450;) {
    std::vector<std::string> run;
    for (std::size_t i = 0; i < 150; ++i, ++k) {
      generator.sample(k, sample, scratch);
      EXPECT_EQ(sample.label, generator.label(k).label);
      EXPECT_EQ(sample.text, sample.label);
      EXPECT_EQ(sample.index, k);
      EXPECT_TRUE(sample.characters.empty());
      const std::size_t image = std::stoul(sample.label);
      ASSERT_TRUE(same(sample.image, barred_image(image)));
      ASSERT_EQ(sample.drawn.size(), 1u);
      EXPECT_EQ(sample.drawn[0].value, static_cast<double>(image));
      EXPECT_EQ(sample.paper, cv::Scalar(220));
      run.push_back(sample.label);
    }
    orders.insert(run);
    std::sort(run.begin(), run.end());
    EXPECT_EQ(run, labels);
  }
  EXPECT_EQ(orders.size(), 3u);
  EXPECT_EQ(orders.count(labels), 0u);
}

TEST(ImageSource, StoredOrderIsThatOfTheImages) {
  const TempDir dir;
  const auto labels = numbered_labels(70);
  write_own_images(dir.path(), labels);
  Recipe recipe = images_recipe(dir.path());
  source_of(recipe).order = SourceOrder::kStored;
  recipe.count = 140;
  auto twice = labels;
  twice.insert(twice.end(), labels.begin(), labels.end());
  EXPECT_EQ(labels_of(Generator(recipe)), twice);
}

TEST(ImageSource, SplitsHaveImagesOfTheirOwn) {
  const TempDir dir;
  write_own_images(dir.path(), numbered_labels(100));
  Recipe recipe = images_recipe(dir.path());
  recipe.splits = parse_splits("train:0.8,val:0.1,test:0.1");
  const std::vector<std::string> whole = labels_of(Generator(recipe));
  std::set<std::string> all;
  std::vector<std::string> joined;
  for (const Split& split : recipe.splits) {
    Recipe alone = recipe;
    alone.split = split.name;
    const Generator generator(alone);
    const std::vector<std::string> labels = labels_of(generator);
    EXPECT_EQ(generator.characters().size(), 10u);  // of all, so that splits agree
    // As many images as samples: each comes once.
    EXPECT_EQ(std::set<std::string>(labels.begin(), labels.end()).size(), labels.size());
    joined.insert(joined.end(), labels.begin(), labels.end());
    all.insert(labels.begin(), labels.end());
  }
  EXPECT_EQ(all.size(), 100u);
  EXPECT_EQ(joined, whole);
  source_of(recipe).order = SourceOrder::kStored;
  recipe.split = "val";
  const std::vector<std::string> val = labels_of(Generator(recipe));
  EXPECT_TRUE(std::is_sorted(val.begin(), val.end()));
  recipe.disjoint = Disjoint::kNone;
  EXPECT_EQ(labels_of(Generator(recipe)).front(), "080");
}

TEST(ImageSource, SplitsHaveLabelsOfTheirOwnWhereAsked) {
  const TempDir dir;
  std::string list;
  for (std::size_t i = 0; i < 200; ++i) {
    const std::string name = std::to_string(i) + ".png";
    write_all(dir.path(name), file_of(barred_image(i)));
    list += name + "\t" + std::to_string(i % 40) + "\n";
  }
  write_all(dir.path("labels.tsv"), list);
  Recipe recipe = images_recipe(dir.path());
  recipe.splits = parse_splits("train:0.5,test:0.5");
  for (const Disjoint disjoint : {Disjoint::kLabels, Disjoint::kBoth}) {
    recipe.disjoint = disjoint;
    const std::vector<std::string> labels = labels_of(Generator(recipe));
    const std::set<std::string> train(labels.begin(), labels.begin() + 100);
    const std::set<std::string> test(labels.begin() + 100, labels.end());
    for (const std::string& label : test) EXPECT_EQ(train.count(label), 0u) << label;
    EXPECT_GT(std::min(train.size(), test.size()), 8u);  // of 40, by a fair coin: p < 1e-4
  }
  recipe.disjoint = Disjoint::kAuto;
  const std::vector<std::string> labels = labels_of(Generator(recipe));
  EXPECT_GT(std::set<std::string>(labels.begin(), labels.begin() + 100).size(), 30u);
}

TEST(ImageSource, ASplitWithoutImagesIsRefused) {
  const TempDir dir;
  write_own_images(dir.path(), {"1", "2", "3"});
  Recipe recipe = images_recipe(dir.path());
  recipe.count = 100;
  recipe.splits = parse_splits("a:0.9,b:0.1");
  EXPECT_EQ(refusal(
                dir, [&] { Generator{recipe}; }, ErrorCode::kInvalidArgument),
            "disjoint: each split must have an image of its own, and DIR has 3; take other shares, "
            "or `disjoint` none. Got: a split of 0.1");
  recipe.splits = parse_splits("a:0.999,b:0.001");
  recipe.count = 1000;
  recipe.disjoint = Disjoint::kLabels;
  EXPECT_EQ(refusal(
                dir, [&] { Generator{recipe}; }, ErrorCode::kInvalidArgument),
            "splits.b: has no label of its own: there must be more different ones, or `disjoint` "
            "must leave labels out");
}

TEST(ImageSource, IsAPartOfAMixByWeight) {
  const TempDir dir;
  write_own_images(dir.path(), numbered_labels(30));
  const Recipe images = images_recipe(dir.path());
  const Recipe codes = codes_recipe();
  Recipe recipe;
  recipe.seed = 5;
  recipe.count = 100;
  recipe.mix = {{"real", 3, {}, images.look, {}}, {"drawn", 1, codes.labels, codes.look, {}}};
  const Generator generator(recipe);
  EXPECT_EQ(generator.image_shape().channels, 0);  // gray and colour
  std::map<std::string, int> counts;
  std::map<std::string, int> of_image;
  for (std::uint64_t k = 0; k < 100; ++k) {
    const Sample sample = generator.sample(k);
    ++counts[generator.part(k)];
    if (generator.part(k) == "real") ++of_image[sample.label];
    EXPECT_EQ(sample.image.rows, generator.part(k) == "real" ? 16 : 50);
    EXPECT_EQ(sample.label.size(), generator.part(k) == "real" ? 3u : 10u);
    if (k % 4 == 3) {
      EXPECT_EQ(counts["drawn"], static_cast<int>(k + 1) / 4);
    }
  }
  EXPECT_EQ(of_image.size(), 30u);
  for (const auto& [label, count] : of_image) EXPECT_TRUE(count == 2 || count == 3) << label;
  // Tiles would not be divided; images are, whatever stands beside them.
  recipe.splits = parse_splits("a:0.5,b:0.5");
  const Generator divided(recipe);
  std::set<std::string> first, second;
  for (std::uint64_t k = 0; k < 100; ++k) {
    if (divided.part(k) == "real") (k < 50 ? first : second).insert(divided.label(k).label);
  }
  EXPECT_EQ(first.size() + second.size(), 30u);
  for (const std::string& label : second) EXPECT_EQ(first.count(label), 0u);
}

TEST(ImageSource, DataSetsGiveTheirOwnPixelsInEveryFormat) {
  const TempDir dir;
  write_own_images(dir.path("own"), numbered_labels(12));
  Recipe recipe = images_recipe(dir.path("own"));
  recipe.output.format = {Format::kFolder, Format::kLmdb, Format::kWebDataset, Format::kNpz,
                          Format::kPickle};
  recipe.output.image_ext = ImageExt::kPng;
  RunOptions options;
  options.output = dir.path("sets");
  write_dataset(Generator(recipe), options);
  for (const char* format : {"folder", "lmdb", "webdataset", "npz", "pickle"}) {
    Recipe again = images_recipe(dir.path("sets") + "/" + format);
    source_of(again).order = SourceOrder::kStored;
    const Generator generator(again);
    ASSERT_EQ(generator.count(), 12u);
    const Generator first(recipe);
    for (std::uint64_t k = 0; k < 12; ++k) {
      EXPECT_EQ(generator.label(k).label, first.label(k).label);
      EXPECT_TRUE(same(generator.sample(k).image, first.sample(k).image)) << format << k;
    }
  }
}

TEST(ImageSource, HeightAndColor) {
  const TempDir dir;
  cv::Mat stripes(64, 200, CV_8UC1, cv::Scalar(255));  // of 1 px: plain gray once reduced
  for (int x = 0; x < stripes.cols; x += 2) stripes.col(x).setTo(cv::Scalar(55));
  write_all(dir.path("gray.png"), file_of(stripes));
  Recipe recipe = images_recipe(dir.path());
  source_of(recipe).height = 32;
  const Sample reduced = Generator(recipe).sample(0);
  EXPECT_EQ(reduced.image.size(), cv::Size(100, 32));
  EXPECT_EQ(reduced.image.type(), CV_8UC1);
  double least = 0, greatest = 0;
  cv::minMaxLoc(reduced.image, &least, &greatest);
  EXPECT_EQ(least, 155);
  EXPECT_EQ(greatest, 155);
  write_all(dir.path("red.png"), file_of(cv::Mat(32, 60, CV_8UC3, cv::Scalar(0, 0, 200))));
  const ImageShape shape = Generator(recipe).image_shape();
  EXPECT_EQ(shape.height, 32);
  EXPECT_EQ(shape.width, 0);
  EXPECT_EQ(shape.channels, 3);
  source_of(recipe).order = SourceOrder::kStored;
  const Generator color(recipe);
  EXPECT_EQ(color.sample(0).image.type(), CV_8UC3);
  EXPECT_EQ(color.sample(1).paper, cv::Scalar(0, 0, 200));
  source_of(recipe).color = SourceColor::kGray;
  EXPECT_EQ(Generator(recipe).sample(1).image.type(), CV_8UC1);
  source_of(recipe).height = 4;
  EXPECT_EQ(message_of([&] { Generator{recipe}; }, ErrorCode::kInvalidArgument),
            "source.height: must be between 8 and 1024. Got: 4");
}

TEST(ImageSource, TransparentIsWhiteAndEveryKindOfFileIsRead) {
  const TempDir dir;
  cv::Mat ink(20, 30, CV_8UC4, cv::Scalar(0, 0, 0, 0));
  ink(cv::Rect(10, 5, 5, 10)).setTo(cv::Scalar(0, 0, 0, 255));
  write_all(dir.path("a.png"), file_of(ink));
  const cv::Mat gray = barred_image(7, {30, 20});
  write_all(dir.path("b.bmp"), file_of(gray, ".bmp"));
  write_all(dir.path("c.tiff"), file_of(gray, ".tiff"));
  write_all(dir.path("d.jpg"), file_of(gray, ".jpg"));
  cv::Mat deep;
  gray.convertTo(deep, CV_16U, 257);
  write_all(dir.path("e.png"), file_of(deep));
  Recipe recipe = images_recipe(dir.path());
  source_of(recipe).order = SourceOrder::kStored;
  source_of(recipe).color = SourceColor::kGray;
  const Generator generator(recipe);
  EXPECT_EQ(generator.image_shape().width, 30);
  const Sample transparent = generator.sample(0);
  EXPECT_EQ(transparent.paper, cv::Scalar(255));
  EXPECT_EQ(cv::countNonZero(transparent.image), 20 * 30 - 50);
  for (const std::uint64_t k : {1u, 2u, 4u})
    EXPECT_TRUE(same(generator.sample(k).image, gray)) << k;
  EXPECT_EQ(generator.sample(3).image.type(), CV_8UC1);
}

TEST(ImageSource, TheGroundIsSeenPastAFrame) {
  const TempDir dir;
  cv::Mat image(50, 200, CV_8UC1, cv::Scalar(190));
  cv::rectangle(image, cv::Rect(0, 0, 200, 50), cv::Scalar(0), 1);
  cv::putText(image, "7", {90, 40}, cv::FONT_HERSHEY_SIMPLEX, 1, cv::Scalar(10), 3);
  write_all(dir.path("7.png"), file_of(image));
  EXPECT_EQ(Generator(images_recipe(dir.path())).sample(0).paper, cv::Scalar(190));
  write_all(dir.path("8.png"), file_of(cv::Mat(1, 1, CV_8UC1, cv::Scalar(3))));
  Recipe recipe = images_recipe(dir.path());
  source_of(recipe).order = SourceOrder::kStored;
  EXPECT_EQ(Generator(recipe).sample(1).paper, cv::Scalar(3));
}

TEST(ImageSource, LargeSetsAreDecodedEachTimeToTheSamePixels) {
  const TempDir dir;
  write_own_images(dir.path(), numbered_labels(5));
  ImageSourceOptions options;
  options.images = dir.path();
  options.height = 8;
  const job::ImageSet kept(options);
  const job::ImageSet not_kept(options, job::ImageSet::kMostBytes, 100);
  Sample a, b;
  for (std::size_t i : {0u, 4u, 0u}) {
    kept.put(i, a);
    not_kept.put(i, b);
    EXPECT_TRUE(same(a.image, b.image));
    EXPECT_EQ(a.paper, b.paper);
    a.image.setTo(cv::Scalar(0));  // it is the sample's own
  }
  EXPECT_EQ(
      refusal(
          dir, [&] { job::ImageSet(options, 0); }, ErrorCode::kInvalidArgument),
      "source.images: must take at most 0 MiB of memory; take a part of them. Got: DIR, which "
      "takes more from DIR/000.png on");
}

TEST(ImageSource, FilesThatAreNoImagesAreNamed) {
  const std::string png = file_of(barred_image(1));
  std::string huge = png;
  huge.replace(16, 8, std::string("\0\0\xea\x60\0\0\xea\x60", 8));
  std::string damaged = png;
  damaged[png.size() - 20] ^= 1;
  const std::string rule = "DIR/7.png: must be a whole PNG, JPEG, BMP or TIFF image. Got: ";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", rule + "nothing"},
      {"some text", rule + "some text"},
      {png.substr(0, 20), rule + "a part of one"},
      {png.substr(0, png.size() - 5), rule + "a part of one"},
      {damaged, rule + "damaged data"},
      {huge, "DIR/7.png: an image must have 1 to 100000000 pixels. Got: 60000 x 60000"},
      {file_of(cv::Mat(1, 4000, CV_8UC1)),
       "DIR/7.png: an image must have sides of at most 65500 px at the height of the source. Got: "
       "128000 x 32"}};
  for (const auto& [bytes, message] : cases) {
    const TempDir dir;
    write_all(dir.path("7.png"), bytes);
    Recipe recipe = images_recipe(dir.path());
    source_of(recipe).height = 32;
    EXPECT_EQ(refusal(
                  dir, [&] { Generator{recipe}; }, ErrorCode::kFormat),
              message);
  }
}

TEST(ImageSource, ImagesOfADataSetAreNamedWithIt) {
  const TempDir dir;
  write_own_images(dir.path("own"), {"7"});
  Recipe recipe = images_recipe(dir.path("own"));
  recipe.output.name_pattern = "{label}.{ext}";
  recipe.output.image_ext = ImageExt::kPng;
  RunOptions options;
  options.output = dir.path("set");
  write_dataset(Generator(recipe), options);
  write_all(dir.path("set/images/000/7.png"), "text");
  EXPECT_EQ(refusal(
                dir, [&] { Generator{images_recipe(dir.path("set"))}; }, ErrorCode::kFormat),
            "DIR/set/images/000/7.png: must be a whole PNG, JPEG, BMP or TIFF image. Got: text");
}

TEST(ImageSource, LabelsMustBePrintable) {
  const TempDir dir;
  write_all(dir.path("a.png"), file_of(barred_image(1)));
  write_all(dir.path("labels.tsv"), "a.png\t7\u200b\n");
  EXPECT_EQ(refusal(
                dir, [&] { Generator{images_recipe(dir.path())}; }, ErrorCode::kFormat),
            "DIR/a.png: label: must be printable characters. Got: '7\u200b' (U+200B)");
  write_all(dir.path("labels.tsv"), "a.png\t" + std::string(257, '7') + "\n");
  EXPECT_EQ(refusal(
                dir, [&] { Generator{images_recipe(dir.path())}; }, ErrorCode::kFormat)
                .find("DIR/a.png: labels must have at most 256 characters. Got: 777"),
            0u);
}

TEST(ImageSource, OtherImagesThanTheRecipeWasResolvedWithAreRefused) {
  const TempDir dir;
  write_own_images(dir.path(), {"1", "2"});
  const Recipe resolved = Generator(images_recipe(dir.path())).recipe();
  EXPECT_EQ(std::get<ImageLook>(resolved.look).source.checksum.size(), 32u);
  EXPECT_EQ(resolved.count, 2u);
  EXPECT_EQ(labels_of(Generator(resolved)).size(), 2u);
  boost::filesystem::rename(dir.path("2.png"), dir.path("3.png"));
  EXPECT_EQ(
      refusal(
          dir, [&] { Generator{resolved}; }, ErrorCode::kInvalidArgument)
          .find("source.checksum: DIR is not what the recipe was resolved with, and would make "
                "other images; remove the key to use it all the same. Got: "),
      0u);
}

TEST(ImageSource, FormatsThatNeedMoreAreRefused) {
  const TempDir dir;
  write_all(dir.path("1.png"), file_of(barred_image(1)));
  write_all(dir.path("2.png"), file_of(cv::Mat(16, 41, CV_8UC3, cv::Scalar::all(9))));
  Recipe recipe = images_recipe(dir.path());
  const auto refused = [&](const std::vector<Format>& formats) {
    recipe.output.format = formats;
    return refusal(
        dir, [&] { Generator{recipe}; }, ErrorCode::kInvalidArgument);
  };
  EXPECT_EQ(refused({Format::kFolder, Format::kCoco}),
            "output.format: coco says where each character is, which is not known of the images of "
            "a source. Got: coco");
  EXPECT_EQ(refused({Format::kNpz}),
            "output.format: packed images have one size. Got: images of several in DIR");
  boost::filesystem::remove(dir.path("1.png"));
  EXPECT_EQ(refused({Format::kNpz}), "");
  EXPECT_EQ(refused({Format::kIdx}),
            "source.color: must be gray, for idx holds gray images only. Got: images in colour in "
            "DIR");
  EXPECT_EQ(refusal(
                dir, [&] { Generator{images_recipe("")}; }, ErrorCode::kInvalidArgument),
            "source.images: must name a data set, or a directory of labelled images. Got: ''");
}

TEST(ImageSource, RealCaptchasKeepTheirLabels) {
  const char* const data = std::getenv("GLYPHMILL_TEST_DATA");
  const std::string path = std::string(data == nullptr ? "" : data) + "/captcha/train";
  if (!boost::filesystem::exists(path)) GTEST_SKIP() << "no captcha/train in GLYPHMILL_TEST_DATA";
  const Generator generator(images_recipe(path));
  std::set<std::string> labels;
  for (std::uint64_t k = 0; k < generator.count(); ++k) {
    const Sample sample = generator.sample(k);
    labels.insert(sample.label);
    const cv::Mat stored = cv::imread(path + "/" + sample.label + ".png", cv::IMREAD_UNCHANGED);
    ASSERT_TRUE(same(sample.image, stored)) << sample.label;
    EXPECT_GT(sample.paper[0], 128);  // dark on light
  }
  EXPECT_EQ(labels.size(), generator.count());
}

}  // namespace
}  // namespace glyphmill
