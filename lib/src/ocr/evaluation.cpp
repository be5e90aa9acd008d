// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "glyphmill/ctc.h"
#include "glyphmill/error.h"
#include "job/first_failure.h"
#include "sinks/files.h"

namespace glyphmill {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kChunk = 256;  // images in memory
constexpr std::uint64_t kWidestBeam = 10'000;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

DecodeOptions decoding_of(const ModelDescription& model, const EvaluationOptions& options) {
  if (!options.pattern.empty() && !options.date.empty()) {
    throw Error(ErrorCode::kInvalidArgument, "pattern and date exclude each other");
  }
  if (options.beam > kWidestBeam) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("beam: must be at most {}. Got: {}", kWidestBeam, options.beam));
  }
  DecodeOptions decoding;
  if (model.options.head == Head::kPositions) decoding.outputs = OutputKind::kPositions;
  decoding.search = options.beam == 0 ? Search::kGreedy : Search::kBeam;
  if (options.beam > 0) decoding.width = options.beam;
  if (!options.pattern.empty()) {
    decoding.constraint = Constraint::pattern(options.pattern, model.characters);
  }
  if (!options.date.empty()) {
    decoding.constraint = Constraint::date(options.date, model.characters);
  }
  return decoding;
}

/// One line for each answer.
class AnswersFile {
 public:
  explicit AnswersFile(const std::string& path)
      : place_(sinks::place_of_file(path)),
        file_(place_.directory, sinks::name_of_our_own(place_.name), place_.name) {
    file_.write("index\ttruth\tanswer\tconfidence\n");
  }

  void add(const RecognisedSample& sample) {
    file_.write(fmt::format("{}\t{}\t{}\t{}\n", sample.index, sample.truth, sample.answer,
                            sample.confidence));
  }
  void commit() { file_.commit(); }

 private:
  sinks::FilePlace place_;
  sinks::NewFile file_;
};

class Evaluator {
 public:
  Evaluator(const Recognizer& model, const Generator& samples, const EvaluationOptions& options)
      : model_(model),
        samples_(samples),
        options_(options),
        decoding_(decoding_of(model.model(), options)),
        statistics_(model.model().characters, options.worst) {
    if (!options.answers.empty()) answers_.emplace(options.answers);
  }

  Evaluation run() {
    const std::uint64_t count = samples_.count();
    for (std::uint64_t first = 0; first < count; first += kChunk) {
      result_.interrupted = options_.stop != nullptr && *options_.stop;
      if (result_.interrupted) break;
      make(first, std::min(kChunk, count - first));
      read(first);
      if (options_.on_progress) options_.on_progress(first + images_.size(), count);
    }
    result_.report = statistics_.report();
    if (answers_ && !result_.interrupted) answers_->commit();
    return std::move(result_);
  }

 private:
  void make(std::uint64_t first, std::uint64_t count) {
    images_.clear();
    labels_.clear();
    for (std::uint64_t k = first; k < first + count; ++k) {
      job::within_sample(k, [&] {
        Sample sample = samples_.sample(k);
        images_.push_back(std::move(sample.image));
        labels_.push_back(std::move(sample.label));
      });
    }
  }

  std::vector<Frames> recognised(std::uint64_t first) const {
    try {
      return model_.recognize(images_);
    } catch (const Error&) {
      // Of which of them?
      for (std::size_t i = 0; i < images_.size(); ++i) {
        job::within_sample(first + i, [&] { model_.recognize({images_[i]}); });
      }
      throw;
    }
  }

  void read(std::uint64_t first) {
    const Clock::time_point before = Clock::now();
    const std::vector<Frames> frames = recognised(first);
    const Clock::time_point between = Clock::now();
    std::vector<Decoded> answers;
    for (const Frames& each : frames) {
      answers.push_back(decode({each.log_probabilities.data(), each.steps, each.classes},
                               model_.model().characters, decoding_));
    }
    result_.decoding_seconds += seconds_since(between);
    result_.recognising_seconds += std::chrono::duration<double>(between - before).count();
    for (std::size_t i = 0; i < answers.size(); ++i) {
      add({first + i, labels_[i], answers[i].text, answers[i].confidence()}, answers[i].accepted);
    }
  }

  void add(const RecognisedSample& sample, bool accepted) {
    statistics_.add(sample.truth, sample.answer, sample.confidence, sample.index);
    if (!accepted) ++result_.unconstrained;
    if (answers_) answers_->add(sample);
  }

  const Recognizer& model_;
  const Generator& samples_;
  const EvaluationOptions& options_;
  DecodeOptions decoding_;
  RecognitionStatistics statistics_;
  std::optional<AnswersFile> answers_;
  std::vector<cv::Mat> images_;
  std::vector<std::string> labels_;
  Evaluation result_;
};

}  // namespace

Evaluation evaluate(const Recognizer& model, const Generator& samples,
                    const EvaluationOptions& options) {
  return Evaluator(model, samples, options).run();
}

}  // namespace glyphmill
