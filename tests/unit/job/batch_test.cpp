// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <new>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

#include "glyphmill/error.h"
#include "support/messages.h"
#include "support/recipes.h"

namespace glyphmill {
namespace {

using test::message_of;

/// A batch and its pixels.
struct Made {
  Batch batch;
  std::vector<std::uint8_t> pixels;

  std::size_t image_bytes() const {
    return static_cast<std::size_t>(batch.shape.height * batch.shape.width * batch.shape.channels);
  }
};

Made made(BatchMaker& maker, std::uint64_t first, std::uint64_t count,
          const BatchOptions& options = {}) {
  Made result;
  result.batch = maker.make(first, count, options, [&](const ImageShape& shape) {
    result.pixels.assign(
        count * static_cast<std::size_t>(shape.height * shape.width * shape.channels), 77);
    return result.pixels.data();
  });
  return result;
}

/// Image i of a batch as OpenCV has it, without what was padded.
cv::Mat image_of(const Made& made, std::size_t i, BatchLayout layout, int channels) {
  const ImageShape& shape = made.batch.shape;
  // Only read from.
  auto* const pixels = const_cast<std::uint8_t*>(made.pixels.data()) + i * made.image_bytes();
  const cv::Rect inside(0, 0, made.batch.widths[i], shape.height);
  if (shape.channels == 1) return cv::Mat(shape.height, shape.width, CV_8UC1, pixels)(inside);
  cv::Mat image;
  if (layout == BatchLayout::kNhwc) {
    cv::cvtColor(cv::Mat(shape.height, shape.width, CV_8UC3, pixels)(inside), image,
                 cv::COLOR_RGB2BGR);
  } else {
    std::vector<cv::Mat> planes;
    for (int plane = 2; plane >= 0; --plane) {
      planes.push_back(cv::Mat(shape.height, shape.width, CV_8UC1,
                               pixels + plane * shape.height * shape.width)(inside));
    }
    cv::merge(planes, image);
  }
  if (channels == 1) cv::extractChannel(image, image, 0);
  return image;
}

void expect_samples(const Generator& generator, const Made& made, std::uint64_t first,
                    BatchLayout layout) {
  for (std::size_t i = 0; i < made.batch.labels.size(); ++i) {
    const Sample sample = generator.sample(first + i);
    EXPECT_EQ(made.batch.labels[i], sample.label);
    ASSERT_EQ(made.batch.widths[i], sample.image.cols) << i;
    const cv::Mat image = image_of(made, i, layout, sample.image.channels());
    EXPECT_EQ(cv::norm(image, sample.image, cv::NORM_INF), 0) << i;
  }
}

Recipe gray_codes(std::uint64_t count) {
  Recipe recipe = test::codes(count);
  std::get<TileLook>(recipe.look).compose.color = false;
  return recipe;
}

Recipe digits(std::uint64_t count, std::optional<std::uint64_t> width) {
  Recipe recipe = digits_recipe();
  recipe.seed = 1;
  recipe.count = count;
  auto& look = std::get<DigitLook>(recipe.look);
  look.glyphs.writers = 5;
  look.compose.width = width;
  return recipe;
}

TEST(BatchMaker, HoldsTheSamplesInEveryLayout) {
  for (const Recipe& recipe :
       {test::codes(60), gray_codes(60), digits(60, 200), digits(60, std::nullopt)}) {
    const Generator generator(recipe);
    BatchMaker maker(generator);
    for (const BatchLayout layout : {BatchLayout::kNchw, BatchLayout::kNhwc}) {
      BatchOptions options;
      options.layout = layout;
      for (const std::uint64_t first : {0u, 13u}) {
        for (const std::uint64_t count : {1u, 8u, 47u}) {
          expect_samples(generator, made(maker, first, count, options), first, layout);
        }
      }
    }
  }
}

TEST(BatchMaker, OperationsThatExchangeTheImageDoNotMixSamples) {
  Recipe recipe = digits(80, 200);
  recipe.ops = {make_stage("affine"), make_stage("gaussian_noise")};
  recipe.ops[0].probability = 0.5;
  const Generator generator(recipe);
  BatchMaker maker(generator);
  BatchOptions options;
  options.threads = 3;
  for (int round = 0; round < 2; ++round) {
    const Made batch = made(maker, 0, 80, options);
    expect_samples(generator, batch, 0, BatchLayout::kNchw);
  }
}

TEST(BatchMaker, ThreadsDoNotChangeAByte) {
  const Generator generator(test::codes(100));
  BatchMaker maker(generator);
  BatchOptions options;
  options.threads = 1;
  const Made one = made(maker, 0, 100, options);
  for (const unsigned threads : {2u, 3u, 8u, 1u}) {
    options.threads = threads;
    const Made several = made(maker, 0, 100, options);
    EXPECT_EQ(one.pixels, several.pixels) << threads;
    EXPECT_EQ(one.batch.labels, several.batch.labels) << threads;
  }
}

TEST(BatchMaker, IsAsWideAsItsWidestImageUnlessToldOtherwise) {
  const Generator generator(test::codes(40));
  BatchMaker maker(generator);
  const Made natural = made(maker, 0, 40);
  const auto& widths = natural.batch.widths;
  EXPECT_EQ(natural.batch.shape.width, *std::max_element(widths.begin(), widths.end()));
  EXPECT_EQ(natural.batch.shape.height, 50);
  EXPECT_EQ(natural.batch.shape.channels, 3);
  BatchOptions options;
  options.shape.width = 600;
  EXPECT_EQ(made(maker, 0, 40, options).batch.shape.width, 600);
}

TEST(BatchMaker, PadsWithTheGivenValueOrTheImagesPaper) {
  const Generator generator(test::codes(10));
  BatchMaker maker(generator);
  for (const BatchLayout layout : {BatchLayout::kNchw, BatchLayout::kNhwc}) {
    BatchOptions options;
    options.layout = layout;
    options.shape = {60, 600, 3};
    options.pad = std::uint8_t{7};
    const Made padded = made(maker, 0, 10, options);
    options.pad.reset();
    const Made paper = made(maker, 0, 10, options);
    const bool planes = layout == BatchLayout::kNchw;
    for (std::size_t i = 0; i < 10; ++i) {
      const Sample sample = generator.sample(i);
      for (const cv::Point place : {cv::Point(599, 0), cv::Point(sample.image.cols, 49),
                                    cv::Point(0, 50), cv::Point(599, 59)}) {
        for (int channel = 0; channel < 3; ++channel) {
          const int at = planes ? (channel * 60 + place.y) * 600 + place.x
                                : (place.y * 600 + place.x) * 3 + channel;
          const std::size_t byte = i * padded.image_bytes() + static_cast<std::size_t>(at);
          EXPECT_EQ(padded.pixels[byte], 7);
          EXPECT_EQ(paper.pixels[byte], cv::saturate_cast<uchar>(sample.paper[2 - channel]));
        }
      }
    }
  }
}

TEST(BatchMaker, GrayImagesAreRepeatedInColour) {
  const Generator generator(gray_codes(10));
  BatchMaker maker(generator);
  BatchOptions options;
  options.shape.channels = 3;
  const Made colour = made(maker, 0, 10, options);
  EXPECT_EQ(colour.batch.shape.channels, 3);
  expect_samples(generator, colour, 0, BatchLayout::kNchw);
}

TEST(BatchMaker, RefusesTheFirstImageThatDoesNotFit) {
  const Generator generator(test::codes(40));
  BatchMaker maker(generator);
  std::uint64_t first_wide = 0;
  while (generator.sample(first_wide).image.cols <= 290) ++first_wide;
  const int width = generator.sample(first_wide).image.cols;
  BatchOptions options;
  options.shape.width = 290;
  for (const unsigned threads : {1u, 4u}) {
    options.threads = threads;
    EXPECT_EQ(message_of([&] { made(maker, 0, 40, options); }, ErrorCode::kInvalidArgument),
              "sample " + std::to_string(first_wide) +
                  ": image must fit a batch of 290 x 50 px, colour. Got: " + std::to_string(width) +
                  " x 50 px, colour");
  }
  options.shape = {0, 0, 1};
  EXPECT_NE(message_of([&] { made(maker, 0, 1, options); }).find("gray. Got:"), std::string::npos);
}

TEST(BatchMaker, RefusesSamplesThatThereAreNot) {
  const Generator generator(test::codes(40));
  BatchMaker maker(generator);
  EXPECT_EQ(message_of([&] { made(maker, 30, 11); }, ErrorCode::kInvalidArgument),
            "batch: must lie within the 40 samples. Got: 11 from 30 on");
  EXPECT_NE(message_of([&] { made(maker, 41, 0); }), "");
  EXPECT_NE(message_of([&] { made(maker, ~std::uint64_t{0}, 2); }), "");
  EXPECT_EQ(made(maker, 40, 0).batch.labels.size(), 0u);
}

TEST(BatchMaker, WhatThePollThrowsEndsTheBatch) {
  Recipe recipe = test::codes(1000000);
  const Generator generator(recipe);
  BatchMaker maker(generator);
  BatchOptions options;
  options.threads = 3;
  std::atomic<int> polls{0};
  const auto poll = [&] {
    if (++polls == 2) throw std::runtime_error("enough");
  };
  // Of images that are kept: no memory is asked for before the end.
  EXPECT_THROW(maker.make(
                   0, 1000000, options,
                   [&](const ImageShape&) -> std::uint8_t* {
                     ADD_FAILURE() << "it went on to its end";
                     return nullptr;
                   },
                   poll),
               std::runtime_error);
  EXPECT_EQ(polls, 2);
  expect_samples(generator, made(maker, 5, 20), 5, BatchLayout::kNchw);
}

TEST(BatchMaker, WhatTheMemoryThrowsIsPassedOn) {
  const Generator generator(digits(10, 100));
  BatchMaker maker(generator);
  EXPECT_THROW(
      maker.make(0, 10, {}, [](const ImageShape&) -> std::uint8_t* { throw std::bad_alloc(); }),
      std::bad_alloc);
}

TEST(BatchMaker, MixedImagesShareTheLargestShape) {
  Recipe recipe = test::codes(40);
  Recipe small = digits(40, 100);
  recipe.mix = {{"codes", 1, recipe.labels, recipe.look, recipe.ops},
                {"digits", 1, small.labels, small.look, small.ops}};
  const Generator generator(recipe);
  EXPECT_EQ(generator.image_shape().height, 0);
  EXPECT_EQ(generator.image_shape().channels, 0);
  BatchMaker maker(generator);
  const Made mixed = made(maker, 0, 40);
  EXPECT_EQ(mixed.batch.shape.height, 50);
  EXPECT_EQ(mixed.batch.shape.channels, 3);
  for (std::size_t i = 0; i < 40; ++i) {
    const Sample sample = generator.sample(i);
    const cv::Mat image = image_of(mixed, i, BatchLayout::kNchw, sample.image.channels());
    EXPECT_EQ(cv::norm(image.rowRange(0, sample.image.rows), sample.image, cv::NORM_INF), 0) << i;
  }
}

}  // namespace
}  // namespace glyphmill
