// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "glyphmill/recognition.h"

namespace glyphmill {
namespace {

/// Fewest edits from what `truth` holds from i on to what `answer` holds from j on.
class Distances {
 public:
  template <class Character>
  Distances(const std::vector<Character>& truth, const std::vector<Character>& answer)
      : columns_(answer.size() + 1), values_((truth.size() + 1) * columns_) {
    for (std::size_t i = truth.size() + 1; i-- > 0;) {
      for (std::size_t j = answer.size() + 1; j-- > 0;) {
        if (i == truth.size() || j == answer.size()) {
          at(i, j) = truth.size() - i + answer.size() - j;
          continue;
        }
        const std::size_t paired = at(i + 1, j + 1) + (truth[i] == answer[j] ? 0 : 1);
        at(i, j) = std::min({paired, at(i + 1, j) + 1, at(i, j + 1) + 1});
      }
    }
  }

  std::size_t& at(std::size_t i, std::size_t j) { return values_[i * columns_ + j]; }

 private:
  std::size_t columns_;
  std::vector<std::size_t> values_;
};

template <class Character>
std::vector<Edit> aligned(const std::vector<Character>& truth,
                          const std::vector<Character>& answer) {
  Distances distances(truth, answer);
  std::vector<Edit> edits;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < truth.size() || j < answer.size()) {
    const bool can_pair = i < truth.size() && j < answer.size();
    const bool is_equal = can_pair && truth[i] == answer[j];
    if (can_pair && distances.at(i, j) == distances.at(i + 1, j + 1) + (is_equal ? 0 : 1)) {
      edits.push_back({is_equal ? Edit::Kind::kMatch : Edit::Kind::kSubstitute, i++, j++});
    } else if (i < truth.size() && distances.at(i, j) == distances.at(i + 1, j) + 1) {
      edits.push_back({Edit::Kind::kDelete, i++, j});
    } else {
      edits.push_back({Edit::Kind::kInsert, i, j++});
    }
  }
  return edits;
}

}  // namespace

std::vector<Edit> alignment(const std::vector<std::string>& truth,
                            const std::vector<std::string>& answer) {
  return aligned(truth, answer);
}

std::vector<Edit> alignment(const std::vector<std::uint32_t>& truth,
                            const std::vector<std::uint32_t>& answer) {
  return aligned(truth, answer);
}

}  // namespace glyphmill
