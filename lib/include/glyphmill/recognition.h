// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <opencv2/core.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/label_weights.h"

/// How right a recogniser's answers are, and in what it errs.
namespace glyphmill {

/// One step from a truth to an answer.
struct Edit {
  enum class Kind {
    kMatch,
    kSubstitute,
    kInsert,  ///< a character of the answer that the truth lacks
    kDelete,  ///< a character of the truth that the answer lacks
  };
  Kind kind = Kind::kMatch;
  std::size_t truth = 0;   ///< place in the truth, from 0; of kInsert, that of the one it precedes
  std::size_t answer = 0;  ///< place in the answer, likewise
};

/// Fewest edits from `truth` to `answer`, both in characters, with the matches between them (V. I.
/// Levenshtein 1966). Of equally short ways the one that, read from the left, pairs characters
/// (matches, substitutes) first, else deletes, else inserts. Takes time and memory of the product
/// of the lengths.
std::vector<Edit> alignment(const std::vector<std::string>& truth,
                            const std::vector<std::string>& answer);
/// The same of classes.
std::vector<Edit> alignment(const std::vector<std::uint32_t>& truth,
                            const std::vector<std::uint32_t>& answer);

/// How often something was right.
struct Tally {
  std::uint64_t count = 0;
  std::uint64_t right = 0;

  /// 0 where nothing was counted.
  double rate() const;
  std::uint64_t wrong() const { return count - right; }
};

struct Interval {
  double low = 0;
  double high = 1;
};

/// Interval of a probability at 95 % (E. B. Wilson, JASA 22, 1927); 0 .. 1 for no counts.
Interval wilson_interval(const Tally& tally);

/// Answers of about one confidence.
struct ConfidenceBin {
  Tally answers;
  double confidence = 0;  ///< sum over the answers
};

struct RecognisedSample {
  std::uint64_t index = 0;
  std::string truth;
  std::string answer;
  double confidence = 0;
};

/// Two characters that were taken for one another.
struct Confusion {
  std::string first;
  std::string second;
  std::uint64_t forth = 0;  ///< first read as second
  std::uint64_t back = 0;   ///< second read as first
};

/// Counts of a `RecognitionStatistics`. In `matrix`, `characters` stand in their order, then come
/// kOther (every other character) and kNone (no character).
struct RecognitionReport {
  static constexpr std::array<double, 7> kThresholds = {0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999};

  std::vector<std::string> characters;  ///< the alphabet

  Tally sequences;  ///< right if truth and answer are equal
  std::uint64_t truth_characters = 0;
  std::uint64_t substituted = 0;
  std::uint64_t inserted = 0;
  std::uint64_t missing = 0;

  /// Of each place of the truth, the first 256, and of each character in each, `characters.size()
  /// + 1` of them: is there, in the alignment, an equal character in the answer?
  std::vector<std::vector<Tally>> places;
  /// Length of the answer less that of the truth -> samples; the ends -32 and 32 stand for what is
  /// beyond as well.
  std::map<int, std::uint64_t> length_differences;

  /// Runs of two or more equal characters in the truth; wrong where one of the run is missing or
  /// one more was inserted at it.
  Tally runs;
  std::uint64_t run_characters = 0;
  std::uint64_t doubled = 0;  ///< single characters of the truth that the answer has again

  /// Row: of the truth (kNone: inserted); column: of the answer (kNone: missing).
  std::vector<std::uint64_t> matrix;

  std::array<ConfidenceBin, 10> bins;  ///< by confidence: [0, 0.1), ... [0.9, 1]
  /// Answers of at least that confidence.
  std::array<Tally, kThresholds.size()> thresholds;

  /// The worst samples first: wrong ones by falling confidence, then right ones by growing
  /// confidence, then by index.
  std::vector<RecognisedSample> worst;

  std::size_t other() const { return characters.size(); }
  std::size_t none() const { return characters.size() + 1; }
  std::size_t matrix_size() const { return characters.size() + 2; }
  std::uint64_t read_as(std::size_t truth, std::size_t answer) const {
    return matrix[truth * matrix_size() + answer];
  }

  std::uint64_t edits() const { return substituted + inserted + missing; }
  /// Edits per character of the truth; 0 where there is none.
  double character_error_rate() const;
  /// All characters of the place, which is less than places.size().
  Tally place(std::size_t number) const;
  /// Occurrences in the truth of a character of the alphabet, or of other(), of which all count as
  /// right that were read as one of them.
  Tally character(std::size_t number) const;
  /// The most frequent confusions of two characters in either direction, at most `most`.
  std::vector<Confusion> confusions(std::size_t most) const;
  /// Mean distance of confidence and accuracy over the bins, weighted by their answers (Guo,
  /// Pleiss, Sun, Weinberger, ICML 2017).
  double calibration_error() const;
};

/// Counts answers, in memory that does not grow with their number. Not thread-safe: one a thread,
/// then added up.
class RecognitionStatistics {
 public:
  /// `alphabet`: distinct UTF-8 characters. Keeps the `worst` worst samples.
  explicit RecognitionStatistics(std::vector<std::string> alphabet, std::size_t worst = 60);

  /// Texts are UTF-8; confidence is 0 .. 1. Throws Error(kInvalidArgument).
  void add(const std::string& truth, const std::string& answer, double confidence,
           std::uint64_t index = 0);
  /// The same in whatever order parts are added, but for the rounding of sums of confidence.
  /// Throws Error(kInvalidArgument) for another alphabet.
  void add(const RecognitionStatistics& other);

  const RecognitionReport& report() const { return report_; }

 private:
  std::size_t number_of(const std::string& character) const;
  void count_edits(const std::vector<std::string>& truth, const std::vector<std::string>& answer);
  void count_confidence(double confidence, bool is_right);
  void keep_worst();

  std::size_t most_worst_;
  std::map<std::string, std::size_t> numbers_;
  RecognitionReport report_;
};

/// For people.
std::string to_text(const RecognitionReport& report);
/// One JSON object.
std::string to_json(const RecognitionReport& report);

/// A picture of `report.worst`: each image, below it the truth, the answer and the confidence, with
/// characters in red that were misread, missing (in the truth) or inserted (in the answer).
/// `image_of` gives the image of a sample's index, CV_8UC1 or CV_8UC3; sheets are limited to about
/// 30 million pixels. CV_8UC3.
cv::Mat worst_sheet(const RecognitionReport& report,
                    const std::function<cv::Mat(std::uint64_t index)>& image_of);

/// A heat map of `report.matrix`: rows are the truth, columns the answer, shades the share of the
/// row, numbers the counts of what is wrong. CV_8UC3.
cv::Mat confusion_picture(const RecognitionReport& report);

/// The curve of accuracy over confidence, by `report.bins`. CV_8UC3.
cv::Mat reliability_picture(const RecognitionReport& report);

struct WeightOptions {
  double strength = 1;  ///< 0 or more; factor of the logarithm of the relative error
  double most = 4;      ///< largest weight, 1 .. 1000
  /// Errors, as expected of the mean, that are added to the found and the expected ones of
  /// everything, above 0. More make weights more cautious.
  double prior_errors = 5;
};

/// What to write more of, so that the recogniser sees more of what it errs in.
///
/// A weight is 1 + strength * ln(relative error), at least 1 and at most `most`. The relative error
/// of something with e errors where the mean error rate expects m is
/// (max(m, e - 2 sqrt(e)) + prior_errors) / (m + prior_errors): the found number is lowered by two
/// standard errors of a count, and what was seen seldom stays near 1, so that the chance of a small
/// evaluation does not become data. (With a Gamma prior of mean 1 and shape prior_errors on the
/// relative error, this is its posterior mean.) Weights have two decimals;
/// those below 1.05 are left out.
/// - characters: errors are its misreadings, and others' being read as it.
/// - pairs: both orders of two characters that are taken for one another, against the mean of all;
///   with half the strength, as the weights of both characters count there too.
/// - repeats: wrong runs.
/// - positions: characters at places whose error rate exceeds the mean by two standard errors,
///   against the character's own error rate.
LabelWeights suggested_weights(const RecognitionReport& report, const WeightOptions& options = {});

}  // namespace glyphmill
