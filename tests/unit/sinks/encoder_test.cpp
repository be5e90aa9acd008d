// SPDX-License-Identifier: Apache-2.0
#include "sinks/encoder.h"

#include <gtest/gtest.h>

#include "glyphmill/error.h"
#include "support/messages.h"

namespace glyphmill::sinks {
namespace {

using test::message_of;

TEST(Encoder, RefusesWhatAFormatDoesNotHold) {
  OutputOptions options;
  const auto encoded = [&](int rows, int cols) {
    return message_of([&] { Encoder(options).encode(cv::Mat::zeros(rows, cols, CV_8UC1)); },
                      ErrorCode::kInvalidArgument);
  };
  EXPECT_EQ(encoded(1, 65500), "");
  EXPECT_EQ(encoded(1, 65501), "image: JPEG holds at most 65500 rows and columns. Got: 1 x 65501");
  options.image_ext = ImageExt::kPng;
  EXPECT_EQ(encoded(1000000, 1), "");
  EXPECT_EQ(encoded(1000001, 1),
            "image: PNG holds at most 1000000 rows and columns. Got: 1000001 x 1");
}

TEST(Encoder, OpenCvsOwnRefusalsAreOurErrors) {
  std::vector<uchar> bytes;
  const std::string message =
      message_of([&] { encode_image(".png", cv::Mat(), {}, bytes); }, ErrorCode::kInternal);
  EXPECT_EQ(message.substr(0, 37), "image: 0 x 0 could not be encoded: !i") << message;
}

}  // namespace
}  // namespace glyphmill::sinks
