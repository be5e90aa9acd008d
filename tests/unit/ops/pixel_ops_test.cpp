// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/philox.h"
#include "core/philox_lanes.h"
#include "core/pixel_bits.h"
#include "glyphmill/error.h"
#include "glyphmill/ops.h"
#include "ops/noise_kernels.h"

namespace glyphmill {
namespace {

cv::Mat pixels_of(const std::vector<int>& values) {
  cv::Mat image(1, static_cast<int>(values.size()), CV_8UC1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    image.data[i] = static_cast<std::uint8_t>(values[i]);
  }
  return image;
}

std::vector<int> values_of(const cv::Mat& image) {
  return {image.begin<std::uint8_t>(), image.end<std::uint8_t>()};
}

template <class Call>
std::string refusal_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
    return error.what();
  }
  return "not refused";
}

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(PhiloxHalves, AreTheHalvesOfConsecutiveBlocks) {
  const StreamKey key{0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3};
  std::vector<std::uint16_t> halves(8 * 16);
  core::philox_halves(key, 0x243f6a80, 16, halves.data());
  const auto expected = core::philox_block(key, 0x243f6a88);
  for (std::size_t word = 0; word < 4; ++word) {
    EXPECT_EQ(halves[8 * 8 + 2 * word] | halves[8 * 8 + 2 * word + 1] << 16,
              static_cast<int>(expected[word]));
  }
#ifdef GLYPHMILL_HAS_AVX2
  if (!ops::available(ops::InstructionSet::kAvx2)) GTEST_SKIP() << "no AVX2 here";
  std::vector<std::uint16_t> lanes(halves.size());
  core::philox_halves_avx2(key, 0x243f6a80, 16, lanes.data());
  EXPECT_EQ(lanes, halves);
#endif
}

TEST(GaussianNoise, EveryInstructionSetGivesTheSameBytes) {
  if (!ops::available(ops::InstructionSet::kAvx2)) GTEST_SKIP() << "no AVX2 here";
  for (const std::size_t count : {1u, 63u, 255u, 256u, 257u, 5000u}) {
    for (const double sigma : {0.01, 0.4, 1.0, 39.525, 128.0, 255.0}) {
      std::vector<std::uint8_t> portable(count);
      for (std::size_t i = 0; i < count; ++i) portable[i] = static_cast<std::uint8_t>(i * 37);
      std::vector<std::uint8_t> avx2 = portable;
      ops::add_noise(portable.data(), count, sigma, {9, count, 4}, ops::InstructionSet::kPortable);
      ops::add_noise(avx2.data(), count, sigma, {9, count, 4}, ops::InstructionSet::kAvx2);
      EXPECT_EQ(portable, avx2) << count << " values, sigma " << sigma;
    }
  }
}

TEST(PixelBits, AreEightGeneratorsSideBySide) {
  const StreamKey key{5, 6, 7};
  constexpr std::uint32_t kChunk = 3;
  core::ChunkState state = core::chunk_state(key, kChunk, core::InstructionSet::kPortable);
  std::vector<std::uint32_t> words;
  for (std::uint32_t i = 0; i < 8; ++i) {
    const auto block = core::philox_block(key, core::kFirstPixelBlock + 8 * kChunk + i);
    words.insert(words.end(), block.begin(), block.end());
  }
  for (std::size_t batch = 0; batch < 3; ++batch) {
    core::PixelBits bits;
    core::next_bits(state, bits);
    for (std::size_t place = 0; place < bits.size(); place += 2) {
      // xoshiro128++ as its authors give it, generator by generator.
      const std::size_t g = place / 2 % 8;
      std::uint32_t s[4] = {words[g], words[8 + g], words[16 + g], words[24 + g]};
      const auto rotl = [](std::uint32_t x, int k) { return (x << k) | (x >> (32 - k)); };
      const std::uint32_t result = rotl(s[0] + s[3], 7) + s[0];
      const std::uint32_t t = s[1] << 9;
      s[2] ^= s[0];
      s[3] ^= s[1];
      s[1] ^= s[2];
      s[0] ^= s[3];
      s[2] ^= t;
      s[3] = rotl(s[3], 11);
      for (std::size_t w = 0; w < 4; ++w) words[8 * w + g] = s[w];
      ASSERT_EQ(bits[place] | static_cast<std::uint32_t>(bits[place + 1]) << 16, result) << place;
    }
  }
}

/// z in the middle of the cell that `own` names; the outer cells are cut by the next value's bits.
double normal_of(std::uint32_t own, std::uint32_t next) {
  const std::uint32_t cell = own & 0x7fff;
  const double middle = cell < 31744 ? cell + 0.5 : cell + (next % 8 + 0.5) / 8;
  return normal_quantile(0.5 + middle / 65536) * (own & 0x8000 ? -1 : 1);
}

TEST(GaussianNoise, FollowsItsFormula) {
  const StreamKey key{5, 6, 7};
  const double sigma = 0.1;
  const cv::Mat noisy =
      gaussian_noise(cv::Mat(50, 285, CV_8UC3, cv::Scalar::all(128)), {sigma}, key);
  const std::size_t count = noisy.total() * 3;
  for (std::size_t first = 0; first < count; first += core::kChunkValues) {
    core::ChunkState state =
        core::chunk_state(key, static_cast<std::uint32_t>(first / core::kChunkValues),
                          core::InstructionSet::kPortable);
    for (std::size_t batch = first; batch < std::min(first + core::kChunkValues, count);
         batch += core::kBatchValues) {
      core::PixelBits bits;
      core::next_bits(state, bits);
      for (std::size_t i = 0; i < bits.size() && batch + i < count; ++i) {
        const double z = normal_of(bits[i], bits[(i + 1) % bits.size()]);
        const double expected = std::clamp(128 + sigma * 255 * z, 0.0, 255.0);
        // Rounding, and |z| to 4 digits.
        ASSERT_NEAR(noisy.data[batch + i], expected, 0.51) << batch + i;
      }
    }
  }
}

TEST(GaussianNoise, SmallestSigmasChangeNothing) {
  const cv::Mat src(20, 30, CV_8UC3, cv::Scalar(0, 128, 255));
  for (const double sigma : {0.0, 1e-300, 1e-4}) {
    EXPECT_EQ(cv::norm(src, gaussian_noise(src, {sigma}, {1, 2, 3}), cv::NORM_INF), 0) << sigma;
  }
}

TEST(GaussianNoise, ApplyOnPartOfALargerImageLeavesTheRestAlone) {
  cv::Mat large(20, 40, CV_8UC1, cv::Scalar(100));
  Sample sample;
  sample.image = large(cv::Rect(5, 5, 30, 10));
  const cv::Mat expected = gaussian_noise(sample.image, {0.2}, {1, 2, 3});
  cv::Mat scratch;
  apply(sample, GaussianNoiseParams{0.2}, {1, 2, 3}, scratch);
  EXPECT_EQ(cv::norm(large(cv::Rect(5, 5, 30, 10)), expected, cv::NORM_INF), 0);
  large(cv::Rect(5, 5, 30, 10)) = 100;
  EXPECT_EQ(cv::countNonZero(large != 100), 0);
}

TEST(GaussianNoise, RefusesASigmaOutOfBounds) {
  const cv::Mat src(2, 2, CV_8UC1, cv::Scalar(0));
  EXPECT_EQ(refusal_of([&] { gaussian_noise(src, {1.5}, {}); }),
            "gaussian_noise.sigma: must be between 0 and 1. Got: 1.5");
  EXPECT_EQ(refusal_of([&] { gaussian_noise(src, {kNaN}, {}); }),
            "gaussian_noise.sigma: must be between 0 and 1. Got: nan");
}

TEST(SaltPepper, NoneAtZeroAndAllAtOne) {
  const cv::Mat src(13, 17, CV_8UC3, cv::Scalar(10, 20, 30));
  EXPECT_EQ(cv::norm(src, salt_pepper(src, {0, 0.5}, {1, 2, 3}), cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(invert(salt_pepper(src, {1, 1}, {1, 2, 3})), cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(salt_pepper(src, {1, 0}, {1, 2, 3}), cv::NORM_INF), 0);
}

TEST(SaltPepper, HitsAllChannelsOfAPixelTogether) {
  const cv::Mat hit =
      salt_pepper(cv::Mat(40, 50, CV_8UC3, cv::Scalar(10, 20, 30)), {0.3, 0.5}, {1, 2, 3});
  int untouched = 0;
  for (const cv::Vec3b& pixel : cv::Mat_<cv::Vec3b>(hit)) {
    if (pixel == cv::Vec3b(10, 20, 30)) {
      ++untouched;
      continue;
    }
    ASSERT_TRUE(pixel == cv::Vec3b::all(0) || pixel == cv::Vec3b::all(255)) << pixel;
  }
  EXPECT_GT(untouched, 0);
  EXPECT_LT(untouched, 40 * 50);
}

TEST(SaltPepper, ReachesTheFirstAndTheLastPixel) {
  int first = 0;
  int last = 0;
  for (std::uint64_t sample = 0; sample < 200; ++sample) {
    const cv::Mat hit =
        salt_pepper(cv::Mat(3, 7, CV_8UC1, cv::Scalar(99)), {0.5, 0.5}, {1, sample, 3});
    first += hit.at<std::uint8_t>(0, 0) != 99;
    last += hit.at<std::uint8_t>(2, 6) != 99;
  }
  EXPECT_NEAR(first, 100, 4 * std::sqrt(50));
  EXPECT_NEAR(last, 100, 4 * std::sqrt(50));
}

/// The rule with logarithms, one block of the stream a hit.
cv::Mat hit_by_rule(const cv::Size& size, const SaltPepperParams& params, const StreamKey& key) {
  cv::Mat image(size, CV_8UC1, cv::Scalar(99));
  const auto uniform = [](std::uint32_t high, std::uint32_t low) {
    return std::ldexp(static_cast<double>(((std::uint64_t{high} << 32) | low) >> 11), -53);
  };
  double pixel = -1;
  for (std::uint32_t block = core::kFirstPixelBlock;; ++block) {
    const auto words = core::philox_block(key, block);
    pixel += std::ceil(std::log(uniform(words[0], words[1])) / std::log1p(-params.amount));
    if (pixel >= image.size().area()) return image;
    image.data[static_cast<int>(pixel)] = uniform(words[2], words[3]) < params.salt_share ? 255 : 0;
  }
}

TEST(SaltPepper, GapsAndColoursComeFromTheStreamBlockByBlock) {
  const cv::Size size(285, 50);
  const cv::Mat src(size, CV_8UC1, cv::Scalar(99));
  for (const double amount : {1e-5, 0.003, 0.05, 0.5, 0.97}) {
    for (std::uint64_t sample = 0; sample < 5; ++sample) {
      const SaltPepperParams params{amount, 0.4};
      const StreamKey key{5, sample, 6};
      EXPECT_EQ(
          cv::norm(salt_pepper(src, params, key), hit_by_rule(size, params, key), cv::NORM_INF), 0)
          << amount << " " << sample;
    }
  }
}

TEST(SaltPepper, RefusesSharesOutOfBounds) {
  const cv::Mat src(2, 2, CV_8UC1, cv::Scalar(0));
  EXPECT_EQ(refusal_of([&] {
              salt_pepper(src, {-0.1, 0.5}, {});
            }),
            "salt_pepper.amount: must be between 0 and 1. Got: -0.1");
  EXPECT_EQ(refusal_of([&] {
              salt_pepper(src, {0.1, 2}, {});
            }),
            "salt_pepper.salt_share: must be between 0 and 1. Got: 2");
}

TEST(BrightnessContrast, IsAStraightLineAboutMiddleGray) {
  const cv::Mat src = pixels_of({0, 100, 127, 128, 200, 255});
  struct {
    BrightnessContrastParams params;
    std::vector<int> expected;
  } const table[] = {
      {{0, 1}, {0, 100, 127, 128, 200, 255}},
      {{0.2, 1}, {51, 151, 178, 179, 251, 255}},
      {{-0.2, 1}, {0, 49, 76, 77, 149, 204}},
      {{0, 2}, {0, 73, 127, 129, 255, 255}},  // 72.5 and 126.5 are rounded up
      {{0, 0}, {128, 128, 128, 128, 128, 128}},
      {{1, 10}, {0, 108, 255, 255, 255, 255}},  // 107.5
  };
  for (const auto& row : table) {
    EXPECT_EQ(values_of(brightness_contrast(src, row.params)), row.expected)
        << row.params.brightness << " " << row.params.contrast;
  }
}

TEST(BrightnessContrast, VectorsGiveWhatSingleValuesGive) {
  cv::Mat all(1, 256, CV_8UC1);
  for (int v = 0; v < 256; ++v) all.data[v] = static_cast<std::uint8_t>(v);
  for (const double brightness : {-1.0, -0.3, 0.0, 0.11, 1.0}) {
    for (const double contrast : {0.0, 0.7, 1.0, 1.37, 10.0}) {
      const cv::Mat adjusted = brightness_contrast(all, {brightness, contrast});
      for (int v = 0; v < 256; ++v) {
        const cv::Mat single = brightness_contrast(all.col(v), {brightness, contrast});
        ASSERT_EQ(adjusted.data[v], single.data[0]) << v << ' ' << brightness << ' ' << contrast;
      }
    }
  }
}

TEST(BrightnessContrast, PaperStaysTheColourOfThePaperPixels) {
  Sample sample;
  sample.paper = {250, 10, 128};
  sample.image = cv::Mat(2, 3, CV_8UC3, sample.paper);
  cv::Mat scratch;
  apply(sample, BrightnessContrastParams{0.1, 0.7}, {}, scratch);
  const auto pixel = sample.image.at<cv::Vec3b>(1, 2);
  for (int c = 0; c < 3; ++c) EXPECT_EQ(sample.paper[c], pixel[c]);
  EXPECT_NE(pixel, cv::Vec3b(250, 10, 128));
}

TEST(Invert, TurnsValuesAndPaperOver) {
  EXPECT_EQ(values_of(invert(pixels_of({0, 1, 128, 255}))), (std::vector<int>{255, 254, 127, 0}));
  Sample sample;
  sample.paper = {250, 10, 128};
  sample.image = cv::Mat(2, 3, CV_8UC3, sample.paper);
  cv::Mat scratch;
  apply(sample, InvertParams{}, {}, scratch);
  EXPECT_EQ(sample.image.at<cv::Vec3b>(1, 2), cv::Vec3b(5, 245, 127));
  for (int c = 0; c < 3; ++c) EXPECT_EQ(sample.paper[c], sample.image.at<cv::Vec3b>(0, 0)[c]);
}

}  // namespace
}  // namespace glyphmill
