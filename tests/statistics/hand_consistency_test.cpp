// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <cmath>
#include <cstdlib>
#include <map>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "glyphmill/balance.h"
#include "glyphmill/generator.h"
#include "glyphmill/hand_report.h"
#include "glyphmill/handwriting.h"
#include "glyphmill/ink_images.h"
#include "glyphmill/random.h"
#include "glyphs/style_cells.h"
#include "report/hand_statistics.h"
#include "support/recipes.h"

namespace glyphmill {
namespace {

using glyphs::HandStyle;
using glyphs::StyleCells;
using report::HandStatistics;

constexpr std::size_t kDigits = 5;  // of a sequence

/// The folder of MNIST; "" if it is not there.
std::string mnist() {
  const char* data = std::getenv("GLYPHMILL_TEST_DATA");
  if (data == nullptr || !boost::filesystem::exists(std::string(data) + "/mnist")) return "";
  return std::string(data) + "/mnist";
}

struct HandSet {
  std::vector<cv::Mat> pictures;  // bright on 0
  std::vector<HandStyle> styles;
  std::vector<std::vector<std::uint32_t>> classes{10};

  void add(std::size_t digit, const cv::Mat& picture) {
    classes[digit].push_back(static_cast<std::uint32_t>(pictures.size()));
    pictures.push_back(picture);
    styles.push_back(glyphs::measure_style(picture.data, picture.rows, picture.cols, picture.step));
  }
};

/// A digit in seven strokes, as displays show it, leaning and with a pen of the given width.
cv::Mat drawn_digit(std::size_t digit, double slant, double pen) {
  constexpr int kFine = 8;
  constexpr int kStrokesOf[10] = {0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f};
  const cv::Point2d corners[6] = {{-5, -9}, {5, -9}, {5, 0}, {5, 9}, {-5, 9}, {-5, 0}};
  constexpr int kEnds[7][2] = {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 0}, {5, 2}};
  const auto at = [&](int corner) {
    const cv::Point2d& p = corners[corner];
    return cv::Point(cvRound((16 + p.x - slant * p.y) * kFine), cvRound((14 + p.y) * kFine));
  };
  cv::Mat fine(28 * kFine, 32 * kFine, CV_8UC1, cv::Scalar(0));
  for (int stroke = 0; stroke < 7; ++stroke) {
    if ((kStrokesOf[digit] >> stroke & 1) == 0) continue;
    cv::line(fine, at(kEnds[stroke][0]), at(kEnds[stroke][1]), cv::Scalar(255),
             cvRound(pen * kFine), cv::LINE_AA);
  }
  cv::Mat picture;
  cv::resize(fine, picture, {32, 28}, 0, 0, cv::INTER_AREA);
  return picture;
}

constexpr std::size_t kDrawnPerClass = 512;  // 8 a cell

const HandSet& drawn_set() {
  static const HandSet set = [] {
    HandSet drawn;
    SampleRng rng({3, 0, stage_id("set")});
    for (std::size_t i = 0; i < 10 * kDrawnPerClass; ++i) {
      drawn.add(i % 10, drawn_digit(i % 10, rng.truncated_normal(0.1, 0.2, -0.4, 0.6),
                                    rng.truncated_normal(2.5, 0.6, 1.3, 4.5)));
    }
    return drawn;
  }();
  return set;
}

struct Drawn {
  std::size_t digit;
  std::uint32_t picture;
};

/// The digits of sequence k: of one cell, cells being used evenly, or of any.
std::vector<Drawn> sequence(const HandSet& set, const StyleCells& cells, std::uint64_t k,
                            bool one_hand) {
  SampleRng rng({7, k, stage_id("sequence")});
  const std::size_t cell = balanced_class(cells.count(), {7, k, stage_id("cell")});
  std::vector<Drawn> digits(kDigits);
  for (Drawn& drawn : digits) {
    drawn.digit = static_cast<std::size_t>(rng.uniform_int(0, 9));
    const auto& all = set.classes[drawn.digit];
    const glyphs::IndexSpan hand = cells.of(drawn.digit, cell);
    const std::size_t count = one_hand ? hand.size() : all.size();
    const auto place =
        static_cast<std::size_t>(rng.uniform_int(0, static_cast<std::int64_t>(count) - 1));
    drawn.picture = one_hand ? hand[place] : all[place];
  }
  return digits;
}

HandReport measured(const HandSet& set, std::uint64_t sequences, bool one_hand) {
  const StyleCells cells(set.styles, set.classes);
  HandStatistics statistics;
  for (std::uint64_t k = 0; k < sequences; ++k) {
    statistics.next_sequence();
    for (const Drawn& drawn : sequence(set, cells, k, one_hand)) {
      statistics.add(static_cast<char>('0' + drawn.digit), set.styles[drawn.picture]);
    }
  }
  return statistics.report();
}

void expect_consistency_of_cells_only(const HandSet& set) {
  constexpr std::uint64_t kSequences = 2000;
  const HandReport any = measured(set, kSequences, false);
  EXPECT_EQ(any.samples, kSequences);
  EXPECT_EQ(any.characters, kSequences * kDigits);
  EXPECT_NEAR(any.chance, std::sqrt(2.0 / (kSequences * kDigits * (kDigits - 1))), 1e-12);
  EXPECT_LT(std::abs(any.slant_between_share), 4 * any.chance);
  EXPECT_LT(std::abs(any.stroke_width_between_share), 4 * any.chance);
  const HandReport one = measured(set, kSequences, true);
  EXPECT_GE(one.slant_between_share, 0.8);
  EXPECT_GE(one.stroke_width_between_share, 0.8);
}

/// Draws about `times` times as many digits as there are pictures. Each cell is used equally often
/// and the digits are independent, so the uses within a cell follow a multinomial law.
void expect_even_use(const HandSet& set, std::uint64_t times) {
  const StyleCells cells(set.styles, set.classes);
  const std::uint64_t rounds = times * set.pictures.size() / kDigits / cells.count();
  std::vector<int> uses(set.pictures.size());
  for (std::uint64_t k = 0; k < rounds * cells.count(); ++k) {
    for (const Drawn& drawn : sequence(set, cells, k, true)) ++uses[drawn.picture];
  }
  double chi_square = 0;
  double least = 1e9;  // in standard deviations
  for (std::size_t digit = 0; digit < 10; ++digit) {
    for (std::size_t cell = 0; cell < cells.count(); ++cell) {
      const glyphs::IndexSpan pictures = cells.of(digit, cell);
      const double expected =
          static_cast<double>(rounds * kDigits) / 10 / static_cast<double>(pictures.size());
      for (const std::uint32_t i : pictures) {
        const double excess = (uses[i] - expected) / std::sqrt(expected);
        chi_square += excess * excess;
        least = std::min(least, excess);
      }
    }
  }
  const auto freedom = static_cast<double>(set.pictures.size() - cells.count());
  EXPECT_LT(std::abs(chi_square - freedom), 4 * std::sqrt(2 * freedom));
  // Beyond 6 is one in 10^9, and of pictures there are up to 10^5.
  EXPECT_GT(least, -6);
}

TEST(HandConsistency, OfADrawnSetComesWithItsCells) {
  expect_consistency_of_cells_only(drawn_set());
}

TEST(HandConsistency, UsesEveryPictureOfADrawnSetEvenly) { expect_even_use(drawn_set(), 50); }

TEST(HandConsistency, OfMnistComesWithItsCellsAndUsesItEvenly) {
  const std::string digits = mnist();
  if (digits.empty()) GTEST_SKIP() << "GLYPHMILL_TEST_DATA names no folder with mnist";
  const InkImages images = read_digits(digits);
  HandSet set;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const cv::Mat picture(images.rows, images.cols, CV_8UC1, const_cast<uchar*>(images.at(i)));
    set.add(static_cast<std::size_t>(images.characters[i] - '0'), picture);
  }
  expect_consistency_of_cells_only(set);
  expect_even_use(set, 50);
}

/// Dark ink side by side on paper with a grain.
Sample composed(const HandSet& set, const std::vector<Drawn>& digits, int type) {
  Sample sample;
  sample.paper = {200, 230, 240};
  sample.image.create(40, 32 * static_cast<int>(digits.size()) + 10, type);
  sample.image.setTo(sample.paper);
  for (int y = 0; y < sample.image.rows; y += 2) sample.image.row(y) -= cv::Scalar::all(3);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const cv::Rect box(5 + 32 * static_cast<int>(i), 6, 32, 28);
    cv::Mat ink = set.pictures[digits[i].picture] / 2;
    if (type == CV_8UC3) cv::cvtColor(ink, ink, cv::COLOR_GRAY2BGR);
    sample.image(box) -= ink;
    const std::string text(1, static_cast<char>('0' + digits[i].digit));
    sample.characters.push_back({text, quad_of(cv::Rect2f(box))});
  }
  sample.characters.push_back({"-", quad_of({0, 0, 5, 40})});
  return sample;
}

TEST(HandConsistency, IsMeasuredFromPixels) {
  const HandSet& set = drawn_set();
  const StyleCells cells(set.styles, set.classes);
  constexpr std::uint64_t kSequences = 500;
  for (const int type : {CV_8UC1, CV_8UC3}) {
    for (const bool one_hand : {false, true}) {
      HandStatistics statistics;
      for (std::uint64_t k = 0; k < kSequences; ++k) {
        statistics.add(composed(set, sequence(set, cells, k, one_hand), type));
      }
      const HandReport report = statistics.report();
      const HandReport styles = measured(set, kSequences, one_hand);
      EXPECT_EQ(report.samples, kSequences);
      EXPECT_EQ(report.characters, kSequences * kDigits);
      EXPECT_NEAR(report.slant_between_share, styles.slant_between_share, 0.02);
      EXPECT_NEAR(report.stroke_width_between_share, styles.stroke_width_between_share, 0.02);
    }
  }
}

/// Ten independent digits a sequence, of a digit set.
Recipe sequences(const std::string& digits, double writer_consistency, std::uint64_t count) {
  Recipe recipe = digits_recipe();
  recipe.seed = 5;
  recipe.count = count;
  std::get<CodeOptions>(recipe.labels).balance = Balance::kIid;
  auto& look = std::get<DigitLook>(recipe.look);
  look.glyphs.digits = digits;
  look.glyphs.writer_consistency = writer_consistency;
  return recipe;
}

void expect_shares_of_the_asked_consistency(const std::string& digits) {
  constexpr std::uint64_t kSequences = 1000;
  const auto report = [&](double consistency) {
    return hand_report(Generator(sequences(digits, consistency, kSequences)), kSequences);
  };
  const HandReport none = report(0), half = report(0.5), all = report(1);
  EXPECT_EQ(none.characters, 10 * kSequences);
  for (const auto share :
       {&HandReport::slant_between_share, &HandReport::stroke_width_between_share}) {
    EXPECT_LT(std::abs(none.*share), 4 * none.chance);
    EXPECT_GE(all.*share, 0.6);
    // Two digits are both the writer's one time in four. The large-sample deviation of ICC(1) is
    // chance * (1 - share) * (1 + 9 share), at most 2.8 times chance for ten digits.
    EXPECT_NEAR(half.*share, all.*share / 4, 4 * 2.8 * half.chance);
  }
}

TEST(HandConsistency, OfTheBuiltInHandIsWhatWasAsked) {
  expect_shares_of_the_asked_consistency("builtin:handwriting");
}

TEST(HandConsistency, OfMnistIsWhatWasAsked) {
  const std::string digits = mnist();
  if (digits.empty()) GTEST_SKIP() << "GLYPHMILL_TEST_DATA names no folder with mnist";
  expect_shares_of_the_asked_consistency(digits);
}

/// How often each picture is drawn.
std::vector<int> uses_of_pictures(const Generator& generator, std::size_t pictures) {
  std::vector<int> uses(pictures);
  Sample sample;
  Generator::Scratch scratch;
  for (std::uint64_t k = 0; k < generator.count(); ++k) {
    generator.sample(k, sample, scratch);
    for (const DrawnValue& value : sample.drawn) {
      if (value.name == "picture") ++uses.at(static_cast<std::size_t>(value.value));
    }
  }
  return uses;
}

/// Draws each picture about `times` times; `characters[i]` is what picture i shows.
void expect_run_uses_pictures_evenly(const std::string& digits, std::uint64_t writers,
                                     const std::vector<char>& characters, double times) {
  std::map<char, double> pictures_of;
  for (const char c : characters) ++pictures_of[c];
  const double smallest =
      std::min_element(pictures_of.begin(), pictures_of.end(), [](auto& a, auto& b) {
        return a.second < b.second;
      })->second;
  const std::uint64_t cells = std::min<std::uint64_t>(64, static_cast<std::uint64_t>(smallest) / 4);
  // Cells are taken in turn: whole turns use them equally often.
  const auto turns = static_cast<std::uint64_t>(times) * characters.size() / 10 / cells;
  for (const double consistency : {0.0, 1.0}) {
    Recipe recipe = sequences(digits, consistency, turns * cells);
    std::get<DigitLook>(recipe.look).glyphs.writers = writers;
    const std::vector<int> uses = uses_of_pictures(Generator(recipe), characters.size());
    double chi_square = 0;
    double least = 1e9;  // in standard deviations
    for (std::size_t i = 0; i < uses.size(); ++i) {
      const double expected = static_cast<double>(turns * cells) / pictures_of[characters[i]];
      const double excess = (uses[i] - expected) / std::sqrt(expected);
      chi_square += excess * excess;
      least = std::min(least, excess);
    }
    // Multinomial over all pictures, or over those of each cell.
    const auto freedom = static_cast<double>(uses.size() - (consistency == 0 ? 1 : cells));
    EXPECT_LT(std::abs(chi_square - freedom), 4 * std::sqrt(2 * freedom)) << consistency;
    // The lower tail of a Poisson law is thinner than the normal one's, where this is one in 10^7.
    EXPECT_GT(least, -5) << consistency;
    EXPECT_GT(*std::min_element(uses.begin(), uses.end()), 0) << consistency;
  }
}

TEST(HandConsistency, OfARunUsesEveryPictureOfTheBuiltInHandEvenly) {
  constexpr std::uint64_t kWriters = 200;
  const InkImages images = handwriting({kWriters, 28, "0123456789"});
  expect_run_uses_pictures_evenly("builtin:handwriting", kWriters, images.characters, 50);
}

TEST(HandConsistency, OfARunUsesEveryPictureOfMnistEvenly) {
  const std::string digits = mnist();
  if (digits.empty()) GTEST_SKIP() << "GLYPHMILL_TEST_DATA names no folder with mnist";
  // Unused by chance is one picture in e^25.
  expect_run_uses_pictures_evenly(digits, 1, read_digits(digits).characters, 25);
}

TEST(HandReport, EstimatesTheShareThatIsThere) {
  // Sequences of unequal lengths whose slants share a component of known variance.
  constexpr std::uint64_t kSequences = 4000;
  for (const double share : {0.0, 0.3, 0.7}) {
    HandStatistics statistics;
    SampleRng rng({11, 0, stage_id("share")});
    for (std::uint64_t k = 0; k < kSequences; ++k) {
      statistics.next_sequence();
      const double writer = rng.normal(0, std::sqrt(share));
      for (std::int64_t i = rng.uniform_int(1, 8); i > 0; --i) {
        HandStyle style;
        const auto digit = rng.uniform_int(0, 9);
        style.slant =
            static_cast<double>(digit) +
            (1 + static_cast<double>(digit)) * (writer + rng.normal(0, std::sqrt(1 - share)));
        style.stroke_width = rng.normal(2, 0.5);
        statistics.add(static_cast<char>('0' + digit), style);
      }
    }
    const HandReport report = statistics.report();
    // The large-sample deviation of ICC(1), Fisher's, is at most 0.0082 with 4000 groups of 4.5;
    // that these are of unequal sizes adds to it.
    EXPECT_NEAR(report.slant_between_share, share, 4 * 0.011) << share;
    EXPECT_LT(std::abs(report.stroke_width_between_share), 4 * report.chance) << share;
  }
}

TEST(HandReport, IsZeroWhereNothingVaries) {
  EXPECT_EQ(HandStatistics().report().characters, 0u);
  HandStatistics statistics;
  for (int k = 0; k < 10; ++k) {
    statistics.next_sequence();
    for (char digit = '0'; digit <= '9'; ++digit) statistics.add(digit, HandStyle{0.3, 2, 1, 1, 1});
  }
  const HandReport report = statistics.report();
  EXPECT_EQ(report.slant_between_share, 0);
  EXPECT_EQ(report.stroke_width_between_share, 0);
}

TEST(HandReport, ReadsSamplesWithoutTheirOperations) {
  const HandReport noisy = hand_report(Generator(test::codes(40)), 30);
  EXPECT_EQ(noisy.samples, 30u);
  EXPECT_EQ(noisy.characters, 300u);
  const HandReport plain = hand_report(Generator(test::plain(test::codes(40))), 30);
  EXPECT_EQ(noisy.slant_between_share, plain.slant_between_share);
  EXPECT_EQ(hand_report(Generator(test::codes(40)), 1000).samples, 40u);
}

TEST(HandReport, IsReadByPeople) {
  HandReport report;
  report.samples = 1000;
  report.characters = 10000;
  report.slant_between_share = 0.712;
  report.stroke_width_between_share = -0.004;
  report.chance = 0.0047;
  EXPECT_EQ(to_text(report),
            "10000 digits of 1000 sequences. Share of the variance that lies between sequences\n"
            "(0: every digit by another hand; 1: one hand a sequence; chance alone: +-0.005):\n"
            "slant 0.71, stroke width 0.00\n");
}

}  // namespace
}  // namespace glyphmill
