// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>

#include "glyphmill/recognition.h"
#include "glyphmill/utf8.h"
#include "report/chart.h"
#include "report/drawn_text.h"
#include "report/sheet.h"

namespace glyphmill {
namespace {

using report::SheetSpan;

constexpr std::size_t kMostCharacters = 64;  // of a confusion picture
constexpr int kNameWidth = 44;               // px
constexpr int kCell = 24;
constexpr int kHead = 56;
const cv::Scalar kPaper(255, 255, 255);
const cv::Scalar kText(60, 40, 20);
const cv::Scalar kRight(178, 114, 0);
const cv::Scalar kWrong(30, 30, 215);

/// The truth and the answer, with what differs marked.
std::vector<std::vector<SheetSpan>> compared(const RecognisedSample& sample) {
  const std::vector<std::string> truth = utf8_characters(sample.truth);
  const std::vector<std::string> answer = utf8_characters(sample.answer);
  std::vector<SheetSpan> truth_line = {{"truth", false, kNameWidth}};
  std::vector<SheetSpan> answer_line = {{"read", false, kNameWidth}};
  for (const Edit& edit : alignment(truth, answer)) {
    const bool is_wrong = edit.kind != Edit::Kind::kMatch;
    if (edit.kind != Edit::Kind::kInsert) truth_line.push_back({truth[edit.truth], is_wrong});
    if (edit.kind != Edit::Kind::kDelete) answer_line.push_back({answer[edit.answer], is_wrong});
  }
  return {truth_line,
          answer_line,
          {{fmt::format("{:.1f} %  #{}", 100 * sample.confidence, sample.index)}}};
}

/// Rows and columns of a confusion picture: all, or those with most errors, in their order.
std::vector<std::size_t> shown_characters(const RecognitionReport& report) {
  std::vector<std::uint64_t> errors(report.matrix_size());
  for (std::size_t truth = 0; truth < errors.size(); ++truth) {
    for (std::size_t answer = 0; answer < errors.size(); ++answer) {
      if (truth == answer) continue;
      errors[truth] += report.read_as(truth, answer);
      errors[answer] += report.read_as(truth, answer);
    }
  }
  std::vector<std::size_t> shown(report.characters.size());
  std::iota(shown.begin(), shown.end(), std::size_t{0});
  if (shown.size() > kMostCharacters) {
    std::stable_sort(shown.begin(), shown.end(),
                     [&](std::size_t a, std::size_t b) { return errors[a] > errors[b]; });
    shown.resize(kMostCharacters);
    std::sort(shown.begin(), shown.end());
  }
  const bool has_others = errors[report.other()] + report.character(report.other()).count > 0;
  if (has_others) shown.push_back(report.other());
  shown.push_back(report.none());
  return shown;
}

void draw_centred(cv::Mat& picture, const std::string& text, const cv::Point& middle,
                  double scale) {
  const cv::Size size = report::text_size(text, scale);
  report::draw_text(picture, text, {middle.x - size.width / 2, middle.y + size.height / 2}, kText,
                    scale);
}

std::string name_of(const RecognitionReport& report, std::size_t number) {
  if (number == report.none()) return "-";
  if (number == report.other()) return "*";
  const std::string& character = report.characters[number];
  // Others cannot be drawn: their class.
  return character.size() == 1 ? character : fmt::format("#{}", number + 1);
}

cv::Scalar blend(const cv::Scalar& colour, double share) {
  return kPaper * (1 - share) + colour * share;
}

}  // namespace

cv::Mat worst_sheet(const RecognitionReport& report,
                    const std::function<cv::Mat(std::uint64_t index)>& image_of) {
  std::vector<report::SheetCell> cells;
  for (const RecognisedSample& sample : report.worst) {
    const cv::Mat image = image_of(sample.index);
    if (!report::fits(cells, image)) break;
    cells.push_back({image, "", compared(sample)});
  }
  return report::draw_sheet(cells);
}

cv::Mat confusion_picture(const RecognitionReport& report) {
  const std::vector<std::size_t> shown = shown_characters(report);
  const int side = kHead + kCell * static_cast<int>(shown.size()) + kCell;
  cv::Mat picture(side, side, CV_8UC3, kPaper);
  const auto corner = [](std::size_t i) { return kHead + kCell * static_cast<int>(i); };
  constexpr double kSmall = 0.32;
  report::draw_text(picture, "read as", {kHead, 16}, kText);
  report::draw_text(picture, "truth", {6, kHead - 8}, kText);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const std::string name = name_of(report, shown[i]);
    const double scale = name.size() == 1 ? report::kTextScale : kSmall;
    draw_centred(picture, name, {corner(i) + kCell / 2, kHead - kCell / 2}, scale);
    draw_centred(picture, name, {kHead - kCell / 2, corner(i) + kCell / 2}, scale);
    std::uint64_t all = 0;
    for (std::size_t answer = 0; answer < report.matrix_size(); ++answer) {
      all += report.read_as(shown[i], answer);
    }
    for (std::size_t j = 0; j < shown.size(); ++j) {
      const std::uint64_t count = report.read_as(shown[i], shown[j]);
      const cv::Rect place(corner(j), corner(i), kCell - 1, kCell - 1);
      const double share = all == 0 ? 0 : static_cast<double>(count) / static_cast<double>(all);
      // Errors are rare where they are worth looking for: the root makes them seen.
      const cv::Scalar colour = i == j ? blend(kRight, share) : blend(kWrong, std::sqrt(share));
      cv::rectangle(picture, place, count == 0 ? cv::Scalar(246, 244, 242) : colour, cv::FILLED);
      if (count == 0 || i == j) continue;
      const std::string text =
          count < 1000 ? fmt::to_string(count) : fmt::format("{}k", count / 1000);
      draw_centred(picture, text, (place.tl() + place.br()) / 2, kSmall);
    }
  }
  return picture;
}

cv::Mat reliability_picture(const RecognitionReport& report) {
  report::Series found{"answers", {}, report::Mark::kLine};
  for (const ConfidenceBin& bin : report.bins) {
    if (bin.answers.count == 0) continue;
    found.points.emplace_back(bin.confidence / static_cast<double>(bin.answers.count),
                              bin.answers.rate());
  }
  report::Chart chart;
  chart.title = fmt::format("calibration error {:.2f} %", 100 * report.calibration_error());
  chart.x_label = "confidence";
  chart.y_label = "right";
  chart.x_range = chart.y_range = Range{0, 1};
  report::Series dots{"", found.points, report::Mark::kDots, kRight};
  found.colour = kRight;
  const cv::Scalar grey(180, 180, 180);
  chart.series = {{"ideal", {{0, 0}, {1, 1}}, report::Mark::kLine, grey}, found, dots};
  return report::draw_chart(chart, {480, 480});
}

}  // namespace glyphmill
