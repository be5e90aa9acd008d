// SPDX-License-Identifier: Apache-2.0
#include "recognition/lattice.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "glyphmill/utf8.h"
#include "recognition/log_sum.h"

namespace glyphmill {
namespace recognition {
namespace {

/// The places that an alignment of a text goes through, one a step and never back. Of frames place
/// 2 i is the blank before character i and place 2 i + 1 the character. Of positions place i + 1 is
/// character i, or what follows it.
class Lattice {
 public:
  Lattice(OutputKind kind, const LogProbabilities& outputs,
          const std::vector<std::uint32_t>& classes)
      : is_ctc_(kind == OutputKind::kCtc), outputs_(outputs), classes_(classes) {}

  std::size_t size() const { return (is_ctc_ ? 2 : 1) * classes_.size() + 1; }

  /// Calls `visit(place)` for those that a step can be at, from the last, which is what lets one
  /// row of values be overwritten.
  template <class Visit>
  void for_each_place(std::size_t step, const Visit& visit) const {
    const std::size_t left = outputs_.steps - 1 - step;
    const std::size_t farthest = is_ctc_ ? 2 * step + 1 : step + 1;
    const std::size_t to_go = is_ctc_ ? 2 * left + 1 : left;  // at most, to the last place
    const std::size_t first = size() > to_go + 1 ? size() - 1 - to_go : 0;
    for (std::size_t place = std::min(size(), farthest + 1); place-- > first;) visit(place);
  }

  /// The values of a place from those of the step before, as arrived(way, places back).
  template <class Arrived>
  void for_each_way(std::size_t place, std::size_t step, const std::vector<double>& before,
                    const Arrived& arrived) const {
    const float* const row = outputs_.row(step);
    if (!is_ctc_) {
      arrived(before[place] + static_cast<double>(row[0]), 0);
      if (place > 0) arrived(before[place - 1] + static_cast<double>(row[classes_[place - 1]]), 1);
      return;
    }
    const std::size_t character = place / 2;
    const bool is_blank = place % 2 == 0;
    const auto log_p = static_cast<double>(row[is_blank ? 0 : classes_[character]]);
    arrived(before[place] + log_p, 0);
    if (place > 0) arrived(before[place - 1] + log_p, 1);
    const bool may_skip =
        !is_blank && character > 0 && classes_[character] != classes_[character - 1];
    if (may_skip) arrived(before[place - 2] + log_p, 2);
  }

  /// Whether being there is saying a character in this step, given how it was reached.
  bool says(std::size_t place, std::size_t places_back) const {
    return is_ctc_ ? place % 2 == 1 : places_back == 1;
  }
  std::size_t character_at(std::size_t place) const { return is_ctc_ ? place / 2 : place - 1; }

  /// Where alignments begin: as if in the first blank, or before the first position.
  std::vector<double> beginning() const {
    std::vector<double> values(size(), kImpossible);
    values[0] = 0;
    return values;
  }

  /// The last places: all is said.
  bool ends_before_blank() const { return is_ctc_ && size() > 1; }

 private:
  bool is_ctc_;
  const LogProbabilities& outputs_;
  const std::vector<std::uint32_t>& classes_;
};

}  // namespace

std::vector<DecodedCharacter> placed_characters(OutputKind kind, const LogProbabilities& outputs,
                                                const std::vector<std::uint32_t>& classes) {
  const Lattice lattice(kind, outputs, classes);
  const std::size_t size = lattice.size();
  std::vector<double> values = lattice.beginning();
  std::vector<unsigned char> back(outputs.steps * size);
  for (std::size_t step = 0; step < outputs.steps; ++step) {
    lattice.for_each_place(step, [&](std::size_t place) {
      double best = kImpossible;
      lattice.for_each_way(place, step, values, [&](double value, unsigned char places_back) {
        if (value <= best) return;
        best = value;
        back[step * size + place] = places_back;
      });
      values[place] = best;
    });
  }
  std::vector<DecodedCharacter> characters(classes.size());
  std::size_t place = size - 1;
  if (lattice.ends_before_blank() && values[place - 1] > values[place]) --place;
  for (std::size_t step = outputs.steps; step-- > 0;) {
    const std::size_t places_back = back[step * size + place];
    if (lattice.says(place, places_back)) {
      const std::size_t number = lattice.character_at(place);
      DecodedCharacter& character = characters[number];
      const double probability = std::exp(static_cast<double>(outputs.row(step)[classes[number]]));
      if (probability >= character.probability) {
        character = {classes[number], step, std::min(1.0, probability)};
      }
    }
    place -= places_back;
  }
  return characters;
}

}  // namespace recognition

double log_likelihood(OutputKind kind, const LogProbabilities& outputs,
                      const std::vector<std::uint32_t>& classes) {
  using namespace recognition;
  const Lattice lattice(kind, outputs, classes);
  std::vector<double> values = lattice.beginning();
  for (std::size_t step = 0; step < outputs.steps; ++step) {
    lattice.for_each_place(step, [&](std::size_t place) {
      double sum = kImpossible;
      lattice.for_each_way(place, step, values,
                           [&](double value, int) { sum = log_sum(sum, value); });
      values[place] = sum;
    });
  }
  const std::size_t last = lattice.size() - 1;
  return lattice.ends_before_blank() ? log_sum(values[last], values[last - 1]) : values[last];
}

double ctc_log_likelihood(const LogProbabilities& outputs,
                          const std::vector<std::uint32_t>& classes) {
  return log_likelihood(OutputKind::kCtc, outputs, classes);
}

std::size_t ctc_needed_steps(const std::string& label) {
  const std::vector<std::string> characters = utf8_characters(label);
  std::size_t steps = characters.size();
  for (std::size_t i = 1; i < characters.size(); ++i) {
    if (characters[i] == characters[i - 1]) ++steps;
  }
  return steps;
}

}  // namespace glyphmill
