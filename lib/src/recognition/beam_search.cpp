// SPDX-License-Identifier: Apache-2.0
#include "recognition/beam_search.h"

#include <algorithm>
#include <functional>

namespace glyphmill::recognition {

BeamSearch::BeamSearch(OutputKind kind, const LogProbabilities& outputs, const Automaton* automaton,
                       std::size_t width)
    : kind_(kind), outputs_(outputs), automaton_(automaton), width_(width) {}

std::vector<std::vector<std::uint32_t>> BeamSearch::run(std::size_t count) {
  prefixes_.emplace_back();
  beam_.push_back({0, 0, kImpossible, 0});
  steps_left_ = outputs_.steps;
  drop_hopeless(beam_[0], Automaton::kStart, 0);
  for (std::size_t at = 0; at < outputs_.steps; ++at) step(at);
  std::vector<std::pair<double, std::vector<std::uint32_t>>> found;
  for (const Entry& entry : beam_) {
    if (entry.total > kImpossible) found.emplace_back(entry.total, classes_of(entry.prefix));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first > b.first;
    if (a.second.size() != b.second.size()) return a.second.size() < b.second.size();
    return a.second < b.second;
  });
  std::vector<std::vector<std::uint32_t>> texts;
  for (std::size_t i = 0; i < std::min(count, found.size()); ++i) {
    texts.push_back(std::move(found[i].second));
  }
  return texts;
}

void BeamSearch::step(std::size_t at) {
  const float* const row = outputs_.row(at);
  --steps_left_;
  stay(row);
  extend(row, least_worth_keeping());
  keep_best();
}

/// Of the alignments of `entry` that `character` can follow as a further one.
double BeamSearch::extended(const Entry& entry, std::uint32_t character, const float* row) const {
  const bool must_part = kind_ == OutputKind::kCtc && prefixes_[entry.prefix].last == character;
  return (must_part ? entry.blank : entry.total) + static_cast<double>(row[character]);
}

/// Prefixes that remain, and those that grow to another one of the beam.
void BeamSearch::stay(const float* row) {
  next_ = beam_;
  for (Entry& entry : next_) {
    const Prefix& prefix = prefixes_[entry.prefix];
    entry.blank = entry.total + static_cast<double>(row[0]);
    const bool goes_on = kind_ == OutputKind::kCtc && prefix.last != 0;
    entry.character =
        goes_on ? entry.character + static_cast<double>(row[prefix.last]) : kImpossible;
    const std::uint32_t place = prefix.parent == kNone ? kNone : prefixes_[prefix.parent].place;
    if (place != kNone) {
      entry.character = log_sum(entry.character, extended(beam_[place], prefix.last, row));
    }
    entry.total = log_sum(entry.blank, entry.character);
    drop_hopeless(entry, prefix.state, prefix.last);
  }
}

/// Of alignments that no accepted text can continue in the steps left.
void BeamSearch::drop_hopeless(Entry& entry, State state, std::uint32_t last) const {
  if (!automaton_) return;
  const bool is_ctc = kind_ == OutputKind::kCtc;
  const std::size_t needed =
      is_ctc ? automaton_->frames_needed(state) : automaton_->characters_needed(state);
  const std::size_t needed_after = is_ctc ? automaton_->frames_needed(state, last) : needed;
  if (needed_after <= steps_left_) return;
  entry.character = kImpossible;
  if (needed > steps_left_) entry.blank = kImpossible;
  entry.total = entry.blank;
}

/// What is less probable cannot come into the beam: those that remain fill it.
double BeamSearch::least_worth_keeping() {
  if (next_.size() < width_) return kImpossible;
  totals_.clear();
  for (const Entry& entry : next_) totals_.push_back(entry.total);
  const auto last = totals_.begin() + static_cast<std::ptrdiff_t>(width_ - 1);
  std::nth_element(totals_.begin(), last, totals_.end(), std::greater<>());
  return *last;
}

void BeamSearch::extend(const float* row, double least) {
  extensions_.clear();
  for (const Entry& entry : beam_) {
    const State state = prefixes_[entry.prefix].state;
    for (std::uint32_t c = 1; c < outputs_.classes; ++c) {
      Extension extension{entry.prefix, c, Automaton::kStart, extended(entry, c, row)};
      if (extension.total == kImpossible) continue;
      if (extension.total < least) {
        has_dropped_ = true;
        continue;
      }
      if (automaton_) {
        extension.state = automaton_->next(state, c);
        if (extension.state == Automaton::kNowhere) continue;
        Entry alone{0, kImpossible, extension.total, extension.total};
        drop_hopeless(alone, extension.state, c);
        if (alone.total == kImpossible) continue;
      }
      const std::uint32_t child = child_of(entry.prefix, c);
      const bool is_counted = child != kNone && prefixes_[child].place != kNone;
      if (!is_counted) extensions_.push_back(extension);
    }
  }
}

void BeamSearch::keep_best() {
  for (const Entry& entry : beam_) prefixes_[entry.prefix].place = kNone;
  next_.erase(std::remove_if(next_.begin(), next_.end(),
                             [](const Entry& entry) { return entry.total == kImpossible; }),
              next_.end());
  const auto is_better = [](const auto& a, const auto& b) { return a.total > b.total; };
  // The sorts are stable, so that of equals those that came first are kept on every machine.
  if (extensions_.size() > width_) has_dropped_ = true;
  std::stable_sort(extensions_.begin(), extensions_.end(), is_better);
  extensions_.resize(std::min(extensions_.size(), width_));
  for (const Extension& extension : extensions_) {
    next_.push_back({prefix_of(extension), kImpossible, extension.total, extension.total});
  }
  std::stable_sort(next_.begin(), next_.end(), is_better);
  if (next_.size() > width_) {
    has_dropped_ = true;
    next_.resize(width_);
  }
  beam_.swap(next_);
  for (std::size_t i = 0; i < beam_.size(); ++i) {
    prefixes_[beam_[i].prefix].place = static_cast<std::uint32_t>(i);
  }
}

std::uint32_t BeamSearch::child_of(std::uint32_t parent, std::uint32_t character) const {
  std::uint32_t child = prefixes_[parent].child;
  while (child != kNone && prefixes_[child].last != character) child = prefixes_[child].sibling;
  return child;
}

/// One prefix for each text, also for one that left the beam and comes again.
std::uint32_t BeamSearch::prefix_of(const Extension& extension) {
  const std::uint32_t known = child_of(extension.parent, extension.last);
  if (known != kNone) return known;
  Prefix prefix{extension.parent, extension.last, extension.state};
  prefix.sibling = prefixes_[extension.parent].child;
  const auto number = static_cast<std::uint32_t>(prefixes_.size());
  prefixes_[extension.parent].child = number;
  prefixes_.push_back(prefix);
  return number;
}

std::vector<std::uint32_t> BeamSearch::classes_of(std::uint32_t prefix) const {
  std::vector<std::uint32_t> classes;
  for (; prefixes_[prefix].parent != kNone; prefix = prefixes_[prefix].parent) {
    classes.push_back(prefixes_[prefix].last);
  }
  std::reverse(classes.begin(), classes.end());
  return classes;
}

}  // namespace glyphmill::recognition
