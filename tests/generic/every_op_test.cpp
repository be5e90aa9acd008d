// SPDX-License-Identifier: Apache-2.0
// What holds for every operation of the table.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "glyphmill/error.h"
#include "glyphmill/ops.h"
#include "support/ignoring_visitor.h"

namespace glyphmill {
namespace {

/// What the tests need to know of an operation. A new operation must be added to `traits_table`.
struct Traits {
  std::optional<OpOptions> zero;  ///< strength zero: nothing may change; none where always strong
  OpOptions strong;               ///< must change any image with content
  bool noisy = false;             ///< different keys give different pixels for the same parameters
  bool geometric = false;         ///< moves pixels and quadrilaterals
};

AffineOptions strong_affine() {
  AffineOptions options;
  options.angle_deg = {20, 20};
  options.shear_x = {0.2, 0.2};
  options.shear_y = {-0.1, -0.1};
  options.zoom = {0.8, 0.8};
  options.shift_x_fraction = {0.1, 0.1};
  options.shift_y_fraction = {-0.05, -0.05};
  return options;
}

AffineOptions zero_affine() {
  AffineOptions options;
  options.angle_deg = {0, 0};
  return options;
}

InkPaperOptions strong_ink_paper() {
  InkPaperOptions options;
  options.ink = {0.8, 0.8};
  options.ink_saturation = {0.5, 0.5};
  options.ink_hue_deg = {20, 20};
  options.paper = {0.1, 0.1};
  options.paper_saturation = {0.2, 0.2};
  options.paper_hue_deg = {200, 200};
  return options;
}

const std::map<std::string_view, Traits>& traits_table() {
  static const std::map<std::string_view, Traits> table = {
      {"affine", {zero_affine(), strong_affine(), false, true}},
      {"gaussian_noise",
       {GaussianNoiseOptions{{0, 0}}, GaussianNoiseOptions{{0.2, 0.2}}, true, false}},
      {"salt_pepper",
       {SaltPepperOptions{{0, 0}, {0.5, 0.5}}, SaltPepperOptions{{0.2, 0.2}, {0.5, 0.5}}, true,
        false}},
      {"brightness_contrast",
       {BrightnessContrastOptions{{0, 0}, {1, 1}}, BrightnessContrastOptions{{0.1, 0.1}, {2, 2}},
        false, false}},
      {"invert", {std::nullopt, InvertOptions{}, false, false}},
      {"blur", {BlurOptions{{0, 0}, {0, 0}, {0, 0}}, BlurOptions{{1, 1}, {5, 5}, {30, 30}}}},
      {"ink_paper", {std::nullopt, strong_ink_paper()}},
      {"downscale", {DownscaleOptions{{1, 1}}, DownscaleOptions{{0.4, 0.4}}}},
      {"jpeg", {std::nullopt, JpegOptions{{20, 20}}}},
  };
  return table;
}

// One image function per operation; without one for a new operation this does not compile.
cv::Mat image_of(const cv::Mat& src, const AffineParams& params, const StreamKey&) {
  return affine(src, params);
}
cv::Mat image_of(const cv::Mat& src, const GaussianNoiseParams& params, const StreamKey& key) {
  return gaussian_noise(src, params, key);
}
cv::Mat image_of(const cv::Mat& src, const SaltPepperParams& params, const StreamKey& key) {
  return salt_pepper(src, params, key);
}
cv::Mat image_of(const cv::Mat& src, const BrightnessContrastParams& params, const StreamKey&) {
  return brightness_contrast(src, params);
}
cv::Mat image_of(const cv::Mat& src, const InvertParams&, const StreamKey&) { return invert(src); }
cv::Mat image_of(const cv::Mat& src, const BlurParams& params, const StreamKey&) {
  return blur(src, params);
}
cv::Mat image_of(const cv::Mat& src, const InkPaperParams& params, const StreamKey&) {
  return ink_paper(src, params);
}
cv::Mat image_of(const cv::Mat& src, const DownscaleParams& params, const StreamKey&) {
  return downscale(src, params);
}
cv::Mat image_of(const cv::Mat& src, const JpegParams& params, const StreamKey&) {
  return jpeg(src, params);
}

/// Draws from `options` and applies the image function.
cv::Mat image_of(const cv::Mat& src, const OpOptions& options, const StreamKey& key) {
  SampleRng rng(key);
  return std::visit([&](const auto& chosen) { return image_of(src, draw(chosen, rng), key); },
                    options);
}

void apply_to(Sample& sample, const OpOptions& options, const StreamKey& key) {
  cv::Mat scratch;
  SampleRng rng(key);
  std::visit([&](const auto& chosen) { apply(sample, draw(chosen, rng), key, scratch); }, options);
}

cv::Mat content(int type) {
  cv::Mat image(37, 53, type);
  for (int y = 0; y < image.rows; ++y) {
    for (int i = 0; i < image.cols * image.channels(); ++i) {
      image.ptr(y)[i] = static_cast<std::uint8_t>((y * 31 + i * 7) % 256);
    }
  }
  return image;
}

bool same(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, cv::NORM_INF) == 0;
}

Sample sample_of(const cv::Mat& image) {
  Sample sample;
  sample.image = image.clone();
  sample.characters.push_back({"1", quad_of({20, 10, 8, 12})});
  return sample;
}

constexpr StreamKey kKey{1, 2, 3};

class EveryOp : public testing::TestWithParam<std::size_t> {
 protected:
  const OpInfo& op() const { return op_table()[GetParam()]; }
  const Traits& traits() const { return traits_table().at(op().name); }
};

TEST(OpTraits, EveryOperationOfTheTableIsHereOnceAndNothingElse) {
  for (const OpInfo& info : op_table()) {
    ASSERT_EQ(traits_table().count(info.name), 1u) << info.name;
    const Traits& traits = traits_table().at(info.name);
    EXPECT_EQ(traits.strong.index(), info.defaults.index()) << info.name;
    EXPECT_EQ(traits.zero.value_or(info.defaults).index(), info.defaults.index()) << info.name;
  }
  EXPECT_EQ(traits_table().size(), op_table().size());
}

TEST_P(EveryOp, DefaultsAreWithinTheirBounds) {
  EXPECT_NO_THROW(Pipeline({make_stage(op().name)}));
}

TEST_P(EveryOp, SourceIsNeverWrittenNorShared) {
  for (const int type : {CV_8UC1, CV_8UC3}) {
    const cv::Mat src = content(type);
    for (const OpOptions& options : {traits().strong, traits().zero.value_or(traits().strong)}) {
      const cv::Mat result = image_of(src, options, kKey);
      EXPECT_TRUE(same(src, content(type)));
      EXPECT_NE(result.data, src.data);
    }
  }
}

TEST_P(EveryOp, KeepsSizeAndTypeAndDoesSomething) {
  for (const int type : {CV_8UC1, CV_8UC3}) {
    const cv::Mat src = content(type);
    const cv::Mat result = image_of(src, traits().strong, kKey);
    EXPECT_EQ(result.size(), src.size());
    EXPECT_EQ(result.type(), src.type());
    EXPECT_FALSE(same(result, src));
  }
}

TEST_P(EveryOp, ZeroStrengthChangesNothing) {
  if (!traits().zero) return;
  for (const int type : {CV_8UC1, CV_8UC3}) {
    Sample sample = sample_of(content(type));
    const Sample before = sample;
    EXPECT_TRUE(same(image_of(before.image, *traits().zero, kKey), content(type)));
    apply_to(sample, *traits().zero, kKey);
    EXPECT_TRUE(same(sample.image, content(type)));
    EXPECT_EQ(sample.characters[0].quad, before.characters[0].quad);
    EXPECT_EQ(sample.paper, before.paper);
  }
}

TEST_P(EveryOp, SameKeyGivesTheSamePixels) {
  const cv::Mat src = content(CV_8UC3);
  EXPECT_TRUE(same(image_of(src, traits().strong, kKey), image_of(src, traits().strong, kKey)));
}

TEST_P(EveryOp, OnlyNoiseDependsOnTheKey) {
  const cv::Mat src = content(CV_8UC3);
  const cv::Mat first = image_of(src, traits().strong, kKey);
  for (const StreamKey& other : {StreamKey{9, 2, 3}, StreamKey{1, 9, 3}, StreamKey{1, 2, 9}}) {
    EXPECT_EQ(same(first, image_of(src, traits().strong, other)), !traits().noisy);
  }
}

TEST_P(EveryOp, PartOfALargerImageIsTreatedAsItsCopy) {
  for (const int type : {CV_8UC1, CV_8UC3}) {
    cv::Mat large = content(type);
    const cv::Rect part(7, 5, 31, 23);
    const cv::Mat copy = large(part).clone();
    const cv::Mat expected = image_of(copy, traits().strong, kKey);
    EXPECT_TRUE(same(image_of(large(part), traits().strong, kKey), expected));
    Sample sample;
    sample.image = large(part);
    apply_to(sample, traits().strong, kKey);
    EXPECT_TRUE(same(sample.image, expected));
    large(part).setTo(cv::Scalar::all(0));
    cv::Mat around = content(type);
    around(part).setTo(cv::Scalar::all(0));
    EXPECT_TRUE(same(large, around)) << "wrote outside its part";
  }
}

TEST_P(EveryOp, ApplyGivesTheImageFunctionsPixels) {
  for (const int type : {CV_8UC1, CV_8UC3}) {
    Sample sample;
    sample.image = content(type);
    apply_to(sample, traits().strong, kKey);
    EXPECT_TRUE(same(sample.image, image_of(content(type), traits().strong, kKey)));
  }
}

TEST_P(EveryOp, OnePixelWillDo) {
  const cv::Mat pixel(1, 1, CV_8UC3, cv::Scalar(1, 2, 3));
  EXPECT_EQ(image_of(pixel, traits().strong, kKey).size(), cv::Size(1, 1));
}

/// The centre of gravity of what is brighter than the ground, in image coordinates.
cv::Point2d centre_of_light(const cv::Mat& image) {
  cv::Mat gray = image;
  if (image.channels() == 3) cv::cvtColor(image, gray, cv::COLOR_BGR2GRAY);
  const cv::Moments moments = cv::moments(gray);
  return {moments.m10 / moments.m00 + 0.5, moments.m01 / moments.m00 + 0.5};
}

cv::Point2d centre_of(const Quad& quad) {
  return cv::Point2d(quad[0] + quad[1] + quad[2] + quad[3]) / 4;
}

TEST_P(EveryOp, QuadrilateralsMoveWithThePixelsOrNotAtAll) {
  for (const int type : {CV_8UC1, CV_8UC3}) {
    for (const cv::Rect dot : {cv::Rect(30, 20, 6, 6), cv::Rect(2, 40, 6, 6)}) {
      Sample sample;
      sample.paper = cv::Scalar::all(0);
      sample.image = cv::Mat(60, 90, type, sample.paper);
      sample.image(dot) = cv::Scalar::all(255);
      const Quad before = quad_of(cv::Rect2f(dot));
      sample.characters.push_back({"1", before});
      apply_to(sample, traits().strong, kKey);
      const Quad& after = sample.characters[0].quad;
      if (!traits().geometric) {
        EXPECT_EQ(after, before);
        continue;
      }
      EXPECT_GT(cv::norm(centre_of(after) - centre_of(before)), 1);
      const cv::Point2d light = centre_of_light(sample.image);
      EXPECT_NEAR(light.x, centre_of(after).x, 0.1);
      EXPECT_NEAR(light.y, centre_of(after).y, 0.1);
    }
  }
}

TEST_P(EveryOp, RefusesOtherImagesByName) {
  const cv::Mat wrong[] = {cv::Mat(), cv::Mat(4, 4, CV_16UC1, cv::Scalar(0)),
                           cv::Mat(4, 4, CV_8UC4, cv::Scalar(0)),
                           cv::Mat(4, 4, CV_32FC3, cv::Scalar(0))};
  const std::string got[] = {"an empty image", "CV_16UC1", "CV_8UC4", "CV_32FC3"};
  for (std::size_t i = 0; i < std::size(wrong); ++i) {
    const std::string message =
        std::string(op().name) + ": image must be 8-bit with 1 or 3 channels. Got: " + got[i];
    const auto expect_refusal = [&](const std::function<void()>& call) {
      try {
        call();
        ADD_FAILURE() << "not refused: " << got[i];
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
        EXPECT_EQ(error.what(), message);
      }
    };
    expect_refusal([&] { image_of(wrong[i], traits().strong, kKey); });
    Sample sample;
    sample.image = wrong[i];
    expect_refusal([&] { apply_to(sample, traits().strong, kKey); });
  }
}

/// Sets field number `target` to `value`, counting the numbers and both ends of ranges.
class Poison final : public FieldVisitor {
 public:
  Poison(int target, double value) : target_(target), value_(value) {}
  int seen() const { return seen_; }
  bool has_room_outside() const { return room_; }

  void boolean(std::string_view, bool&, std::string_view help) override { check(help); }
  void integer(std::string_view, std::uint64_t&, const IntegerBounds&,
               std::string_view help) override {
    check(help);
  }
  void integer(std::string_view, std::optional<std::uint64_t>&, std::string_view,
               const IntegerBounds&, std::string_view help) override {
    check(help);
  }
  void integer_range(std::string_view, IntegerRange&, const IntegerRange&,
                     std::string_view help) override {
    check(help);
  }
  void integers(std::string_view, std::vector<std::uint64_t>&, const IntegerBounds&,
                std::string_view help) override {
    check(help);
  }
  void number(std::string_view, double& value, const Bounds& bounds,
              std::string_view help) override {
    check(help);
    set(value, bounds);
  }
  void number(std::string_view, std::optional<double>&, const Bounds&, std::string_view) override {}
  void range(std::string_view, Range& value, const Bounds& bounds, std::string_view help) override {
    check(help);
    set(value.min, bounds);
    set(value.max, bounds);
  }
  void range(std::string_view, std::optional<Range>&, const Bounds&, std::string_view) override {}
  void spread(std::string_view key, Range& value, double, const Bounds& bounds,
              std::string_view help) override {
    range(key, value, bounds, help);
  }
  void text(std::string_view, std::string&, std::string_view help) override { check(help); }
  void texts(std::string_view, std::vector<std::string>&, std::string_view help) override {
    check(help);
  }
  void choice(std::string_view, std::size_t&, const std::vector<std::string_view>&,
              std::string_view help) override {
    check(help);
  }
  void choices(std::string_view, std::vector<std::size_t>&, const std::vector<std::string_view>&,
               std::string_view help) override {
    check(help);
  }

 private:
  static void check(std::string_view help) {
    EXPECT_FALSE(help.empty());
    EXPECT_EQ(help.find('\n'), std::string_view::npos);
  }
  void set(double& value, const Bounds& bounds) {
    if (seen_++ != target_) return;
    value = value_;
    room_ = !(value_ >= bounds.min && value_ <= bounds.max);
  }

  int target_;
  double value_;
  int seen_ = 0;
  bool room_ = false;
};

TEST_P(EveryOp, EveryNumberIsCheckedAtBothEndsAndForNaN) {
  Poison counter(-1, 0);
  Stage counted = make_stage(op().name);
  describe(counted, counter);
  for (int target = 0; target < counter.seen(); ++target) {
    for (const double value : {-1e9, 1e9, std::numeric_limits<double>::quiet_NaN(),
                               std::numeric_limits<double>::infinity()}) {
      Stage stage = make_stage(op().name);
      Poison poison(target, value);
      describe(stage, poison);
      EXPECT_TRUE(poison.has_room_outside()) << "field " << target << " takes " << value;
      EXPECT_THROW(Pipeline({stage}), Error) << "field " << target << " at " << value;
    }
  }
}

TEST_P(EveryOp, RecordsUnderTheStagesNameEveryRangeItDraws) {
  const Pipeline pipeline({Stage{"my_stage", 1, traits().strong}});
  Sample sample = sample_of(content(CV_8UC3));
  cv::Mat scratch;
  pipeline.run(sample, 1, scratch);
  for (const DrawnValue& value : sample.drawn) EXPECT_EQ(value.stage, "my_stage");
  struct Ranges final : IgnoringVisitor {
    using IgnoringVisitor::range;
    std::map<std::string, Range> found;
    void range(std::string_view key, Range& value, const Bounds&, std::string_view) override {
      found[std::string(key)] = value;
    }
  } ranges;
  Stage stage = pipeline.stages()[0];
  describe(stage, ranges);
  EXPECT_EQ(sample.drawn.size(), ranges.found.size());
  for (const DrawnValue& value : sample.drawn) {
    ASSERT_EQ(ranges.found.count(std::string(value.name)), 1u) << value.name;
    EXPECT_EQ(value.value, ranges.found[std::string(value.name)].min) << value.name;
  }
}

INSTANTIATE_TEST_SUITE_P(OpTable, EveryOp, testing::Range<std::size_t>(0, op_table().size()),
                         [](const testing::TestParamInfo<std::size_t>& row) {
                           return std::string(op_table()[row.param].name);
                         });

}  // namespace
}  // namespace glyphmill
