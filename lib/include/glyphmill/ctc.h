// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "glyphmill/constraint.h"

/// What the outputs of a recogniser say. Every function is pure and thread-safe.
///
/// Class 0 is no character; class c >= 1 is character c - 1 of an alphabet of distinct UTF-8
/// characters.
namespace glyphmill {

/// Natural logarithms of the probability of each class in each step, row by row; not owned. What is
/// `-inf` cannot be; no value is NaN or `+inf`. Each row's probabilities sum to 1.
struct LogProbabilities {
  const float* values = nullptr;
  std::size_t steps = 0;
  std::size_t classes = 0;  ///< characters of the alphabet, and one

  const float* row(std::size_t step) const { return values + step * classes; }
};

/// What a step of the outputs means.
enum class OutputKind {
  /// A frame of connectionist temporal classification (Graves, Fernandez, Gomez, Schmidhuber,
  /// ICML 2006): repeats are merged, then the blanks (class 0) dropped.
  kCtc,
  /// A position of the text: its character or, for class 0, none. Nothing is merged.
  kPositions,
};

/// One character of an answer.
struct DecodedCharacter {
  std::uint32_t number = 0;  ///< its class
  std::size_t step = 0;      ///< where it is surest, in the most probable alignment of the answer
  double probability = 0;    ///< of its class in that step
};

/// A text that the outputs may say.
struct Decoded {
  std::string text;
  std::vector<DecodedCharacter> characters;  ///< of `text`, in order
  /// Of the text given the outputs: all its alignments together. A constraint does not scale it.
  double log_probability = -std::numeric_limits<double>::infinity();
  /// False if no text that the constraint accepts has been found; then this is the answer without
  /// the constraint.
  bool accepted = true;

  /// The probability of the text, 0 .. 1.
  double confidence() const;
};

enum class Search {
  kGreedy,  ///< the most probable class in each step; with a constraint the same as kBeam
  kBeam,    ///< prefix beam search: sums over the alignments of each text
};

struct DecodeOptions {
  OutputKind outputs = OutputKind::kCtc;
  Search search = Search::kBeam;
  /// Prefixes kept after each step, at least 1. With kUnboundedWidth nothing is dropped and the
  /// most probable text is found for certain, in time that grows exponentially with the steps.
  std::size_t width = 10;
  Constraint constraint = {};  ///< made for the same alphabet
};
inline constexpr std::size_t kUnboundedWidth = std::numeric_limits<std::size_t>::max();

/// The best text found. Of equally probable ones the shorter and then the one of smaller classes.
///
/// With a constraint, prefixes that cannot be completed to a whole accepted text in the steps left
/// are dropped, so that every text of the last step is accepted, and there is one whenever the
/// steps suffice for any accepted text and no probability is 0. Where probabilities of 0 leave the
/// beam empty, the search is repeated with beams 8 times as wide each, up to 5120; if that too
/// finds nothing, see `Decoded::accepted`.
///
/// Throws Error(kInvalidArgument) unless the classes are those of the alphabet and of the
/// constraint, and the width is at least 1.
Decoded decode(const LogProbabilities& outputs, const std::vector<std::string>& alphabet,
               const DecodeOptions& options = {});

/// The best `count` texts found, the most probable one first: by beam search, whatever
/// `options.search` says. Fewer where the beam holds fewer; never none.
std::vector<Decoded> decode_several(const LogProbabilities& outputs,
                                    const std::vector<std::string>& alphabet, std::size_t count,
                                    const DecodeOptions& options = {});

/// The classes of the characters of `text`. Throws Error(kInvalidArgument) naming a character that
/// the alphabet lacks.
std::vector<std::uint32_t> classes_of(const std::string& text,
                                      const std::vector<std::string>& alphabet);

/// Its inverse. Requires classes within the alphabet, none 0.
std::string text_of(const std::vector<std::uint32_t>& classes,
                    const std::vector<std::string>& alphabet);

/// Logarithm of the probability of the text of `classes`: the sum over all its alignments, by the
/// forward algorithm in the logarithmic domain (Graves et al. 2006, section 4.1). `-inf` where it
/// cannot be, as with fewer frames than `ctc_needed_steps`. Requires classes within 1 ..
/// outputs.classes - 1.
double ctc_log_likelihood(const LogProbabilities& outputs,
                          const std::vector<std::uint32_t>& classes);

/// The same for outputs of the kind `outputs_kind`.
double log_likelihood(OutputKind kind, const LogProbabilities& outputs,
                      const std::vector<std::uint32_t>& classes);

/// The fewest frames that can say `label`, UTF-8: its characters, and a blank between each two that
/// are equal.
std::size_t ctc_needed_steps(const std::string& label);

}  // namespace glyphmill
