// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ops/salt_pepper.h"

#include <algorithm>
#include <array>

#include "core/philox.h"
#include "ops/pixels.h"

namespace glyphmill {
namespace {

constexpr std::string_view kName = "salt_pepper";
constexpr Bounds kShareBounds{0, 1};

/// Uniform in [0, 1), 53 bits.
double uniform01(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t word = (static_cast<std::uint64_t>(high) << 32) | low;
  return static_cast<double>(word >> 11) * 0x1p-53;
}

/// The geometric law of the number of pixels passed over between two hits:
/// P(gap >= n) = (1 - amount)^n.
class GapLaw {
 public:
  /// Gaps that reach `end`, or that no 53-bit u but 0 reaches, are not told apart.
  GapLaw(double amount, std::size_t end) {
    double power = 1 - amount;
    for (; power >= 0x1p-53 && (std::size_t{1} << size_) <= end; power *= power) {
      miss_[size_++] = power;
    }
  }

  /// The largest n with u < (1 - amount)^n, found digit by digit. Multiplications and comparisons
  /// alone, unlike log(u) / log(1 - amount), come out the same with every mathematical library.
  std::size_t gap(double u) const {
    std::size_t n = 0;
    double reached = 1;
    for (std::size_t digit = size_; digit-- > 0;) {
      // No branch, for it would be mispredicted half the time.
      const bool set = u < reached * miss_[digit];
      reached *= set ? miss_[digit] : 1.0;
      n |= std::size_t{set} << digit;
    }
    return n;
  }

 private:
  std::array<double, 64> miss_{};  // (1 - amount)^(2^digit)
  std::size_t size_ = 0;
};

void check(const cv::Mat& image, const SaltPepperParams& params) {
  ops::check_image(image, kName);
  ops::check_param(kName, "amount", params.amount, kShareBounds);
  ops::check_param(kName, "salt_share", params.salt_share, kShareBounds);
}

void hit_pixels(cv::Mat& image, const SaltPepperParams& params, const StreamKey& key) {
  const std::size_t total = image.total();
  const auto cols = static_cast<std::size_t>(image.cols);
  const auto channels = static_cast<std::size_t>(image.channels());
  const GapLaw law(params.amount, total);
  std::uint32_t block = core::kFirstPixelBlock;
  for (std::size_t pixel = 0;; ++pixel, ++block) {
    const auto words = core::philox_block(key, block);
    pixel += law.gap(uniform01(words[0], words[1]));
    if (pixel >= total) return;
    const std::uint8_t colour = uniform01(words[2], words[3]) < params.salt_share ? 255 : 0;
    std::uint8_t* place = image.ptr(static_cast<int>(pixel / cols)) + pixel % cols * channels;
    std::fill_n(place, channels, colour);
  }
}

}  // namespace

void describe(SaltPepperOptions& options, FieldVisitor& visitor) {
  visitor.range("amount", options.amount, kShareBounds, "share of the pixels that are hit");
  visitor.range("salt_share", options.salt_share, kShareBounds,
                "share of the hits that turn white; the others turn black");
}

SaltPepperParams draw(const SaltPepperOptions& options, SampleRng& rng) {
  SaltPepperParams params;
  params.amount = rng.uniform(options.amount);
  params.salt_share = rng.uniform(options.salt_share);
  return params;
}

void record(const SaltPepperParams& params, std::string_view stage,
            std::vector<DrawnValue>& drawn) {
  drawn.push_back({stage, "amount", params.amount});
  drawn.push_back({stage, "salt_share", params.salt_share});
}

cv::Mat salt_pepper(const cv::Mat& src, const SaltPepperParams& params, const StreamKey& key) {
  check(src, params);
  cv::Mat hit = src.clone();
  hit_pixels(hit, params, key);
  return hit;
}

void apply(Sample& sample, const SaltPepperParams& params, const StreamKey& key, cv::Mat&) {
  check(sample.image, params);
  hit_pixels(sample.image, params, key);
}

}  // namespace glyphmill
