// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/handwriting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>
#include <string>

#include "glyphs/handwriting/writer.h"
#include "support/messages.h"

namespace glyphmill {
namespace {

constexpr std::size_t kCharacters = kHandwrittenCharacters.size();
constexpr std::size_t kDigits = 10;
constexpr std::size_t kHyphen = 10;
constexpr std::size_t kSlash = 11;
constexpr std::size_t kDot = 12;
constexpr std::size_t kComma = 13;

/// Where the ink of a picture lies: rows and columns from first to last, and moments.
struct Ink {
  double sum = 0;
  double x = 0;
  double y = 0;
  double slant = 0;  // px to the right per px upwards
  int left = 1 << 20;
  int top = 1 << 20;
  int right = -1;
  int bottom = -1;
};

Ink ink_of(const std::uint8_t* pixels, int size) {
  Ink ink;
  double xy = 0;
  double yy = 0;
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const double v = pixels[y * size + x];
      if (v == 0) continue;
      ink.sum += v;
      ink.x += v * x;
      ink.y += v * y;
      xy += v * x * y;
      yy += v * y * y;
      ink.left = std::min(ink.left, x);
      ink.right = std::max(ink.right, x);
      ink.top = std::min(ink.top, y);
      ink.bottom = std::max(ink.bottom, y);
    }
  }
  ink.x /= ink.sum;
  ink.y /= ink.sum;
  ink.slant = -(xy / ink.sum - ink.x * ink.y) / (yy / ink.sum - ink.y * ink.y);
  return ink;
}

Ink ink_of(const InkImages& images, std::size_t writer, std::size_t character) {
  return ink_of(images.at(writer * kCharacters + character), images.rows);
}

InkImages written(std::uint64_t writers, int size = 28) { return handwriting({writers, size}); }

TEST(Handwriting, EveryWriterWritesEveryCharacterInOrder) {
  const InkImages images = written(3);
  EXPECT_EQ(images.rows, 28);
  EXPECT_EQ(images.cols, 28);
  const std::string all(kHandwrittenCharacters);
  EXPECT_EQ(std::string(images.characters.begin(), images.characters.end()), all + all + all);
  EXPECT_NE(images.owner, nullptr);
}

class HandwritingOfSize : public testing::TestWithParam<int> {};

TEST_P(HandwritingOfSize, HasInkAndAnEmptyBorder) {
  const int size = GetParam();
  const InkImages images = written(150, size);
  for (std::size_t i = 0; i < images.size(); ++i) {
    SCOPED_TRACE("writer " + std::to_string(i / kCharacters) + ", " + images.characters[i]);
    const Ink ink = ink_of(images.at(i), size);
    ASSERT_GT(ink.sum, 0);
    EXPECT_GE(std::min(ink.left, ink.top), 1);
    EXPECT_LE(std::max(ink.right, ink.bottom), size - 2);
  }
}

TEST_P(HandwritingOfSize, DigitsFitTheBoxAndAreCentred) {
  const int size = GetParam();
  const int box = size * 20 / 28;
  const InkImages images = written(150, size);
  std::size_t filling = 0;
  for (std::size_t w = 0; w < 150; ++w) {
    for (std::size_t d = 0; d < kDigits; ++d) {
      SCOPED_TRACE("writer " + std::to_string(w) + ", " + std::to_string(d));
      const Ink ink = ink_of(images, w, d);
      const int larger = std::max(ink.right - ink.left, ink.bottom - ink.top) + 1;
      EXPECT_LE(larger, box);
      filling += larger >= box * 9 / 10;
      EXPECT_NEAR(ink.x, size / 2, 0.5 + 1e-9);
      EXPECT_NEAR(ink.y, size / 2, 0.5 + 1e-9);
    }
  }
  // Only those that would touch the border are smaller; in tiny pictures that is most of them.
  if (size >= 28) {
    EXPECT_GE(filling, 150 * kDigits * 9 / 10);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, HandwritingOfSize, testing::Values(8, 9, 28, 64, 200));

TEST(Handwriting, LooksTheSameInEverySize) {
  const InkImages small = written(20, 28);
  const InkImages large = written(20, 112);
  int different = 0;
  for (std::size_t i = 0; i < small.size(); ++i) {
    const Ink of_small = ink_of(small.at(i), 28);
    const Ink of_large = ink_of(large.at(i), 112);
    // Up to the fading edge, which is a pixel wide in both.
    different += std::abs(of_large.sum / 16 - of_small.sum) > 0.16 * of_small.sum + 255;
  }
  // Those that are made smaller to keep off the border, by whole pixels.
  EXPECT_LE(different, 5);
}

TEST(Handwriting, WritersDoNotDependOnHowManyThereAre) {
  const InkImages few = written(5);
  const InkImages many = written(23);
  EXPECT_TRUE(std::equal(few.pixels, few.pixels + few.size() * few.area(), many.pixels));
}

TEST(Handwriting, IsTheSameEveryTime) {
  const InkImages a = written(40);
  const InkImages b = written(40);
  EXPECT_TRUE(std::equal(a.pixels, a.pixels + a.size() * a.area(), b.pixels));
}

TEST(Handwriting, NoTwoPicturesAreEqual) {
  const InkImages images = written(500);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < images.size(); ++i) {
    EXPECT_TRUE(seen.emplace(images.at(i), images.at(i) + images.area()).second) << i;
  }
}

struct Spread {
  double mean = 0;
  double stddev = 0;
};

template <class Measure>
Spread spread(const InkImages& images, Measure measure) {
  double sum = 0;
  double squares = 0;
  std::size_t n = 0;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (images.characters[i] < '0' || images.characters[i] > '9') continue;
    const double value = measure(ink_of(images.at(i), images.rows));
    sum += value;
    squares += value * value;
    ++n;
  }
  const double mean = sum / static_cast<double>(n);
  return {mean, std::sqrt(squares / static_cast<double>(n) - mean * mean)};
}

TEST(Handwriting, WritersDiffer) {
  const InkImages images = written(300);
  const Spread slant = spread(images, [](const Ink& ink) { return ink.slant; });
  EXPECT_GT(slant.mean, 0.05);  // most lean to the right
  EXPECT_LT(slant.mean, 0.25);
  EXPECT_GT(slant.stddev, 0.18);
  EXPECT_LT(slant.stddev, 0.4);
  const Spread pixels = spread(images, [](const Ink& ink) { return ink.sum / 255; });
  EXPECT_GT(pixels.mean, 80);
  EXPECT_LT(pixels.mean, 125);
  EXPECT_GT(pixels.stddev, 20);
  const Spread width = spread(images, [](const Ink& ink) { return ink.right - ink.left + 1.0; });
  EXPECT_GT(width.stddev, 2.5);
}

TEST(Handwriting, OneWriterKeepsTheirPen) {
  const InkImages images = written(200);
  // 2 and 3 have nearly the same length of line: their ink goes together where the pen is one.
  double own = 0;
  double of_next = 0;
  for (std::size_t w = 0; w + 1 < 200; ++w) {
    const double two = ink_of(images, w, 2).sum;
    own += std::abs(two - ink_of(images, w, 3).sum);
    of_next += std::abs(two - ink_of(images, w + 1, 3).sum);
  }
  EXPECT_LT(own, 0.7 * of_next);
}

TEST(Handwriting, EdgesAreSoftAndCoresAreFull) {
  const InkImages images = written(100);
  std::size_t full = 0;
  std::size_t soft = 0;
  for (std::size_t i = 0; i < images.size() * images.area(); ++i) {
    full += images.pixels[i] == 255;
    soft += images.pixels[i] > 0 && images.pixels[i] < 255;
  }
  EXPECT_GT(full, soft / 2);
  EXPECT_GT(soft, full / 4);
}

TEST(Handwriting, MarksStandInTheirPlaces) {
  const InkImages images = written(300);
  int tallness = 0;
  for (std::size_t w = 0; w < 300; ++w) {
    SCOPED_TRACE("writer " + std::to_string(w));
    for (std::size_t mark : {kHyphen, kSlash, kDot, kComma}) {
      EXPECT_NEAR((ink_of(images, w, mark).left + ink_of(images, w, mark).right) / 2.0, 13.5, 2.5);
    }
    const Ink hyphen = ink_of(images, w, kHyphen);
    EXPECT_NEAR(hyphen.y, 14, 4.5);
    EXPECT_GT(hyphen.right - hyphen.left, hyphen.bottom - hyphen.top);
    EXPECT_LE(hyphen.right - hyphen.left, 20);
    const Ink slash = ink_of(images, w, kSlash);
    EXPECT_GE(slash.bottom - slash.top, 15);
    EXPECT_GT(slash.slant, 0);
    const Ink dot = ink_of(images, w, kDot);
    EXPECT_GT(dot.y, 19);
    EXPECT_LE(dot.bottom, 25);
    EXPECT_LE(std::max(dot.bottom - dot.top, dot.right - dot.left), 8);
    const Ink comma = ink_of(images, w, kComma);
    EXPECT_GT(comma.bottom, dot.y);
    EXPECT_GT(comma.top, 14);
    EXPECT_GE(comma.bottom, 22);
    tallness += comma.bottom - comma.top - (comma.right - comma.left);
  }
  EXPECT_GT(tallness, 300);  // a pixel on average
}

/// Share of the digits of writers `learnt` .. `learnt + asked` - 1 that have a digit of their own
/// class, by the first `learnt` writers, as the nearest of all.
double share_read(const InkImages& images, std::size_t learnt, std::size_t asked) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < asked * kDigits; ++i) {
    const std::size_t truth = i % kDigits;
    const std::uint8_t* picture = images.at((learnt + i / kDigits) * kCharacters + truth);
    std::size_t best = 0;
    int least = 1 << 30;
    for (std::size_t j = 0; j < learnt * kDigits; ++j) {
      const std::uint8_t* known = images.at(j / kDigits * kCharacters + j % kDigits);
      int distance = 0;
      for (std::size_t k = 0; k < images.area(); ++k) {
        distance += (picture[k] - known[k]) * (picture[k] - known[k]) / 64;
      }
      if (distance < least) {
        least = distance;
        best = j % kDigits;
      }
    }
    right += best == truth;
  }
  return static_cast<double>(right) / static_cast<double>(asked * kDigits);
}

TEST(Handwriting, DigitsCanBeToldApart) { EXPECT_GT(share_read(written(200), 150, 50), 0.85); }

TEST(Handwriting, RefusesOptionsOutOfRange) {
  const auto message = [](std::uint64_t writers, int size) {
    return test::message_of([&] { handwriting({writers, size}); });
  };
  EXPECT_EQ(message(0, 28), "handwriting: writers must be 1 .. 100000. Got: 0");
  EXPECT_EQ(message(100001, 28), "handwriting: writers must be 1 .. 100000. Got: 100001");
  EXPECT_EQ(message(1, 7), "handwriting: size must be 8 .. 1024. Got: 7");
  EXPECT_EQ(message(1, 1025), "handwriting: size must be 8 .. 1024. Got: 1025");
  EXPECT_EQ(message(100000, 1024),
            "handwriting: the pictures must fit into 4294967296 bytes. "
            "Got: 100000 writers, size 1024 = 1468006400000 bytes");
}

TEST(Handwriting, BellHasMeanZeroAndDeviationOneAndEnds) {
  SampleRng rng({5, 0, 0});
  constexpr int kDraws = 40000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double z = glyphs::bell(rng);
    EXPECT_LE(std::abs(z), 3.4642);
    sum += z;
    squares += z * z;
  }
  // Four deviations of the mean, 1 / sqrt(n), and of the variance, sqrt(1.7 / n) for this law.
  EXPECT_NEAR(sum / kDraws, 0, 4 / std::sqrt(kDraws));
  EXPECT_NEAR(squares / kDraws, 1, 4 * std::sqrt(1.7 / kDraws));
}

TEST(Handwriting, CharactersLookTheSameWhateverElseIsDrawn) {
  const InkImages all = handwriting({3, 28});
  const InkImages some = handwriting({3, 28, "/7"});
  ASSERT_EQ(some.size(), 6u);
  for (std::size_t w = 0; w < 3; ++w) {
    const std::size_t seven = w * kCharacters + 7;
    const std::size_t slash = w * kCharacters + kHandwrittenCharacters.find('/');
    EXPECT_EQ(std::memcmp(some.at(2 * w), all.at(slash), all.area()), 0);
    EXPECT_EQ(std::memcmp(some.at(2 * w + 1), all.at(seven), all.area()), 0);
  }
}

TEST(Handwriting, RefusesCharactersThatItCannotWrite) {
  for (const std::string characters : {"", "12a"}) {
    EXPECT_THROW(handwriting({1, 28, characters}), Error) << characters;
  }
}

}  // namespace
}  // namespace glyphmill
