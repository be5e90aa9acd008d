// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "glyphmill/random.h"
#include "glyphmill/recognition.h"

namespace glyphmill {

double Tally::rate() const {
  return count == 0 ? 0 : static_cast<double>(right) / static_cast<double>(count);
}

Interval wilson_interval(const Tally& tally) {
  if (tally.count == 0) return {};
  const double z = normal_quantile(0.975);
  const auto n = static_cast<double>(tally.count);
  const double p = tally.rate();
  const double centre = p + z * z / (2 * n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {std::max(0.0, (centre - half) / scale), std::min(1.0, (centre + half) / scale)};
}

double RecognitionReport::character_error_rate() const {
  if (truth_characters == 0) return 0;
  return static_cast<double>(edits()) / static_cast<double>(truth_characters);
}

Tally RecognitionReport::place(std::size_t number) const {
  Tally sum;
  for (const Tally& each : places[number]) {
    sum.count += each.count;
    sum.right += each.right;
  }
  return sum;
}

Tally RecognitionReport::character(std::size_t number) const {
  Tally tally;
  for (std::size_t answer = 0; answer < matrix_size(); ++answer) {
    tally.count += read_as(number, answer);
  }
  tally.right = read_as(number, number);
  return tally;
}

std::vector<Confusion> RecognitionReport::confusions(std::size_t most) const {
  std::vector<Confusion> found;
  for (std::size_t a = 0; a < characters.size(); ++a) {
    for (std::size_t b = a + 1; b < characters.size(); ++b) {
      const Confusion confusion{characters[a], characters[b], read_as(a, b), read_as(b, a)};
      if (confusion.forth + confusion.back > 0) found.push_back(confusion);
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const Confusion& a, const Confusion& b) {
    return a.forth + a.back > b.forth + b.back;
  });
  found.resize(std::min(found.size(), most));
  return found;
}

double RecognitionReport::calibration_error() const {
  if (sequences.count == 0) return 0;
  double sum = 0;
  for (const ConfidenceBin& bin : bins) {
    sum += std::abs(static_cast<double>(bin.answers.right) - bin.confidence);
  }
  return sum / static_cast<double>(sequences.count);
}

}  // namespace glyphmill
