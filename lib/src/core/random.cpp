// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/random.h"

#include <algorithm>
#include <cmath>

#include "core/philox.h"

namespace glyphmill {
namespace {

/// Uniform in (0, 1), never an end: the centres of 2^52 equal cells.
double open_uniform01(SampleRng& rng) {
  const std::uint64_t high = rng.bits();
  const std::uint64_t low = rng.bits();
  const std::uint64_t cell = (high << 20) | (low >> 12);
  return (static_cast<double>(cell) + 0.5) * 0x1p-52;
}

template <std::size_t N>
double polynomial(const double (&coefficients)[N], double x) {
  double sum = coefficients[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) sum = sum * x + coefficients[i];
  return sum;
}

}  // namespace

StreamKey derived(const StreamKey& key, std::uint64_t part) {
  const auto seed_from = [](const StreamKey& from) {
    const auto words = core::philox_block(from, core::kDerivingBlock);
    return (static_cast<std::uint64_t>(words[0]) << 32) | words[1];
  };
  const std::uint64_t of_key = seed_from(key);
  return {seed_from({of_key, part, key.stage}), key.sample, key.stage};
}

std::uint32_t SampleRng::bits() {
  if (used_ == buffer_.size()) {
    buffer_ = core::philox_block(key_, block_++);
    used_ = 0;
  }
  return buffer_[used_++];
}

double SampleRng::uniform01() {
  const std::uint64_t high = bits();
  const std::uint64_t low = bits();
  return static_cast<double>((high << 21) | (low >> 11)) * 0x1p-53;
}

double SampleRng::uniform(const Range& range) {
  const double value = range.min + (range.max - range.min) * uniform01();
  return std::min(value, range.max);
}

std::int64_t SampleRng::uniform_int(std::int64_t low, std::int64_t high) {
  const auto first = static_cast<std::uint64_t>(low);
  const std::uint64_t size = static_cast<std::uint64_t>(high) - first + 1;  // 0 stands for 2^64
  const auto word64 = [this] {
    const std::uint64_t upper = bits();
    return (upper << 32) | bits();
  };
  if (size == 0) return static_cast<std::int64_t>(first + word64());
  // Multiply and keep the whole part; reject the few fractions that would make values uneven.
  if (size <= 0xffffffffu) {
    const std::uint64_t reject_below = (0x100000000u - size) % size;
    for (;;) {
      const std::uint64_t product = bits() * size;
      if ((product & 0xffffffffu) >= reject_below) {
        return static_cast<std::int64_t>(first + (product >> 32));
      }
    }
  }
  const std::uint64_t accept_below = ~std::uint64_t{0} - ~std::uint64_t{0} % size;
  for (;;) {
    const std::uint64_t word = word64();
    if (word < accept_below) return static_cast<std::int64_t>(first + word % size);
  }
}

bool SampleRng::bernoulli(double probability) { return uniform01() < probability; }

double SampleRng::normal(double mean, double stddev) {
  return mean + stddev * normal_quantile(open_uniform01(*this));
}

double SampleRng::truncated_normal(double mean, double stddev, double low, double high) {
  const double uniform = open_uniform01(*this);
  if (stddev == 0) return std::clamp(mean, low, high);
  // The tail on the side away from the mean keeps its precision: mirror so that it is the lower.
  const bool mirrored = low > mean;
  const double from = normal_cdf(mirrored ? (mean - high) / stddev : (low - mean) / stddev);
  const double to = normal_cdf(mirrored ? (mean - low) / stddev : (high - mean) / stddev);
  const double p = from + uniform * (to - from);
  if (p <= 0 || p >= 1) return mirrored ? low : std::clamp(mean, low, high);
  const double z = normal_quantile(p);
  return std::clamp(mean + stddev * (mirrored ? -z : z), low, high);
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z * 0.70710678118654752440); }

double normal_quantile(double p) {
  static constexpr double a[] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                                 1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                 3.3430575583588128105e+4, 2.5090809287301226727e+3};
  static constexpr double b[] = {1.0,
                                 4.2313330701600911252e+1,
                                 6.8718700749205790830e+2,
                                 5.3941960214247511077e+3,
                                 2.1213794301586595867e+4,
                                 3.9307895800092710610e+4,
                                 2.8729085735721942674e+4,
                                 5.2264952788528545610e+3};
  static constexpr double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                 5.76949722146069140550e0,  3.64784832476320460504e0,
                                 1.27045825245236838258e0,  2.41780725177450611770e-1,
                                 2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static constexpr double d[] = {1.0,
                                 2.05319162663775882187e0,
                                 1.67638483018380384940e0,
                                 6.89767334985100004550e-1,
                                 1.48103976427480074590e-1,
                                 1.51986665636164571966e-2,
                                 5.47593808499534494600e-4,
                                 1.05075007164441684324e-9};
  static constexpr double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                 1.78482653991729133580e0,  2.96560571828504891230e-1,
                                 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                 2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr double f[] = {1.0,
                                 5.99832206555887937690e-1,
                                 1.36929880922735805310e-1,
                                 1.48753612908506148525e-2,
                                 7.86869131145613259100e-4,
                                 1.84631831751005468180e-5,
                                 1.42151175831644588870e-7,
                                 2.04426310338993978564e-15};
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(a, r) / polynomial(b, r);
  }
  const double tail = q < 0 ? p : 1 - p;
  const double r = std::sqrt(-std::log(tail));
  const double z = r <= 5 ? polynomial(c, r - 1.6) / polynomial(d, r - 1.6)
                          : polynomial(e, r - 5) / polynomial(f, r - 5);
  return q < 0 ? -z : z;
}

}  // namespace glyphmill
