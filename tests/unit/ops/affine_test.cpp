// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ops/affine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "glyphmill/error.h"

namespace glyphmill {
namespace {

/// No two pixels near each other are alike.
cv::Mat pattern(int rows, int cols, int type = CV_8UC1) {
  cv::Mat image(rows, cols, type);
  for (int y = 0; y < rows; ++y) {
    for (int i = 0; i < cols * image.channels(); ++i) {
      image.ptr(y)[i] = static_cast<std::uint8_t>(1 + (y * 53 + i * 29 + y * i) % 251);
    }
  }
  return image;
}

AffineParams params_of(double angle_deg, Border border = Border::kPaper) {
  AffineParams params;
  params.angle_deg = angle_deg;
  params.border = border;
  return params;
}

double difference(const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_INF); }

/// White paper with one black character box, and that box.
Sample sample_with(const cv::Size& size, const cv::Rect& box, int type = CV_8UC1) {
  Sample sample;
  sample.image = cv::Mat(size, type, cv::Scalar::all(255));
  sample.image(box) = cv::Scalar::all(0);
  sample.characters.push_back({"1", quad_of(cv::Rect2f(box))});
  return sample;
}

void expect_inside(const Sample& sample, double margin) {
  for (const CharacterBox& character : sample.characters) {
    for (const cv::Point2f& corner : character.quad) {
      EXPECT_GE(corner.x, margin - 1e-3);
      EXPECT_GE(corner.y, margin - 1e-3);
      EXPECT_LE(corner.x, sample.image.cols - margin + 1e-3);
      EXPECT_LE(corner.y, sample.image.rows - margin + 1e-3);
    }
  }
}

TEST(Affine, QuarterTurnsAreExact) {
  for (const int type : {CV_8UC1, CV_8UC3}) {
    for (const int side : {31, 32}) {
      const cv::Mat src = pattern(side, side, type);
      cv::Mat expected;
      cv::rotate(src, expected, cv::ROTATE_90_COUNTERCLOCKWISE);
      EXPECT_EQ(difference(affine(src, params_of(90)), expected), 0) << side;
      cv::rotate(src, expected, cv::ROTATE_180);
      EXPECT_EQ(difference(affine(src, params_of(180)), expected), 0) << side;
    }
  }
}

/// Bilinear rotation straight from its definition, in double precision.
double turned_value(const cv::Mat& src, int x, int y, double angle_deg) {
  const double angle = angle_deg * CV_PI / 180;
  const double dx = x + 0.5 - src.cols / 2.0;
  const double dy = y + 0.5 - src.rows / 2.0;
  // A pixel of the result comes from where the clockwise turn takes it (y points down).
  const double from_x = std::cos(angle) * dx - std::sin(angle) * dy + src.cols / 2.0 - 0.5;
  const double from_y = std::sin(angle) * dx + std::cos(angle) * dy + src.rows / 2.0 - 0.5;
  const int left = static_cast<int>(std::floor(from_x));
  const int top = static_cast<int>(std::floor(from_y));
  const auto at = [&](int column, int row) {
    const bool outside = column < 0 || row < 0 || column >= src.cols || row >= src.rows;
    return outside ? 255.0 : src.at<std::uint8_t>(row, column);
  };
  const double u = from_x - left;
  const double v = from_y - top;
  return (1 - v) * ((1 - u) * at(left, top) + u * at(left + 1, top)) +
         v * ((1 - u) * at(left, top + 1) + u * at(left + 1, top + 1));
}

TEST(Affine, AnyTurnFollowsTheDefinition) {
  cv::Mat src(40, 60, CV_8UC1, cv::Scalar(255));
  cv::circle(src, {22, 17}, 9, cv::Scalar(40), cv::FILLED);
  cv::GaussianBlur(src, src, {0, 0}, 3);
  for (const double angle : {-33.0, 12.5, 145.0}) {
    const cv::Mat turned = affine(src, params_of(angle));
    for (int y = 0; y < src.rows; ++y) {
      for (int x = 0; x < src.cols; ++x) {
        // OpenCV places samples on a grid of 1/32 pixel; the slope here stays below 30 a pixel.
        ASSERT_NEAR(turned.at<std::uint8_t>(y, x), turned_value(src, x, y, angle), 2)
            << angle << " at " << x << ", " << y;
      }
    }
  }
}

TEST(Affine, NothingDrawnMeansTheSamePixels) {
  const cv::Mat src = pattern(20, 33, CV_8UC3);
  const cv::Mat same = affine(src, AffineParams{});
  EXPECT_EQ(difference(same, src), 0);
  EXPECT_NE(same.data, src.data);
  Sample sample = sample_with({33, 20}, {0, 0, 33, 20}, CV_8UC3);  // no room for any margin
  src.copyTo(sample.image);
  const auto* pixels = sample.image.data;
  cv::Mat scratch;
  apply(sample, AffineParams{}, {}, scratch);
  EXPECT_EQ(difference(sample.image, src), 0);
  EXPECT_EQ(sample.image.data, pixels) << "was warped";
  EXPECT_EQ(sample.characters[0].quad, quad_of({0, 0, 33, 20}));
}

TEST(Affine, WholePixelShiftsAreExact) {
  const cv::Mat src = pattern(16, 32);
  AffineParams params;
  params.shift_x_fraction = 3.0 / 32;
  params.shift_y_fraction = -2.0 / 16;
  const cv::Mat moved = affine(src, params, cv::Scalar(77));
  EXPECT_EQ(difference(moved(cv::Rect(3, 0, 29, 14)), src(cv::Rect(0, 2, 29, 14))), 0);
  EXPECT_EQ(cv::countNonZero(moved(cv::Rect(0, 0, 3, 16)) != 77), 0);
  EXPECT_EQ(cv::countNonZero(moved(cv::Rect(0, 14, 32, 2)) != 77), 0);
}

TEST(Affine, BordersGoOnAsTheyAreDrawnInTheHeader) {
  const cv::Mat src = pattern(8, 8);
  AffineParams params;
  params.shift_x_fraction = 3.0 / 8;
  params.border_value = 9;
  const auto first_columns = [&](Border border) {
    params.border = border;
    const cv::Mat moved = affine(src, params, cv::Scalar(200));
    std::vector<int> row;
    for (int x = 0; x < 3; ++x) row.push_back(moved.at<std::uint8_t>(5, x));
    return row;
  };
  const auto at = [&](int x) { return static_cast<int>(src.at<std::uint8_t>(5, x)); };
  EXPECT_EQ(first_columns(Border::kPaper), (std::vector<int>{200, 200, 200}));
  EXPECT_EQ(first_columns(Border::kConstant), (std::vector<int>{9, 9, 9}));
  EXPECT_EQ(first_columns(Border::kReplicate), (std::vector<int>{at(0), at(0), at(0)}));
  EXPECT_EQ(first_columns(Border::kReflect), (std::vector<int>{at(3), at(2), at(1)}));
  EXPECT_EQ(first_columns(Border::kWrap), (std::vector<int>{at(5), at(6), at(7)}));
}

TEST(Affine, WrapWorksInColourAndFarOutside) {
  const cv::Mat src = pattern(10, 20, CV_8UC3);
  AffineParams params;
  params.border = Border::kWrap;
  params.shift_x_fraction = 1;
  params.shift_y_fraction = -1;
  EXPECT_EQ(difference(affine(src, params), src), 0);
  params.zoom = 0.2;  // five periods either way; a flat image stays flat
  const cv::Mat flat(10, 20, CV_8UC3, cv::Scalar(7, 80, 190));
  EXPECT_EQ(difference(affine(flat, params), flat), 0);
}

TEST(Affine, CornersArePaperAndNeverBlack) {
  for (const int type : {CV_8UC1, CV_8UC3}) {
    Sample sample;
    sample.paper = {210, 220, 230};
    sample.image = cv::Mat(50, 285, type, sample.paper);
    const cv::Mat before = sample.image.clone();
    cv::Mat scratch;
    for (const double angle : {-45.0, 3.0, 90.0}) {
      apply(sample, params_of(angle), {}, scratch);
      EXPECT_EQ(difference(sample.image, before), 0) << angle;
    }
  }
}

TEST(Affine, ShearsOneAfterTheOtherSoThatTheyNeverCollapse) {
  AffineParams params;
  params.shear_x = 1;
  params.shear_y = 1;
  const AffineMap map = affine_map(params, {40, 20});
  EXPECT_NEAR(map(0, 0) * map(1, 1) - map(0, 1) * map(1, 0), 1, 1e-12);
  EXPECT_EQ(transform(map, cv::Point2d(20, 10)), cv::Point2d(20, 10));
  // (1, 1) from the centre: x becomes 2, then y becomes 1 + 2.
  EXPECT_EQ(transform(map, cv::Point2d(21, 11)), cv::Point2d(22, 13));
}

TEST(Affine, MapTurnsThenZoomsThenShifts) {
  AffineParams params;
  params.angle_deg = 90;
  params.zoom = 2;
  params.shift_x_fraction = 0.5;
  const cv::Point2d moved = transform(affine_map(params, {40, 20}), cv::Point2d(21, 10));
  EXPECT_NEAR(moved.x, 40, 1e-9);
  EXPECT_NEAR(moved.y, 8, 1e-9);
}

TEST(AffineFit, KeepsEveryCharacterInside) {
  cv::Mat scratch;
  for (int angle = -180; angle <= 180; angle += 20) {
    for (const double shift : {-1.0, 0.0, 0.6}) {
      for (const double zoom : {0.5, 1.0, 4.0}) {
        Sample sample = sample_with({120, 40}, {4, 6, 100, 30});
        sample.characters.push_back({"2", quad_of({104, 2, 12, 36})});
        AffineParams params = params_of(angle);
        params.zoom = zoom;
        params.shear_x = 0.5;
        params.shift_x_fraction = shift;
        params.shift_y_fraction = shift;
        apply(sample, params, {}, scratch);
        expect_inside(sample, 1);
        // All the ink is still there: dark pixels touch no edge.
        cv::Mat frame = sample.image.clone();
        frame(cv::Rect(1, 1, 118, 38)) = 255;
        EXPECT_EQ(cv::countNonZero(frame < 128), 0) << angle << " " << shift << " " << zoom;
      }
    }
  }
}

TEST(AffineFit, DoesNothingWhereEverythingFits) {
  Sample fitted = sample_with({120, 40}, {50, 15, 20, 10});
  Sample free = sample_with({120, 40}, {50, 15, 20, 10});
  AffineParams params = params_of(10);
  cv::Mat scratch;
  apply(fitted, params, {}, scratch);
  params.fit = false;
  apply(free, params, {}, scratch);
  EXPECT_EQ(fitted.characters[0].quad, free.characters[0].quad);
  EXPECT_EQ(difference(fitted.image, free.image), 0);
}

TEST(AffineFit, MovesNoFurtherThanNeeded) {
  Sample sample = sample_with({100, 40}, {70, 10, 20, 20});
  AffineParams params;
  params.shift_x_fraction = 0.5;
  cv::Mat scratch;
  apply(sample, params, {}, scratch);
  const cv::Rect2f box = bounds_of(sample.characters[0].quad);
  EXPECT_NEAR(box.x + box.width, 99, 1e-3);
  EXPECT_NEAR(box.width, 20, 1e-3);
  EXPECT_NEAR(box.y, 10, 1e-3);
}

TEST(AffineFit, AsksForNoMoreMarginThanThereWas) {
  Sample sample = sample_with({100, 40}, {0, 0, 100, 40});
  AffineParams params;
  params.shift_x_fraction = 0.25;
  cv::Mat scratch;
  apply(sample, params, {}, scratch);
  EXPECT_EQ(sample.characters[0].quad, quad_of({0, 0, 100, 40}));
}

TEST(AffineFit, LeavesCharactersAloneThatWereOutsideBefore) {
  Sample sample;
  sample.image = cv::Mat(40, 100, CV_8UC1, cv::Scalar(255));
  sample.characters.push_back({"1", quad_of({-5, 10, 20, 20})});
  AffineParams params;
  params.shift_y_fraction = 0.5;
  cv::Mat scratch;
  apply(sample, params, {}, scratch);
  EXPECT_EQ(sample.characters[0].quad, quad_of({-5, 30, 20, 20}));
}

TEST(Affine, RecordsWhatWasDrawnWhateverTheFit) {
  AffineOptions options;
  options.angle_deg = {30, 40};
  options.zoom = {0.5, 0.75};
  SampleRng rng({1, 2, 3});
  const AffineParams params = draw(options, rng);
  std::vector<DrawnValue> drawn;
  record(params, "turn", drawn);
  ASSERT_EQ(drawn.size(), 6u);
  EXPECT_EQ(drawn[0].stage, "turn");
  EXPECT_EQ(drawn[0].name, "angle_deg");
  EXPECT_EQ(drawn[0].value, params.angle_deg);
  EXPECT_EQ(drawn[3].name, "zoom");
  EXPECT_EQ(drawn[3].value, params.zoom);
  EXPECT_TRUE(params.angle_deg >= 30 && params.angle_deg < 40);
}

TEST(Affine, OpenCvThreadsChangeNothing) {
  const cv::Mat src = pattern(700, 900, CV_8UC3);
  const int threads = cv::getNumThreads();
  const cv::Mat together = affine(src, params_of(17));
  cv::setNumThreads(1);
  const cv::Mat alone = affine(src, params_of(17));
  cv::setNumThreads(threads);
  EXPECT_EQ(difference(alone, together), 0);
}

TEST(Affine, RefusesParametersOutOfBounds) {
  const cv::Mat src = pattern(4, 4);
  AffineParams zero_zoom;
  zero_zoom.zoom = 0;
  AffineParams not_a_number;
  not_a_number.angle_deg = std::numeric_limits<double>::quiet_NaN();
  AffineParams no_border = params_of(3);
  no_border.border = static_cast<Border>(9);
  for (const AffineParams& params : {zero_zoom, not_a_number, no_border}) {
    EXPECT_THROW(affine(src, params), Error);
  }
  EXPECT_THROW(affine(cv::Mat(1, 40000, CV_8UC1, cv::Scalar(0)), params_of(3)), Error);
}

}  // namespace
}  // namespace glyphmill
