// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "glyphmill/ctc.h"
#include "recognition/automaton.h"
#include "recognition/log_sum.h"

namespace glyphmill::recognition {

/// Prefix beam search (A. Graves, "Supervised sequence labelling with recurrent neural networks",
/// 2012, section 7.5; in the form of A. Hannun et al., arXiv:1408.2873): after each step, the most
/// probable texts so far, each with the sum over those of its alignments that the beam did not
/// drop.
class BeamSearch {
 public:
  /// `automaton`: which texts are accepted; null: all. What is referred to must outlive this.
  BeamSearch(OutputKind kind, const LogProbabilities& outputs, const Automaton* automaton,
             std::size_t width);

  /// The classes of the best texts found, at most `count`, the most probable first. Call it once.
  std::vector<std::vector<std::uint32_t>> run(std::size_t count);

  /// Whether the beam was too narrow for all that was possible.
  bool has_dropped() const { return has_dropped_; }

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  /// A text, as the last branch of a tree of all texts met.
  struct Prefix {
    std::uint32_t parent = kNone;
    std::uint32_t last = 0;  // class; of the empty text 0
    State state = Automaton::kStart;
    std::uint32_t child = kNone;    // the newest
    std::uint32_t sibling = kNone;  // the next older child of the parent
    std::uint32_t place = kNone;    // in the beam
  };

  /// Logarithms of the probabilities of a prefix so far.
  struct Entry {
    std::uint32_t prefix = 0;
    double blank = kImpossible;      // alignments that end with no character
    double character = kImpossible;  // that end with its last character
    double total = kImpossible;
  };

  /// A prefix with one character more.
  struct Extension {
    std::uint32_t parent = 0;
    std::uint32_t last = 0;
    State state = Automaton::kStart;
    double total = kImpossible;
  };

  void step(std::size_t at);
  double extended(const Entry& entry, std::uint32_t character, const float* row) const;
  void stay(const float* row);
  void extend(const float* row, double least);
  void keep_best();
  void drop_hopeless(Entry& entry, State state, std::uint32_t last) const;
  double least_worth_keeping();
  std::uint32_t child_of(std::uint32_t parent, std::uint32_t character) const;
  std::uint32_t prefix_of(const Extension& extension);
  std::vector<std::uint32_t> classes_of(std::uint32_t prefix) const;

  OutputKind kind_;
  const LogProbabilities& outputs_;
  const Automaton* automaton_;
  std::size_t width_;
  std::size_t steps_left_ = 0;
  bool has_dropped_ = false;
  std::vector<Prefix> prefixes_;
  std::vector<Entry> beam_;
  std::vector<Entry> next_;  // those of beam_, a step later
  std::vector<Extension> extensions_;
  std::vector<double> totals_;
};

}  // namespace glyphmill::recognition
