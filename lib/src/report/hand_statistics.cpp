// SPDX-License-Identifier: Apache-2.0
#include "report/hand_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/ascii.h"

namespace glyphmill::report {
namespace {

struct Group {
  double count = 0;
  double sum = 0;
  double squares = 0;

  void add(double value) {
    ++count;
    sum += value;
    squares += value * value;
  }
  double mean() const { return count > 0 ? sum / count : 0; }
  double deviation() const {
    return count > 0 ? std::sqrt(std::max(0.0, squares / count - mean() * mean())) : 0;
  }
};

/// ICC(1) of groups of unequal sizes, with the usual mean size n0 (Searle, Casella, McCulloch:
/// "Variance Components", 1992, section 3.6). 0 where it cannot be told.
double intraclass_correlation(const std::vector<Group>& groups) {
  Group all;
  double classes = 0;
  double squared_counts = 0;
  double between = 0;  // sums of squares
  for (const Group& group : groups) {
    if (group.count == 0) continue;
    ++classes;
    squared_counts += group.count * group.count;
    between += group.sum * group.sum / group.count;
    all.count += group.count;
    all.sum += group.sum;
    all.squares += group.squares;
  }
  if (classes < 2 || all.count <= classes) return 0;
  const double within_mean = std::max(0.0, all.squares - between) / (all.count - classes);
  const double between_mean = (between - all.sum * all.sum / all.count) / (classes - 1);
  const double size = (all.count - squared_counts / all.count) / (classes - 1);
  const double component = (between_mean - within_mean) / size;
  return component + within_mean > 0 ? component / (component + within_mean) : 0;
}

/// The level of ink of every pixel of `image` inside `box`.
cv::Mat ink_inside(const Sample& sample, const cv::Rect& box) {
  cv::Mat difference;
  cv::absdiff(sample.image(box), sample.paper, difference);
  cv::Mat ink(box.size(), CV_8UC1);
  const int channels = difference.channels();
  uchar strongest = 0;
  for (int y = 0; y < box.height; ++y) {
    const uchar* pixel = difference.ptr(y);
    for (int x = 0; x < box.width; ++x, pixel += channels) {
      ink.at<uchar>(y, x) = *std::max_element(pixel, pixel + channels);
      strongest = std::max(strongest, ink.at<uchar>(y, x));
    }
  }
  // The grain of the paper and the fringes of rounding are no ink.
  ink.setTo(0, ink < strongest / 8);
  return ink;
}

}  // namespace

void HandStatistics::add(char digit, const glyphs::HandStyle& style) {
  measured_.push_back({sequences_ - 1, digit, style});
}

void HandStatistics::add(const Sample& sample) {
  next_sequence();
  const cv::Rect image({0, 0}, sample.image.size());
  for (const CharacterBox& character : sample.characters) {
    if (character.text.size() != 1 || !core::is_digit(character.text[0])) continue;
    const cv::Rect2f bounds = bounds_of(character.quad);
    const cv::Point from(cvRound(bounds.x), cvRound(bounds.y));
    const cv::Point to(cvRound(bounds.x + bounds.width), cvRound(bounds.y + bounds.height));
    const cv::Rect box = cv::Rect(from, to) & image;
    if (box.empty()) continue;
    const cv::Mat ink = ink_inside(sample, box);
    const glyphs::HandStyle style = glyphs::measure_style(ink.data, ink.rows, ink.cols, ink.step);
    if (style.ink > 0) add(character.text[0], style);
  }
}

double HandStatistics::between_share(double glyphs::HandStyle::*trait) const {
  std::array<Group, 10> digits;
  const auto digit_of = [&](const Measured& one) -> Group& {
    return digits[static_cast<std::size_t>(one.digit - '0')];
  };
  for (const Measured& one : measured_) digit_of(one).add(one.style.*trait);
  std::vector<Group> sequences(sequences_);
  for (const Measured& one : measured_) {
    const Group& like = digit_of(one);
    // Digits of a type face are all alike but for rounding.
    if (like.deviation() <= 1e-6) continue;
    sequences[one.sequence].add((one.style.*trait - like.mean()) / like.deviation());
  }
  return intraclass_correlation(sequences);
}

HandReport HandStatistics::report() const {
  HandReport report;
  std::vector<double> counts(sequences_);
  for (const Measured& one : measured_) ++counts[one.sequence];
  double pairs = 0;
  for (const double count : counts) {
    if (count > 0) ++report.samples;
    pairs += count * (count - 1);
  }
  report.characters = measured_.size();
  report.slant_between_share = between_share(&glyphs::HandStyle::slant);
  report.stroke_width_between_share = between_share(&glyphs::HandStyle::stroke_width);
  // The correlation is in effect a mean over the pairs of a sequence, each counted twice here, and
  // independent pairs are uncorrelated.
  report.chance = pairs > 0 ? std::sqrt(2 / pairs) : 0;
  return report;
}

}  // namespace glyphmill::report
