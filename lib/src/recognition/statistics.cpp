// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/recognition.h"
#include "glyphmill/utf8.h"

namespace glyphmill {
namespace {

using Kind = Edit::Kind;

constexpr std::size_t kMostPlaces = 256;
constexpr int kMostDifference = 32;

void add(Tally& tally, const Tally& other) {
  tally.count += other.count;
  tally.right += other.right;
}

void add(Tally& tally, bool is_right) { add(tally, {1, is_right ? 1U : 0U}); }

void add(ConfidenceBin& bin, const ConfidenceBin& other) {
  add(bin.answers, other.answers);
  bin.confidence += other.confidence;
}

template <class Tallies>
void add_each(Tallies& tallies, const Tallies& others) {
  for (std::size_t i = 0; i < others.size(); ++i) add(tallies[i], others[i]);
}

/// The worse first.
bool is_worse(const RecognisedSample& a, const RecognisedSample& b) {
  const auto key = [](const RecognisedSample& sample) {
    const bool is_right = sample.truth == sample.answer;
    return std::make_tuple(is_right, is_right ? sample.confidence : -sample.confidence,
                           sample.index);
  };
  return key(a) < key(b);
}

std::string joined(const std::vector<std::string>& characters) {
  std::string text;
  for (const std::string& character : characters) text += character;
  return shown(text);
}

/// So many at least.
void make_places(std::size_t count, RecognitionReport& report) {
  if (report.places.size() >= count) return;
  report.places.resize(count, std::vector<Tally>(report.characters.size() + 1));
}

/// The place in the truth after the run of equal characters that begins at `first`.
std::size_t end_of_run(const std::vector<std::string>& truth, std::size_t first) {
  std::size_t end = first + 1;
  while (end < truth.size() && truth[end] == truth[first]) ++end;
  return end;
}

/// Runs and single characters of the truth, and whether the answer has as many of them.
void count_runs(const std::vector<std::string>& truth, const std::vector<std::string>& answer,
                const std::vector<Edit>& edits, RecognitionReport& report) {
  for (std::size_t first = 0; first < truth.size();) {
    const std::size_t end = end_of_run(truth, first);
    bool has_less = false;
    bool has_more = false;
    for (const Edit& edit : edits) {
      const bool is_within = edit.truth >= first && edit.truth < end;
      has_less = has_less || (edit.kind == Kind::kDelete && is_within);
      has_more = has_more || (edit.kind == Kind::kInsert && (is_within || edit.truth == end) &&
                              answer[edit.answer] == truth[first]);
    }
    if (end - first > 1) {
      add(report.runs, !has_less && !has_more);
      report.run_characters += end - first;
    } else if (has_more) {
      ++report.doubled;
    }
    first = end;
  }
}

}  // namespace

RecognitionStatistics::RecognitionStatistics(std::vector<std::string> alphabet, std::size_t worst)
    : most_worst_(worst) {
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    if (numbers_.emplace(alphabet[i], i).second) continue;
    throw Error(
        ErrorCode::kInvalidArgument,
        fmt::format("alphabet: characters must differ. Got: '{}' twice", printable(alphabet[i])));
  }
  report_.characters = std::move(alphabet);
  report_.matrix.assign(report_.matrix_size() * report_.matrix_size(), 0);
}

std::size_t RecognitionStatistics::number_of(const std::string& character) const {
  const auto found = numbers_.find(character);
  return found == numbers_.end() ? report_.other() : found->second;
}

void RecognitionStatistics::add(const std::string& truth, const std::string& answer,
                                double confidence, std::uint64_t index) {
  if (!(confidence >= 0 && confidence <= 1)) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("confidence: must be between 0 and 1. Got: {}", confidence));
  }
  const std::vector<std::string> expected = utf8_characters(truth);
  const std::vector<std::string> got = utf8_characters(answer);
  const bool is_right = truth == answer;
  glyphmill::add(report_.sequences, is_right);
  report_.truth_characters += expected.size();
  const auto difference =
      static_cast<std::int64_t>(got.size()) - static_cast<std::int64_t>(expected.size());
  ++report_.length_differences[static_cast<int>(
      std::clamp<std::int64_t>(difference, -kMostDifference, kMostDifference))];
  count_edits(expected, got);
  count_confidence(confidence, is_right);
  report_.worst.push_back({index, truth, answer, confidence});
  keep_worst();
}

void RecognitionStatistics::count_edits(const std::vector<std::string>& truth,
                                        const std::vector<std::string>& answer) {
  const std::vector<Edit> edits = alignment(truth, answer);
  make_places(std::min(truth.size(), kMostPlaces), report_);
  for (const Edit& edit : edits) {
    const bool is_insert = edit.kind == Kind::kInsert;
    const bool is_delete = edit.kind == Kind::kDelete;
    const std::size_t row = is_insert ? report_.none() : number_of(truth[edit.truth]);
    const std::size_t column = is_delete ? report_.none() : number_of(answer[edit.answer]);
    ++report_.matrix[row * report_.matrix_size() + column];
    report_.inserted += is_insert ? 1 : 0;
    report_.missing += is_delete ? 1 : 0;
    report_.substituted += edit.kind == Kind::kSubstitute ? 1 : 0;
    if (is_insert || edit.truth >= kMostPlaces) continue;
    glyphmill::add(report_.places[edit.truth][row], edit.kind == Kind::kMatch);
  }
  count_runs(truth, answer, edits, report_);
}

void RecognitionStatistics::count_confidence(double confidence, bool is_right) {
  const auto count = static_cast<double>(report_.bins.size());
  const auto bin = std::min(report_.bins.size() - 1, static_cast<std::size_t>(confidence * count));
  glyphmill::add(report_.bins[bin].answers, is_right);
  report_.bins[bin].confidence += confidence;
  for (std::size_t i = 0; i < report_.thresholds.size(); ++i) {
    if (confidence < RecognitionReport::kThresholds[i]) break;
    glyphmill::add(report_.thresholds[i], is_right);
  }
}

/// Puts the last sample in its place among those before it, which are in order.
void RecognitionStatistics::keep_worst() {
  auto& worst = report_.worst;
  const auto place = std::upper_bound(worst.begin(), worst.end() - 1, worst.back(), is_worse);
  std::rotate(place, worst.end() - 1, worst.end());
  if (worst.size() > most_worst_) worst.pop_back();
}

void RecognitionStatistics::add(const RecognitionStatistics& other) {
  const RecognitionReport& from = other.report_;
  if (from.characters != report_.characters) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("statistics: must be of one alphabet. Got: '{}' and '{}'",
                            joined(report_.characters), joined(from.characters)));
  }
  glyphmill::add(report_.sequences, from.sequences);
  report_.truth_characters += from.truth_characters;
  report_.substituted += from.substituted;
  report_.inserted += from.inserted;
  report_.missing += from.missing;
  make_places(from.places.size(), report_);
  for (std::size_t i = 0; i < from.places.size(); ++i) add_each(report_.places[i], from.places[i]);
  for (const auto& [difference, count] : from.length_differences) {
    report_.length_differences[difference] += count;
  }
  glyphmill::add(report_.runs, from.runs);
  report_.run_characters += from.run_characters;
  report_.doubled += from.doubled;
  for (std::size_t i = 0; i < from.matrix.size(); ++i) report_.matrix[i] += from.matrix[i];
  add_each(report_.bins, from.bins);
  add_each(report_.thresholds, from.thresholds);
  const std::vector<RecognisedSample> samples = from.worst;  // a sum with itself would grow it
  for (const RecognisedSample& sample : samples) {
    report_.worst.push_back(sample);
    keep_worst();
  }
}

}  // namespace glyphmill
