// SPDX-License-Identifier: Apache-2.0
#include "sinks/file_name.h"

#include <gtest/gtest.h>

#include "glyphmill/utf8.h"
#include "support/messages.h"

namespace glyphmill {
namespace {

using sinks::FileNamer;
using sinks::safe_in_file_name;

Sample sample_of(const std::string& label) {
  Sample sample;
  sample.index = 42;
  sample.label = label;
  sample.text = label;
  sample.image = cv::Mat(50, 285, CV_8UC1, cv::Scalar(0));
  return sample;
}

TEST(FileName, FollowsTheDefaultPattern) {
  const FileNamer namer("{label}_{height}_{width}_{hash}.{ext}", "jpg", 100);
  // XXH3-128 of the empty input.
  EXPECT_EQ(namer.name(sample_of("0012"), ""), "0012_50_285_99aa06d3014798d86001c324468d497f.jpg");
  EXPECT_FALSE(namer.is_unique());
}

TEST(FileName, KnowsEveryField) {
  EXPECT_EQ(FileNamer("{index}-{text}.{ext}", "png", 1000).name(sample_of("7"), "x"), "042-7.png");
  // MD5 of the empty input.
  EXPECT_EQ(FileNamer("{md5}.jpg", "jpg", 1).name(sample_of("7"), ""),
            "d41d8cd98f00b204e9800998ecf8427e.jpg");
  EXPECT_TRUE(FileNamer("{index}.{ext}", "png", 1000).is_unique());
}

TEST(FileName, UnsafeCharactersAreEscaped) {
  EXPECT_EQ(safe_in_file_name("01/02:03"), "01%2F02%3A03");
  EXPECT_EQ(safe_in_file_name("../x"), "%2E.%2Fx");
  EXPECT_EQ(safe_in_file_name("50%\n"), "50%25%0A");
  EXPECT_EQ(safe_in_file_name("2018年"), "2018年");
  EXPECT_EQ(safe_in_file_name("+49 30;1"), "+49%2030%3B1");
  EXPECT_EQ(safe_in_file_name("a,$b`c`"), "a%2C%24b%60c%60");
}

TEST(FileName, LongLabelsAreCutBetweenCharacters) {
  std::string label;
  for (int i = 0; i < 100; ++i) label += "年";
  const std::string name = FileNamer("{label}_{hash}.{ext}", "jpg", 1).name(sample_of(label), "");
  EXPECT_LE(name.size(), 240u);
  EXPECT_GT(name.size(), 230u);
  EXPECT_TRUE(is_utf8(name));
}

TEST(FileName, BadPatternsAreRefused) {
  for (const char* pattern : {"", "{label}", "{label}.bmp", "{lable}.{ext}", "{label.{ext}",
                              "../{label}.{ext}", ".{ext}", "a\n{ext}"}) {
    const std::string message = test::message_of([&] { FileNamer(pattern, "jpg", 1); });
    EXPECT_EQ(message.rfind("output.name_pattern: ", 0), 0u) << pattern << " -> " << message;
  }
}

}  // namespace
}  // namespace glyphmill
