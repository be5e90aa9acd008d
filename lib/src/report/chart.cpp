// SPDX-License-Identifier: Apache-2.0
#include "report/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "glyphmill/error.h"
#include "report/axis.h"
#include "report/drawn_text.h"

namespace glyphmill::report {
namespace {

constexpr int kLine = 18;  // px from one line of text to the next
constexpr int kGap = 6;
constexpr double kTitleScale = 0.5;
constexpr double kMargin = 0.04;  // of a range that the points give
constexpr int kFractionBits = 4;  // of a pixel, that OpenCV draws by
const cv::Scalar kPaper(255, 255, 255);
const cv::Scalar kText(60, 40, 20);
const cv::Scalar kGridLine(232, 228, 224);
const cv::Scalar kFrame(150, 140, 130);

/// Colours that also those tell apart who do not see all (M. Okabe, K. Ito: "Color Universal
/// Design", 2008), in OpenCV's order.
const std::array<cv::Scalar, 7> kColours = {cv::Scalar(178, 114, 0), cv::Scalar(0, 94, 213),
                                            cv::Scalar(115, 158, 0), cv::Scalar(167, 121, 204),
                                            cv::Scalar(0, 159, 230), cv::Scalar(233, 180, 86),
                                            cv::Scalar(60, 60, 60)};

cv::Scalar colour_of(std::size_t number, std::size_t count) {
  if (count <= kColours.size()) return kColours[number];
  // Hues around the circle, neighbours of different lightness.
  const auto hue = static_cast<uchar>(180 * number / count);
  const cv::Mat hsv(1, 1, CV_8UC3, cv::Scalar(hue, 220, number % 2 == 0 ? 200 : 130));
  cv::Mat bgr;
  cv::cvtColor(hsv, bgr, cv::COLOR_HSV2BGR);
  const auto pixel = bgr.at<cv::Vec3b>(0, 0);
  return {static_cast<double>(pixel[0]), static_cast<double>(pixel[1]),
          static_cast<double>(pixel[2])};
}

double along(const cv::Point2d& point, bool is_x) { return is_x ? point.x : point.y; }

Range range_of(const Chart& chart, bool is_x) {
  const bool is_log = is_x ? chart.log_x : chart.log_y;
  const auto is_shown = [&](double value) {
    return std::isfinite(value) && (!is_log || value > 0);
  };
  bool any = false;
  bool has_line = false;
  Range range{is_log ? 1.0 : 0.0, is_log ? 10.0 : 1.0};
  for (const Series& series : chart.series) {
    has_line = has_line || series.mark == Mark::kLine;
    for (const cv::Point2d& point : series.points) {
      const double value = along(point, is_x);
      if (!is_shown(value)) continue;
      range =
          any ? Range{std::min(range.min, value), std::max(range.max, value)} : Range{value, value};
      any = true;
    }
  }
  if (!any || (is_x && has_line)) return range;  // curves go from edge to edge
  if (is_log) {
    const double factor = std::pow(range.max / range.min, kMargin);
    return {range.min / factor, range.max * factor};
  }
  const double margin = (range.max - range.min) * kMargin;
  return {range.min - margin, range.max + margin};
}

/// One chart being drawn.
class Drawing {
 public:
  Drawing(const Chart& chart, const cv::Size& size)
      : chart_(chart),
        x_(chart.x_range ? *chart.x_range : range_of(chart, true), chart.log_x),
        y_(chart.y_range ? *chart.y_range : range_of(chart, false), chart.log_y),
        picture_(size, CV_8UC3, kPaper) {}

  cv::Mat draw() {
    const int top = draw_head();
    const int labels = kGap + kLine;
    const int bottom = picture_.rows - labels - (chart_.x_label.empty() ? 0 : kLine);
    y_ticks_ = y_.ticks(std::max(2, (bottom - top) / 45));
    int left = 3 * kGap + (chart_.y_label.empty() ? 0 : kLine);
    int widest = 0;
    for (const Tick& tick : y_ticks_) widest = std::max(widest, text_size(tick.text).width);
    left += widest;
    const int right = picture_.cols - 4 * kGap;
    plot_ = cv::Rect(left, top, std::max(16, right - left), std::max(16, bottom - top));
    plot_ &= cv::Rect({0, 0}, picture_.size());
    draw_axes();
    draw_labels();
    cv::Mat inside = picture_(plot_);
    for (std::size_t i = 0; i < chart_.series.size(); ++i) draw_series(inside, i);
    cv::rectangle(picture_, plot_, kFrame);
    return picture_;
  }

 private:
  cv::Scalar colour(std::size_t number) const {
    const Series& series = chart_.series[number];
    return series.colour ? *series.colour : colour_of(number, chart_.series.size());
  }

  /// Title and legend; gives the row below.
  int draw_head() {
    int row = kGap;
    if (!chart_.title.empty()) {
      const int width = text_size(chart_.title, kTitleScale).width;
      draw_text(picture_, chart_.title, {std::max(kGap, (picture_.cols - width) / 2), row + 14},
                kText, kTitleScale);
      row += kLine + kGap;
    }
    constexpr int kSample = 22;
    int column = 4 * kGap;
    bool any = false;
    for (std::size_t i = 0; i < chart_.series.size(); ++i) {
      const Series& series = chart_.series[i];
      if (series.name.empty() || series.mark == Mark::kLetter) continue;
      const int width = kSample + kGap + text_size(series.name).width + 3 * kGap;
      if (any && column + width > picture_.cols) {
        column = 4 * kGap;
        row += kLine;
      }
      any = true;
      const cv::Point middle(column + kSample / 2, row + 8);
      if (series.mark == Mark::kLine) {
        const cv::Point half(kSample / 2, 0);
        cv::line(picture_, middle - half, middle + half, colour(i), 2, cv::LINE_AA);
      } else {
        cv::circle(picture_, middle, 3, colour(i), cv::FILLED, cv::LINE_AA);
      }
      draw_text(picture_, series.name, {column + kSample + kGap, row + 12}, kText);
      column += width;
    }
    return row + (any ? kLine : 0) + kGap;
  }

  void draw_axes() {
    for (const Tick& tick : x_.ticks(std::max(2, plot_.width / 75))) {
      const int column = plot_.x + cvRound(tick.place * (plot_.width - 1));
      cv::line(picture_, {column, plot_.y}, {column, plot_.br().y}, kGridLine);
      const int width = text_size(tick.text).width;
      const int start = std::min(column - width / 2, picture_.cols - width - 1);
      draw_text(picture_, tick.text, {start, plot_.br().y + kLine - 2}, kText);
    }
    for (const Tick& tick : y_ticks_) {
      const int row = plot_.br().y - 1 - cvRound(tick.place * (plot_.height - 1));
      cv::line(picture_, {plot_.x, row}, {plot_.br().x, row}, kGridLine);
      const cv::Size size = text_size(tick.text);
      draw_text(picture_, tick.text, {plot_.x - kGap - size.width, row + size.height / 2}, kText);
    }
  }

  void draw_labels() {
    if (!chart_.x_label.empty()) {
      const int width = text_size(chart_.x_label).width;
      draw_text(picture_, chart_.x_label,
                {plot_.x + (plot_.width - width) / 2, picture_.rows - kGap}, kText);
    }
    if (chart_.y_label.empty()) return;
    cv::Mat lying(kLine, text_size(chart_.y_label).width + 2, CV_8UC3, kPaper);
    draw_text(lying, chart_.y_label, {1, 13}, kText);
    cv::Mat standing;
    cv::rotate(lying, standing, cv::ROTATE_90_COUNTERCLOCKWISE);
    const int row = std::max(0, plot_.y + (plot_.height - standing.rows) / 2);
    const cv::Rect place =
        cv::Rect({kGap / 2, row}, standing.size()) & cv::Rect({0, 0}, picture_.size());
    standing(cv::Rect({0, 0}, place.size())).copyTo(picture_(place));
  }

  bool can_show(const cv::Point2d& point) const {
    return x_.can_show(point.x) && y_.can_show(point.y);
  }

  /// Within the plot, in px; points far outside are moved nearer, so that they fit an integer.
  cv::Point2d pixel(const cv::Point2d& point) const {
    const auto clamped = [](double place) { return std::clamp(place, -20.0, 20.0); };
    return {clamped(x_.place(point.x)) * (plot_.width - 1),
            (1 - clamped(y_.place(point.y))) * (plot_.height - 1)};
  }

  static cv::Point fixed(const cv::Point2d& pixel) {
    return {cvRound(pixel.x * (1 << kFractionBits)), cvRound(pixel.y * (1 << kFractionBits))};
  }

  void draw_series(cv::Mat& inside, std::size_t number) {
    const Series& series = chart_.series[number];
    if (series.mark == Mark::kLine) {
      draw_line(inside, series.points, colour(number));
      return;
    }
    for (const cv::Point2d& point : series.points) {
      if (!can_show(point)) continue;
      const cv::Point2d at = pixel(point);
      if (series.mark == Mark::kDots) {
        cv::circle(inside, fixed(at), 3 << kFractionBits, colour(number), cv::FILLED, cv::LINE_AA,
                   kFractionBits);
      } else {
        const cv::Size size = text_size(series.name);
        draw_text(inside, series.name,
                  {cvRound(at.x) - size.width / 2, cvRound(at.y) + size.height / 2},
                  colour(number));
      }
    }
  }

  void draw_line(cv::Mat& inside, const std::vector<cv::Point2d>& points,
                 const cv::Scalar& line_colour) {
    std::vector<std::vector<cv::Point>> parts(1);
    for (const cv::Point2d& point : points) {
      if (can_show(point)) {
        parts.back().push_back(fixed(pixel(point)));
      } else if (!parts.back().empty()) {
        parts.emplace_back();
      }
    }
    for (const std::vector<cv::Point>& part : parts) {
      if (part.empty()) continue;
      if (part.size() == 1) {
        cv::circle(inside, part[0], 2 << kFractionBits, line_colour, cv::FILLED, cv::LINE_AA,
                   kFractionBits);
      }
      cv::polylines(inside, part, false, line_colour, 2, cv::LINE_AA, kFractionBits);
    }
  }

  const Chart& chart_;
  Axis x_;
  Axis y_;
  cv::Mat picture_;
  cv::Rect plot_;
  std::vector<Tick> y_ticks_;
};

}  // namespace

cv::Mat draw_chart(const Chart& chart, const cv::Size& size) {
  if (size.width < 160 || size.height < 120) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("chart: must be at least 160 x 120 pixels. Got: {} x {}", size.width,
                            size.height));
  }
  return Drawing(chart, size).draw();
}

cv::Mat draw_grid(const std::vector<Chart>& charts, int columns, const cv::Size& each) {
  const int count = static_cast<int>(charts.size());
  const int across = std::clamp(columns, 1, std::max(1, count));
  const int rows = std::max(1, (count + across - 1) / across);
  cv::Mat picture(rows * each.height, across * each.width, CV_8UC3, kPaper);
  for (int i = 0; i < count; ++i) {
    const cv::Point corner(i % across * each.width, i / across * each.height);
    draw_chart(charts[static_cast<std::size_t>(i)], each).copyTo(picture(cv::Rect(corner, each)));
  }
  return picture;
}

}  // namespace glyphmill::report
