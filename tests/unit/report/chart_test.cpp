// SPDX-License-Identifier: Apache-2.0
#include "report/chart.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "glyphmill/error.h"
#include "report/axis.h"
#include "report/sheet.h"

namespace glyphmill::report {
namespace {

std::vector<std::string> texts(const Axis& axis, int count) {
  std::vector<std::string> result;
  for (const Tick& tick : axis.ticks(count)) {
    EXPECT_GE(tick.place, -1e-6);
    EXPECT_LE(tick.place, 1 + 1e-6);
    result.push_back(tick.text);
  }
  return result;
}

using Texts = std::vector<std::string>;

TEST(Axis, HasTicksAtRoundValues) {
  EXPECT_EQ(texts(Axis({0, 1}, false), 5), (Texts{"0", "0.2", "0.4", "0.6", "0.8", "1.0"}));
  EXPECT_EQ(texts(Axis({-3, 12}, false), 4), (Texts{"0", "5", "10"}));
  EXPECT_EQ(texts(Axis({0, 40000}, false), 4), (Texts{"0", "10000", "20000", "30000", "40000"}));
  EXPECT_EQ(texts(Axis({0.0123, 0.0178}, false), 3), (Texts{"0.014", "0.016"}));
}

TEST(Axis, HasTicksAtPowersOfTen) {
  EXPECT_EQ(texts(Axis({1e-4, 1}, true), 5), (Texts{"0.0001", "0.001", "0.01", "0.1", "1"}));
  EXPECT_EQ(texts(Axis({1, 20}, true), 8), (Texts{"1", "2", "5", "10", "20"}));
  EXPECT_EQ(texts(Axis({2, 4}, true), 2), (Texts{"2", "3", "4"}));
  EXPECT_NEAR(Axis({1, 100}, true).place(10), 0.5, 1e-12);
}

TEST(Axis, OfOneValueHasRoom) {
  for (const double value : {0.0, 7.0, -1e9, 1e-9}) {
    const Axis axis({value, value}, false);
    EXPECT_NEAR(axis.place(value), 0.5, 1e-9) << value;
    EXPECT_GE(axis.ticks(4).size(), 1U) << value;
  }
}

int red_pixels(const cv::Mat& picture) {
  cv::Mat mask;
  cv::inRange(picture, cv::Scalar(0, 0, 190), cv::Scalar(120, 120, 255), mask);
  return cv::countNonZero(mask);
}

const cv::Scalar kRed(0, 0, 255);

TEST(Chart, DrawsLinesDotsAndLetters) {
  for (const Mark mark : {Mark::kLine, Mark::kDots, Mark::kLetter}) {
    Chart chart;
    chart.series = {{"A", {{0, 0}, {1, 1}, {2, 0.5}}, mark, kRed}};
    const cv::Mat picture = draw_chart(chart, {320, 240});
    EXPECT_EQ(picture.size(), cv::Size(320, 240));
    EXPECT_EQ(picture.type(), CV_8UC3);
    chart.series[0].points.clear();
    const int legend = red_pixels(draw_chart(chart, {320, 240}));
    EXPECT_EQ(legend > 0, mark != Mark::kLetter);
    EXPECT_GT(red_pixels(picture), legend + 10);
  }
}

TEST(Chart, LeavesOutWhatHasNoPlace) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  Chart chart;
  chart.log_y = true;
  chart.series = {{"", {{0, 1}, {1, 10}, {2, 100}}, Mark::kDots, kRed}};
  const cv::Mat expected = draw_chart(chart);
  chart.series[0].points.insert(chart.series[0].points.begin() + 1,
                                {{1, 0}, {1, -5}, {1, nan}, {nan, 3}, {1, infinity}});
  EXPECT_EQ(cv::norm(draw_chart(chart), expected, cv::NORM_INF), 0);
}

TEST(Chart, SurvivesExtremes) {
  Chart chart;
  chart.title = "title that is far too long for a picture of this size, really";
  chart.x_label = chart.y_label = "a label that is far too long for it as well, and by much";
  chart.series = {{"one", {{-1e300, 1e300}, {1e300, -1e300}}}, {"two", {{0, 0}}}, {"three", {}}};
  draw_chart(chart, {160, 120});
  chart.x_range = Range{0, 1};
  chart.y_range = Range{0, 1};
  draw_chart(chart, {160, 120});
  chart.log_x = chart.log_y = true;
  chart.x_range = chart.y_range = {};
  EXPECT_EQ(draw_chart(chart, {160, 120}).size(), cv::Size(160, 120));
  EXPECT_THROW(draw_chart(chart, {159, 120}), Error);
}

TEST(Chart, GridsHoldEachChart) {
  EXPECT_EQ(draw_grid({{}, {}, {}}, 2, {200, 150}).size(), cv::Size(400, 300));
  EXPECT_EQ(draw_grid({{}}, 2, {200, 150}).size(), cv::Size(200, 150));
}

TEST(Sheet, NotesStandBelowTheLabel) {
  const cv::Mat image(20, 100, CV_8UC1, cv::Scalar(0));
  const cv::Mat plain = draw_sheet({{image, "12"}});
  const cv::Mat noted = draw_sheet({{image, "12", {{{"1"}, {"7", true}}, {{"98 %"}}}}});
  EXPECT_EQ(noted.rows, plain.rows + 36);
  EXPECT_GT(red_pixels(noted), 3);
  EXPECT_EQ(red_pixels(plain), 0);
}

}  // namespace
}  // namespace glyphmill::report
