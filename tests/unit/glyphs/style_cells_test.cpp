// SPDX-License-Identifier: Apache-2.0
#include "glyphs/style_cells.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <cstdlib>
#include <numeric>
#include <opencv2/core.hpp>
#include <string>

#include "glyphmill/ink_images.h"
#include "glyphmill/random.h"

namespace glyphmill::glyphs {
namespace {

struct Set {
  std::vector<HandStyle> styles;
  std::vector<std::vector<std::uint32_t>> classes;

  StyleCells cells() const { return {styles, classes}; }
};

/// Classes of the given sizes, each with its own mean and spread, their pictures interleaved.
Set simulated(const std::vector<std::size_t>& sizes) {
  Set set;
  set.classes.resize(sizes.size());
  SampleRng rng({1, 0, stage_id("test")});
  const std::size_t most = *std::max_element(sizes.begin(), sizes.end());
  for (std::size_t i = 0; i < most; ++i) {
    for (std::size_t cls = 0; cls < sizes.size(); ++cls) {
      if (i >= sizes[cls]) continue;
      const auto shape = static_cast<double>(cls);
      set.classes[cls].push_back(static_cast<std::uint32_t>(set.styles.size()));
      HandStyle style;
      style.slant = rng.normal(0.2 * shape, 0.1 + 0.1 * shape);
      style.stroke_width = rng.normal(2 + shape, 0.3 + 0.2 * shape);
      style.aspect = rng.normal(0.7, 0.1);
      style.size = rng.normal(0.7, 0.02);
      style.ink = rng.normal(0.8, 0.05);
      set.styles.push_back(style);
    }
  }
  return set;
}

/// The share of the variance within classes, each class standardised, that the cells explain.
double explained(const Set& set, const StyleCells& cells, double HandStyle::*trait) {
  double explained = 0;
  double total = 0;
  for (std::size_t cls = 0; cls < set.classes.size(); ++cls) {
    const auto mean = [&](auto begin, auto end) {
      return std::accumulate(
                 begin, end, 0.0,
                 [&](double sum, std::uint32_t i) { return sum + set.styles[i].*trait; }) /
             static_cast<double>(end - begin);
    };
    const auto& pictures = set.classes[cls];
    const double centre = mean(pictures.begin(), pictures.end());
    double all = 0;
    for (const std::uint32_t i : pictures) all += std::pow(set.styles[i].*trait - centre, 2);
    double between = 0;
    for (std::size_t cell = 0; cell < cells.count(); ++cell) {
      const IndexSpan span = cells.of(cls, cell);
      between +=
          static_cast<double>(span.size()) * std::pow(mean(span.begin(), span.end()) - centre, 2);
    }
    const auto count = static_cast<double>(pictures.size());
    explained += between / all * count;
    total += count;
  }
  return explained / total;
}

void expect_dealt_evenly(const Set& set, const StyleCells& cells) {
  for (std::size_t cls = 0; cls < set.classes.size(); ++cls) {
    std::vector<std::uint32_t> dealt;
    std::size_t smallest = set.styles.size();
    std::size_t largest = 0;
    for (std::size_t cell = 0; cell < cells.count(); ++cell) {
      const IndexSpan span = cells.of(cls, cell);
      EXPECT_TRUE(std::is_sorted(span.begin(), span.end()));
      dealt.insert(dealt.end(), span.begin(), span.end());
      smallest = std::min(smallest, span.size());
      largest = std::max(largest, span.size());
    }
    EXPECT_LE(largest - smallest, 1u) << cls;
    std::sort(dealt.begin(), dealt.end());
    std::vector<std::uint32_t> given = set.classes[cls];
    std::sort(given.begin(), given.end());
    EXPECT_EQ(dealt, given) << cls;
  }
}

std::vector<std::uint32_t> flat(const Set& set, const StyleCells& cells) {
  std::vector<std::uint32_t> pictures;
  for (std::size_t cls = 0; cls < set.classes.size(); ++cls) {
    for (std::size_t cell = 0; cell < cells.count(); ++cell) {
      const IndexSpan span = cells.of(cls, cell);
      pictures.insert(pictures.end(), span.begin(), span.end());
    }
  }
  return pictures;
}

TEST(StyleCells, CountFollowsTheSmallestClass) {
  struct Case {
    std::vector<std::size_t> sizes;
    std::size_t cells;
  };
  for (const Case& c : {Case{{1, 900}, 1}, Case{{3, 900}, 1}, Case{{7, 900}, 1}, Case{{8, 900}, 2},
                        Case{{13, 900}, 3}, Case{{900, 255}, 63}, Case{{256, 900}, 64},
                        Case{{900, 2000}, 64}, Case{{900, 0, 40}, 10}}) {
    EXPECT_EQ(simulated(c.sizes).cells().count(), c.cells) << c.sizes[0] << ", " << c.sizes[1];
  }
}

TEST(StyleCells, EveryPictureLiesInOneCellAndCellsAreEven) {
  for (const std::vector<std::size_t>& sizes :
       {std::vector<std::size_t>{1}, {7, 5, 6}, {40, 0, 90, 41}, {256, 300, 319, 1000}}) {
    const Set set = simulated(sizes);
    SCOPED_TRACE(sizes[0]);
    expect_dealt_evenly(set, set.cells());
  }
}

TEST(StyleCells, NoPicturesAreOneEmptyCell) {
  const StyleCells none({}, {});
  EXPECT_EQ(none.count(), 1u);
  const StyleCells empty({}, {{}, {}});
  EXPECT_EQ(empty.count(), 1u);
  EXPECT_EQ(empty.of(1, 0).size(), 0u);
}

TEST(StyleCells, AreAlikeInSlantAndStrokeWidth) {
  const Set set = simulated({1000, 1200, 1400});
  const StyleCells cells = set.cells();
  EXPECT_GE(explained(set, cells, &HandStyle::slant), 0.9);
  EXPECT_GE(explained(set, cells, &HandStyle::stroke_width), 0.9);
  EXPECT_LE(explained(set, cells, &HandStyle::size), 0.5);
}

TEST(StyleCells, AreTheSameHandInEveryClass) {
  const Set set = simulated({1000, 1200, 1400});
  const StyleCells cells = set.cells();
  // The classes' own laws: a cell's pictures must deviate alike from those.
  double product = 0;
  double squares[2] = {0, 0};
  for (std::size_t cell = 0; cell < cells.count(); ++cell) {
    double mean[2] = {0, 0};
    for (const std::size_t cls : {std::size_t{0}, std::size_t{2}}) {
      const auto shape = static_cast<double>(cls);
      const IndexSpan span = cells.of(cls, cell);
      for (const std::uint32_t i : span) {
        mean[cls / 2] += (set.styles[i].slant - 0.2 * shape) / (0.1 + 0.1 * shape) /
                         static_cast<double>(span.size());
      }
    }
    product += mean[0] * mean[1];
    for (int i = 0; i < 2; ++i) squares[i] += mean[i] * mean[i];
  }
  EXPECT_GE(product / std::sqrt(squares[0] * squares[1]), 0.97);
}

TEST(StyleCells, DoNotDependOnTheOrderOfPictures) {
  Set set = simulated({300, 270});
  set.styles[5] = set.styles[7];  // ties too
  const std::vector<std::uint32_t> before = flat(set, set.cells());
  std::reverse(set.classes[0].begin(), set.classes[0].end());
  std::rotate(set.classes[1].begin(), set.classes[1].begin() + 100, set.classes[1].end());
  EXPECT_EQ(flat(set, set.cells()), before);
}

TEST(StyleCells, OfPicturesAllAlikeAreEven) {
  Set set = simulated({100, 120});
  std::fill(set.styles.begin(), set.styles.end(), HandStyle{0.1, 2, 0.5, 0.7, 0.9});
  expect_dealt_evenly(set, set.cells());
}

TEST(StyleCells, OneFreakDoesNotRule) {
  Set set = simulated({1000, 1200});
  set.styles[3].size = 1e6;
  const StyleCells cells = set.cells();
  EXPECT_GE(explained(set, cells, &HandStyle::slant), 0.9);
  EXPECT_GE(explained(set, cells, &HandStyle::stroke_width), 0.9);
}

TEST(StyleCells, LeaveOpenCvsGeneratorAlone) {
  const std::uint64_t state = cv::theRNG().state;
  simulated({300, 270}).cells();
  EXPECT_EQ(cv::theRNG().state, state);
}

TEST(StyleCells, OfMnistAreAlike) {
  const char* data = std::getenv("GLYPHMILL_TEST_DATA");
  if (data == nullptr || !boost::filesystem::exists(std::string(data) + "/mnist")) {
    GTEST_SKIP() << "GLYPHMILL_TEST_DATA names no folder with mnist";
  }
  const InkImages images = read_digits(std::string(data) + "/mnist");
  Set set;
  set.classes.resize(10);
  for (std::size_t i = 0; i < images.size(); ++i) {
    set.styles.push_back(measure_style(images.at(i), images.rows, images.cols,
                                       static_cast<std::size_t>(images.cols)));
    set.classes[static_cast<std::size_t>(images.characters[i] - '0')].push_back(
        static_cast<std::uint32_t>(i));
  }
  const StyleCells cells = set.cells();
  EXPECT_EQ(cells.count(), 64u);
  expect_dealt_evenly(set, cells);
  EXPECT_GE(explained(set, cells, &HandStyle::slant), 0.9);
  EXPECT_GE(explained(set, cells, &HandStyle::stroke_width), 0.9);
}

}  // namespace
}  // namespace glyphmill::glyphs
