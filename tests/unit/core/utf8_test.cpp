// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/utf8.h"

#include <gtest/gtest.h>

#include "glyphmill/error.h"

namespace glyphmill {
namespace {

TEST(Utf8, SplitsIntoCharacters) {
  EXPECT_EQ(utf8_characters("20年"), (std::vector<std::string>{"2", "0", "年"}));
  EXPECT_EQ(utf8_length("2018年08月16日"), 11u);
  EXPECT_TRUE(utf8_characters("").empty());
}

TEST(Utf8, RefusesWhatIsNotUtf8) {
  for (const char* bad : {"\xff", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xf5\x80\x80\x80", "\xe5\xb9", "a\x80"}) {
    EXPECT_FALSE(is_utf8(bad)) << printable(bad);
    EXPECT_THROW(utf8_characters(bad), Error);
  }
  for (const char* good : {"", "0", "é", "年", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
}

TEST(Utf8, PrintableShowsBytesThatAreNoText) { EXPECT_EQ(printable("a\xff\n年"), "a\\xff\\x0a年"); }

}  // namespace
}  // namespace glyphmill
