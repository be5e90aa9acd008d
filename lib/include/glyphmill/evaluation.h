// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "glyphmill/generator.h"
#include "glyphmill/ocr.h"
#include "glyphmill/recognition.h"

/// Asks a trained model what images say, and compares its answers with their labels.
namespace glyphmill {

struct EvaluationOptions {
  /// Prefixes that prefix beam search keeps, 1 .. 10000. 0: the most probable class of each step,
  /// or a beam of 10 where answers are constrained.
  std::uint64_t beam = 0;
  std::string pattern;     ///< answers follow it, see Constraint::pattern; "": any
  std::string date;        ///< answers are dates of this layout, see Constraint::date; "": any
  std::size_t worst = 60;  ///< samples that RecognitionReport::worst keeps
  /// A file, replaced when it is whole, with a line of index, truth, answer and confidence,
  /// separated by tabs, for each sample below a line of these names; "": none.
  std::string answers;
  std::function<void(std::uint64_t done, std::uint64_t total)> on_progress = {};
  const std::atomic<bool>* stop = nullptr;  ///< ends soon, with nothing written
};

struct Evaluation {
  RecognitionReport report;
  std::uint64_t unconstrained = 0;  ///< answers that break the constraint: none fits the image
  bool interrupted = false;
  // Of all images together; making them is not counted.
  double recognising_seconds = 0;
  double decoding_seconds = 0;
};

/// Evaluates every sample, in memory that does not grow with their number. A label with characters
/// that the model does not know counts as wrong. Throws Error: kInvalidArgument (an option breaks
/// its rule; an image that no recogniser takes, naming the sample), what `Generator::sample`
/// throws, kIo.
Evaluation evaluate(const Recognizer& model, const Generator& samples,
                    const EvaluationOptions& options = {});

/// For people: `to_text` of the report, and the speed.
std::string to_text(const Evaluation& evaluation);
/// The object of the report, "unconstrained", and "speed": the only part that the clock has a say
/// in.
std::string to_json(const Evaluation& evaluation);

/// Files that tell more of an evaluation; "": none. Pictures are PNG or JPEG by their extension.
struct EvaluationFiles {
  std::string worst;        ///< `worst_sheet`
  std::string confusion;    ///< `confusion_picture`
  std::string reliability;  ///< `reliability_picture`
  std::string suggested;    ///< YAML of `suggested_weights`, for the labels of a recipe
  WeightOptions weights;
};

/// Throws now what `write_files` would throw for these names: Error, kInvalidArgument for another
/// extension, kIo for a directory that is not there.
void check(const EvaluationFiles& files);

/// Each file is replaced when it is whole. `samples` are those of the evaluation. Throws
/// Error(kIo).
void write_files(const Evaluation& evaluation, const Generator& samples,
                 const EvaluationFiles& files);

}  // namespace glyphmill
