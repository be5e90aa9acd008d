// SPDX-License-Identifier: Apache-2.0
#include "ocr/schedule.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

namespace glyphmill::ocr {
namespace {

constexpr double kFinal = 0.01;

}  // namespace

double rate_share(const TrainingOptions& options, std::uint64_t step, std::uint64_t falls_from,
                  std::uint64_t steps) {
  const auto done = static_cast<double>(step + 1);
  const auto warmup = static_cast<double>(options.warmup_steps);
  if (done <= warmup) return done / warmup;
  if (steps == 0 || options.schedule == Schedule::kConstant) return 1;
  const auto from = static_cast<double>(falls_from);
  const double way =
      std::clamp((done - from) / std::max(1.0, static_cast<double>(steps) - from), 0.0, 1.0);
  const double left =
      options.schedule == Schedule::kLinear ? 1 - way : 0.5 * (1 + std::cos(CV_PI * way));
  return kFinal + (1 - kFinal) * left;
}

}  // namespace glyphmill::ocr
