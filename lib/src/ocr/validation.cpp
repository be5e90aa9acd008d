// SPDX-License-Identifier: Apache-2.0
#include "ocr/validation.h"

#include <algorithm>

#include "glyphmill/ctc.h"
#include "glyphmill/recognition.h"

namespace glyphmill::ocr {
namespace {

constexpr std::uint64_t kChunk = 256;

}  // namespace

Measurement evaluate(Network& network, const ModelOptions& options, const Alphabet& alphabet,
                     const SampleStream& stream, std::uint64_t count, LineMaker& lines,
                     CenterStatistics* centers) {
  RecognitionStatistics statistics(alphabet.characters(), 1);
  DecodeOptions decoding;
  decoding.search = Search::kGreedy;
  if (options.head == Head::kPositions) decoding.outputs = OutputKind::kPositions;
  double loss = 0;
  for (std::uint64_t first = 0; first < count; first += kChunk) {
    const std::uint64_t size = std::min(kChunk, count - first);
    lines.make(stream, first, size);
    std::vector<const LineImage*> places;
    for (std::size_t i = 0; i < size; ++i) places.push_back(&lines.line(i));
    const std::vector<Frames> frames = frames_of(network, options, places, centers != nullptr);
    for (std::size_t i = 0; i < size; ++i) {
      const LogProbabilities outputs{frames[i].log_probabilities.data(), frames[i].steps,
                                     frames[i].classes};
      const std::vector<std::uint32_t> truth(lines.classes(i).begin(), lines.classes(i).end());
      const Decoded answer = decode(outputs, alphabet.characters(), decoding);
      statistics.add(text_of(truth, alphabet.characters()), answer.text, answer.confidence(),
                     first + i);
      loss -= log_likelihood(decoding.outputs, outputs, truth) /
              static_cast<double>(std::max<std::size_t>(1, truth.size()));
      if (centers != nullptr) centers->add(frames[i], truth);
    }
  }
  Measurement result;
  result.validation_loss = loss / static_cast<double>(count);
  result.accuracy = statistics.report().sequences.rate();
  result.character_error_rate = statistics.report().character_error_rate();
  return result;
}

}  // namespace glyphmill::ocr
