// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "glyphmill/recognition.h"
#include "glyphmill/utf8.h"

namespace glyphmill {
namespace {

constexpr std::size_t kMostShown = 10;
constexpr std::size_t kPlacesInARow = 10;

std::string line(std::string_view name, const std::string& text) {
  return fmt::format("  {:<12} {}\n", name, text);
}

double percent(double share) { return 100 * share; }

double percent_wrong(const Tally& tally) {
  return tally.count == 0
             ? 0
             : percent(static_cast<double>(tally.wrong()) / static_cast<double>(tally.count));
}

std::string sequences_text(const RecognitionReport& report) {
  const Interval interval = wilson_interval(report.sequences);
  return line("sequences", fmt::format("{} of {} right: {:.2f} % (95 %: {:.2f} .. {:.2f})",
                                       report.sequences.right, report.sequences.count,
                                       percent(report.sequences.rate()), percent(interval.low),
                                       percent(interval.high)));
}

std::string characters_text(const RecognitionReport& report) {
  return line(
      "characters",
      fmt::format("{} errors in {}: {:.3f} %; {} substituted, {} missing, {} inserted",
                  report.edits(), report.truth_characters, percent(report.character_error_rate()),
                  report.substituted, report.missing, report.inserted));
}

std::string lengths_text(const RecognitionReport& report) {
  std::string others;
  std::uint64_t right = 0;
  for (const auto& [difference, count] : report.length_differences) {
    if (difference == 0) {
      right = count;
    } else {
      others += fmt::format("; {:+}: {}", difference, count);
    }
  }
  return line("length", fmt::format("{} of {} right{}", right, report.sequences.count, others));
}

std::string runs_text(const RecognitionReport& report) {
  return line("repeats", fmt::format("{} of {} runs of equal characters have another length; {} "
                                     "single characters doubled",
                                     report.runs.wrong(), report.runs.count, report.doubled));
}

/// Errors at each place, in rows.
std::string places_text(const RecognitionReport& report) {
  std::string text;
  for (std::size_t first = 0; first < report.places.size(); first += kPlacesInARow) {
    std::string row;
    const std::size_t end = std::min(report.places.size(), first + kPlacesInARow);
    for (std::size_t i = first; i < end; ++i) {
      row += fmt::format("{:>8.2f}", percent_wrong(report.place(i)));
    }
    text +=
        line(first == 0 ? "% wrong at" : "", fmt::format("{:>3} .. {:<3} {}", first + 1, end, row));
  }
  return text;
}

std::string worst_characters_text(const RecognitionReport& report) {
  std::vector<std::size_t> order;
  for (std::size_t c = 0; c < report.characters.size(); ++c) {
    if (report.character(c).wrong() > 0) order.push_back(c);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return report.character(a).rate() < report.character(b).rate();
  });
  std::string text;
  for (std::size_t i = 0; i < std::min(order.size(), kMostShown); ++i) {
    const Tally tally = report.character(order[i]);
    text += fmt::format("{}{} {:.2f} % of {}", i == 0 ? "" : ", ",
                        printable(report.characters[order[i]]), percent_wrong(tally), tally.count);
  }
  return text.empty() ? "" : line("misread", text);
}

std::string confusions_text(const RecognitionReport& report) {
  std::string text;
  for (const Confusion& confusion : report.confusions(kMostShown)) {
    const std::string first = printable(confusion.first);
    const std::string second = printable(confusion.second);
    text += line(text.empty() ? "confused" : "",
                 fmt::format("{0}/{1}  {2:>6}  ({0} as {1} {3}, {1} as {0} {4})", first, second,
                             confusion.forth + confusion.back, confusion.forth, confusion.back));
  }
  return text;
}

std::string calibration_text(const RecognitionReport& report) {
  std::string text =
      line("confidence", fmt::format("calibration error {:.2f} %; right of those that are as sure:",
                                     percent(report.calibration_error())));
  for (std::size_t i = 0; i < report.thresholds.size(); ++i) {
    const Tally& tally = report.thresholds[i];
    const double share =
        static_cast<double>(tally.count) / static_cast<double>(report.sequences.count);
    text += line("", fmt::format(">= {:<6} {:>10} answers ({:>6.2f} %), {:>7.3f} % right",
                                 RecognitionReport::kThresholds[i], tally.count, percent(share),
                                 percent(tally.rate())));
  }
  return text;
}

}  // namespace

std::string to_text(const RecognitionReport& report) {
  if (report.sequences.count == 0) return "  no samples\n";
  return sequences_text(report) + characters_text(report) + lengths_text(report) +
         runs_text(report) + places_text(report) + worst_characters_text(report) +
         confusions_text(report) + calibration_text(report);
}

}  // namespace glyphmill
