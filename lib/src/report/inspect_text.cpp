// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "glyphmill/inspect.h"
#include "glyphmill/utf8.h"

namespace glyphmill {
namespace {

constexpr std::size_t kWidestTable = 16;  // characters
constexpr std::size_t kBins = 10;
constexpr std::size_t kBar = 40;

std::string line(std::string_view name, const std::string& text) {
  return fmt::format("  {:<12} {}\n", name, text);
}

std::string evenness(const ChiSquare& test) {
  return fmt::format("chi-square {:.2f}, {} degrees of freedom, p {:.3g}", test.value, test.degrees,
                     test.p);
}

/// "50" or "260 .. 310".
template <class Key>
std::string span(const std::map<Key, std::uint64_t>& counts) {
  const auto least = counts.begin()->first;
  const auto most = counts.rbegin()->first;
  return least == most ? fmt::to_string(least) : fmt::format("{} .. {}", least, most);
}

std::string copies(const Duplicates& duplicates) {
  if (duplicates.count == 0) return "all different";
  return fmt::format("{} equal to an earlier one (sample {} to {})", duplicates.count,
                     duplicates.second, duplicates.first);
}

std::string characters_text(const LabelReport& labels) {
  std::string text;
  for (const std::string& character : labels.characters) text += character;
  text = printable(text);
  if (labels.others > 0) text += fmt::format(" and {} others", labels.others);
  return text;
}

/// A row a position: how often each character stands there.
std::string wide_table(const LabelReport& labels) {
  std::size_t digits = 1;
  for (const PositionCounts& position : labels.positions) {
    for (const std::uint64_t count : position.counts) {
      digits = std::max(digits, fmt::formatted_size("{}", count));
    }
  }
  std::string text = "  position";
  for (const std::string& character : labels.characters) {
    text += std::string(digits + 1, ' ') + printable(character);
  }
  text += "   chi-square  df  p\n";
  for (std::size_t i = 0; i < labels.positions.size(); ++i) {
    const PositionCounts& position = labels.positions[i];
    text += fmt::format("  {:>8}", i + 1);
    for (const std::uint64_t count : position.counts)
      text += fmt::format("  {:>{}}", count, digits);
    text += fmt::format("   {:>10.2f}  {:>2}  {:.3g}\n", position.evenness.value,
                        position.evenness.degrees, position.evenness.p);
  }
  return text;
}

/// For many characters, the rarest and the most frequent one.
std::string narrow_table(const LabelReport& labels) {
  std::string text = "  position   least       most        chi-square  df  p\n";
  for (std::size_t i = 0; i < labels.positions.size(); ++i) {
    const PositionCounts& position = labels.positions[i];
    const auto extremes = std::minmax_element(position.counts.begin(), position.counts.end());
    const auto shown = [&](const auto& found) {
      const auto place = static_cast<std::size_t>(found - position.counts.begin());
      return fmt::format("{} {}", *found, printable(labels.characters[place]));
    };
    text += fmt::format("  {:>8}   {:<10}  {:<10}  {:>10.2f}  {:>2}  {:.3g}\n", i + 1,
                        shown(extremes.first), shown(extremes.second), position.evenness.value,
                        position.evenness.degrees, position.evenness.p);
  }
  return text;
}

std::string labels_text(const InspectionReport& report) {
  const LabelReport& labels = report.labels;
  if (labels.lengths.empty()) return "";
  std::string text = line("labels", copies(report.duplicate_labels));
  text += line("characters", characters_text(labels));
  text += line("length", span(labels.lengths));
  if (labels.characters.empty() || labels.positions.empty()) return text;
  text += labels.characters.size() <= kWidestTable ? wide_table(labels) : narrow_table(labels);
  if (labels.pairs == 0) return text;
  const auto possible = labels.characters.size() * labels.characters.size();
  text += line("pairs",
               fmt::format("{} of {}, each {} to {} times; {}", labels.different_pairs, possible,
                           labels.least_pair, labels.most_pair, evenness(labels.pair_evenness)));
  text += line("repeats", fmt::format("{} of {} neighbours are equal: {:.2f} %, by chance {:.2f} %",
                                      labels.repeats, labels.pairs,
                                      100 * static_cast<double>(labels.repeats) /
                                          static_cast<double>(labels.pairs),
                                      100 / static_cast<double>(labels.characters.size())));
  return text;
}

/// Bars of at most kBins widths; the last one counts the widest.
std::string histogram(const std::map<int, std::uint64_t>& widths) {
  const int least = widths.begin()->first;
  const int most = widths.rbegin()->first;
  const int bins = static_cast<int>(kBins);
  const int step = std::max(1, (most - least + bins) / bins);
  std::map<int, std::uint64_t> counts;
  for (const auto& [width, count] : widths) counts[(width - least) / step] += count;
  std::uint64_t highest = 0;
  for (const auto& [bin, count] : counts) highest = std::max(highest, count);
  std::string text;
  for (int bin = 0; bin <= (most - least) / step; ++bin) {
    const int first = least + bin * step;
    const std::string range =
        step == 1 ? fmt::to_string(first)
                  : fmt::format("{} .. {}", first, std::min(most, first + step - 1));
    const std::uint64_t count = counts[bin];
    text += fmt::format("    {:<14} {:>10}  {}\n", range, count,
                        std::string((count * kBar + highest - 1) / highest, '#'));
  }
  return text;
}

std::string images_text(const InspectionReport& report) {
  const ImageReport& images = report.images;
  std::string text = line("images", fmt::format("{} decoded, {} bytes; {}", images.decoded,
                                                images.bytes, copies(report.duplicate_images)));
  if (images.decoded == 0) return text;
  std::string channels;
  for (const auto& [number, count] : images.channels) {
    const char* const name = number == 1 ? "gray" : "colour";
    channels += (channels.empty() ? "" : ", ") +
                (images.channels.size() == 1 ? name : fmt::format("{} {}", count, name));
  }
  text += line("size", fmt::format("{} high, {} wide, {}", span(images.heights),
                                   span(images.widths), channels));
  if (images.widths.size() > 1) text += "  width\n" + histogram(images.widths);
  return text;
}

std::string unfinished_text(const Unfinished& found) {
  std::string shards;
  constexpr std::size_t kMostShown = 100;
  for (std::size_t i = 0; i < std::min(found.shards.size(), kMostShown); ++i) {
    shards += (i == 0 ? "" : " ") + printable(found.shards[i]);
  }
  if (found.shards.size() > kMostShown) {
    shards += fmt::format(" and {} more", found.shards.size() - kMostShown);
  }
  std::string text = "  unfinished: complete it with --resume of the program that makes it\n";
  text += line("there", fmt::format("{} shards ({}), {} samples{}", found.shards.size(),
                                    shards.empty() ? "none" : shards, found.samples,
                                    found.count ? fmt::format(" of {}", *found.count) : ""));
  for (const MissingSamples& each : found.missing) {
    const std::string samples = each.end
                                    ? fmt::format("samples {} to {}", each.first, *each.end - 1)
                                    : fmt::format("samples from {}", each.first);
    text +=
        line("missing",
             each.shards.empty() ? samples : fmt::format("shards {} ({})", each.shards, samples));
  }
  return text;
}

}  // namespace

std::string to_text(const InspectionReport& report) {
  std::string text;
  if (report.unfinished) {
    text = fmt::format("{}\n{}", printable(report.path), unfinished_text(*report.unfinished));
  } else if (!report.format.empty()) {
    text = fmt::format("{}: {}, {} images in {} shards, seed {}, by Glyphmill {}\n",
                       printable(report.path), report.format, report.count, report.shards,
                       report.seed, printable(report.version));
    if (report.samples > 0) text += images_text(report) + labels_text(report);
  }
  return text + problems_text(report);
}

std::string problems_text(const InspectionReport& report) {
  const std::string path = printable(report.path);
  std::string text;
  for (const Problem& problem : report.problems) text += problem.message + "\n";
  for (const auto& [kind, count] : report.more_problems) {
    text += fmt::format("{}: {}: and {} more\n", path, kind, count);
  }
  const std::string verdict = report.is_right() ? "all right"
                                                : fmt::format("{} problem{}", report.problem_count,
                                                              report.problem_count == 1 ? "" : "s");
  return text + fmt::format("{}: {}\n", path, verdict);
}

}  // namespace glyphmill
