// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "glyphmill/generator.h"
#include "glyphmill/training.h"
#include "job/mix_law.h"
#include "ocr/line_image.h"

/// What networks are trained and validated on.
namespace glyphmill::ocr {

/// Samples of several generators by weight; without an end, for those that have one begin again.
/// Immutable; thread-safe.
class SampleStream {
 public:
  enum class Use { kTraining, kValidation };

  /// For validation each recipe's split `val`, or where it has none the same law with another seed.
  /// Recipes without a seed get `seed`.
  SampleStream(const std::vector<TrainingStream>& streams, Use use, std::uint64_t seed);
  /// The samples of one recipe, in its own order.
  SampleStream(const Recipe& recipe, std::uint64_t seed);

  /// Throws as `Generator::sample`, naming the stream and the sample.
  void sample(std::uint64_t k, Sample& sample, Generator::Scratch& scratch) const;

  /// Runs `use` with what names sample k before its errors.
  void within_sample(std::uint64_t k, const std::function<void()>& use) const;

  /// Samples until the first of them comes again; of several generators as many as can be counted.
  std::uint64_t count() const;

  /// The characters of all labels, each once, in the order of their code points.
  std::vector<std::string> characters() const;

 private:
  struct Place {
    std::size_t stream = 0;
    std::uint64_t sample = 0;
  };
  Place place_of(std::uint64_t k) const;

  std::vector<std::unique_ptr<Generator>> generators_;
  job::MixLaw mix_;
};

/// What a task validates on.
SampleStream validation_of(const TrainingTask& task);

/// The characters of the task's model, of which there are those of both streams if it names none.
std::vector<std::string> characters_of(const TrainingTask& task, const SampleStream& training,
                                       const SampleStream& validation);

/// Texts as classes of a network: class c >= 1 is character c - 1.
class Alphabet {
 public:
  /// Throws Error(kInvalidArgument) for no characters, repeated ones, and texts that are not one
  /// character.
  explicit Alphabet(std::vector<std::string> characters);

  const std::vector<std::string>& characters() const { return characters_; }
  std::size_t classes() const { return characters_.size() + 1; }
  /// Throws Error(kInvalidArgument) naming the character that is not one of these.
  std::vector<int> classes_of(const std::string& text) const;

 private:
  std::vector<std::string> characters_;
  std::map<std::string, int> places_;
};

/// Runs `work(worker, i)` for every i < count, on several threads at once; workers are numbered
/// from 0 and each is used by one thread at a time.
using ParallelLoop = std::function<void(
    std::size_t count, const std::function<void(std::size_t worker, std::size_t i)>& work)>;

/// Makes samples into lines and classes, and keeps its memory between calls.
class LineMaker {
 public:
  LineMaker(const ModelOptions& options, const Alphabet& alphabet, std::size_t workers,
            ParallelLoop loop);

  /// Samples [first, first + count). Throws Error(kInvalidArgument), naming the first such sample,
  /// for labels that the model cannot say: other characters, more than it has steps or positions.
  void make(const SampleStream& stream, std::uint64_t first, std::size_t count);

  std::size_t size() const { return lines_.size(); }
  const LineImage& line(std::size_t i) const { return lines_[i]; }
  const std::vector<int>& classes(std::size_t i) const { return classes_[i]; }
  const std::vector<std::vector<int>>& all_classes() const { return classes_; }

 private:
  struct Worker {
    Sample sample;
    Generator::Scratch scratch;
  };
  void check(const std::string& label, std::size_t i) const;

  const ModelOptions& options_;
  const Alphabet& alphabet_;
  ParallelLoop loop_;
  std::vector<Worker> workers_;
  std::vector<LineImage> lines_;
  std::vector<std::vector<int>> classes_;
};

}  // namespace glyphmill::ocr
