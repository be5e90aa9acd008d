// SPDX-License-Identifier: Apache-2.0
#include "report/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glyphmill::report {
namespace {

/// The smallest of 1, 2 and 5 times a power of ten that is at least `step`.
double round_step(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

/// `value`, a multiple of `step`.
std::string text_of(double value, double step) {
  if (std::abs(value) < step / 2) return "0";
  if (step >= 1e6 || step < 1e-5) return fmt::format("{:.3g}", value);
  const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  return fmt::format("{:.{}f}", value, decimals);
}

}  // namespace

Axis::Axis(const Range& values, bool is_log) : is_log_(is_log) {
  low_ = scaled(values.min);
  high_ = scaled(values.max);
  // So far apart that doubles between them are still told apart.
  const double least = std::max(1e-12, std::abs(low_) * 1e-9);
  if (high_ - low_ < least) {
    const double margin = low_ == 0 ? 0.5 : std::abs(low_) / 10;
    low_ -= margin;
    high_ += margin;
  }
}

double Axis::scaled(double value) const { return is_log_ ? std::log10(value) : value; }

bool Axis::can_show(double value) const { return std::isfinite(value) && (!is_log_ || value > 0); }

std::vector<Tick> Axis::ticks(int count) const {
  // Less than about a decade is better told by even steps.
  return is_log_ && high_ - low_ > 0.9 ? log_ticks(count) : linear_ticks(count);
}

std::vector<Tick> Axis::linear_ticks(int count) const {
  const double low = is_log_ ? std::pow(10, low_) : low_;
  const double high = is_log_ ? std::pow(10, high_) : high_;
  const double step = round_step((high - low) / std::max(1, count));
  std::vector<Tick> ticks;
  const double first = std::ceil(low / step - 1e-6);
  for (double i = first; i <= high / step + 1e-6; ++i) {
    if (is_log_ && i <= 0) continue;
    ticks.push_back({place(i * step), text_of(i * step, step)});
  }
  return ticks;
}

std::vector<Tick> Axis::log_ticks(int count) const {
  const double decades = high_ - low_;
  const double each = std::max(1.0, std::ceil(decades / std::max(1, count)));
  const bool has_room = decades * 3 <= count;
  std::vector<Tick> ticks;
  for (double power = std::ceil(low_ / each - 1) * each; power <= high_; power += each) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      if (factor > 1 && !has_room) break;
      const double value = factor * std::pow(10, power);
      const double at = place(value);
      if (at >= -1e-9 && at <= 1 + 1e-9) ticks.push_back({at, fmt::format("{:g}", value)});
    }
  }
  return ticks;
}

}  // namespace glyphmill::report
