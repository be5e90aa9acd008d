// SPDX-License-Identifier: Apache-2.0
#include "recognition/automaton.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"

namespace glyphmill::recognition {
namespace {

constexpr std::size_t kMostStates = 65536;
constexpr std::size_t kMostSteps = 1000000;  // states of what automata are made from
constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max() / 2;
constexpr std::size_t kUnknown = kNever - 1;

[[noreturn]] void refuse(const std::string& name, const std::string& rule,
                         const std::string& text) {
  throw Error(ErrorCode::kInvalidArgument, fmt::format("{}: {}. Got: {}", name, rule, shown(text)));
}

}  // namespace

Steps::Steps(std::string name, std::string text, const std::vector<std::string>& alphabet)
    : name_(std::move(name)), text_(std::move(text)), alphabet_(alphabet) {
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    classes_.emplace(alphabet[i], static_cast<std::uint32_t>(i + 1));
  }
  add_state();
}

State Steps::add_state() {
  if (steps_.size() >= kMostSteps)
    refuse(name_, "must be simpler, it takes too many states", text_);
  steps_.emplace_back();
  free_.emplace_back();
  return static_cast<State>(steps_.size() - 1);
}

void Steps::add(State from, const std::vector<std::string>& characters, State to) {
  std::vector<std::uint32_t> label;
  for (const std::string& character : characters) {
    const auto found = classes_.find(character);
    if (found != classes_.end()) label.push_back(found->second);
  }
  if (label.empty()) return;
  std::sort(label.begin(), label.end());
  const std::size_t number = labels_.emplace(std::move(label), labels_.size()).first->second;
  steps_[from].push_back({number, to});
}

/// The subset construction (M. O. Rabin, D. Scott 1959): a state is the set of all states that a
/// text may have led to.
class Determinizer {
 public:
  Determinizer(const Steps& steps, State end, Automaton& automaton)
      : steps_(steps), end_(end), made_(automaton) {}

  void run() {
    made_.alphabet_ = steps_.alphabet_;
    group_classes();
    reached_.assign(steps_.steps_.size(), 0);
    state_of({Steps::kStart});
    std::vector<std::vector<State>> targets(made_.groups_);
    for (std::size_t at = 0; at < sets_.size(); ++at) {
      for (const State state : *sets_[at]) {
        for (const Steps::Step& step : steps_.steps_[state]) {
          for (const std::uint32_t group : groups_of_label_[step.label]) {
            targets[group].push_back(step.to);
          }
        }
      }
      made_.next_.resize((at + 1) * made_.groups_, Automaton::kNowhere);
      for (std::size_t group = 1; group < made_.groups_; ++group) {
        if (targets[group].empty()) continue;
        made_.next_[at * made_.groups_ + group] = state_of(targets[group]);
        targets[group].clear();
      }
    }
  }

 private:
  /// Classes that are in the same labels are one group.
  void group_classes() {
    std::vector<std::vector<std::uint32_t>> labels_of(steps_.alphabet_.size() + 1);
    for (const auto& [label, number] : steps_.labels_) {
      for (const std::uint32_t c : label)
        labels_of[c].push_back(static_cast<std::uint32_t>(number));
    }
    std::map<std::vector<std::uint32_t>, std::uint32_t> groups = {{{}, 0}};
    groups_of_label_.resize(steps_.labels_.size());
    for (std::vector<std::uint32_t>& labels : labels_of) {
      std::sort(labels.begin(), labels.end());
      const auto group = static_cast<std::uint32_t>(groups.size());
      const auto [found, is_new] = groups.emplace(labels, group);
      made_.group_of_.push_back(found->second);
      if (!is_new) continue;
      for (const std::uint32_t label : labels) groups_of_label_[label].push_back(group);
    }
    made_.groups_ = groups.size();
  }

  /// The state of all that `begun` lead to without a character.
  State state_of(const std::vector<State>& begun) {
    ++round_;
    std::vector<State> set;
    const auto reach = [&](State state) {
      if (std::exchange(reached_[state], round_) != round_) set.push_back(state);
    };
    for (const State state : begun) reach(state);
    for (std::size_t i = 0; i < set.size(); ++i) {
      for (const State state : steps_.free_[set[i]]) reach(state);
    }
    std::sort(set.begin(), set.end());
    const auto [found, is_new] = numbers_.emplace(std::move(set), static_cast<State>(sets_.size()));
    if (!is_new) return found->second;
    if (sets_.size() == kMostStates) {
      refuse(
          steps_.name_,
          fmt::format("must be simpler, to tell its texts takes more than {} states", kMostStates),
          steps_.text_);
    }
    sets_.push_back(&found->first);
    made_.accepts_.push_back(reached_[end_] == round_ ? 1 : 0);
    return found->second;
  }

  const Steps& steps_;
  State end_;
  Automaton& made_;
  std::vector<std::vector<std::uint32_t>> groups_of_label_;
  std::map<std::vector<State>, State> numbers_;
  std::vector<const std::vector<State>*> sets_;  // keys of numbers_, by number
  std::vector<std::uint32_t> reached_;           // by state, the last round that did
  std::uint32_t round_ = 0;
};

Automaton::Automaton(const Steps& steps, State end) {
  Determinizer(steps, end, *this).run();
  characters_needed_.assign(accepts_.size(), kUnknown);
  frames_needed_.assign(accepts_.size(), kNever);
  only_.assign(accepts_.size(), 0);
  count_needed(kStart);
  if (characters_needed_[kStart] == kNever) {
    refuse(steps.name_, "must be met by a text over the alphabet", steps.text_);
  }
}

void Automaton::count_needed(State state) {
  characters_needed_[state] = kNever;
  for (std::uint32_t c = 1; c < group_of_.size(); ++c) {
    State& to = next_[state * groups_ + group_of_[c]];
    if (to == kNowhere) continue;
    if (characters_needed_[to] == kUnknown) count_needed(to);
    if (characters_needed_[to] == kNever) {
      to = kNowhere;
      continue;
    }
    characters_needed_[state] = std::min(characters_needed_[state], 1 + characters_needed_[to]);
    const std::size_t frames = 1 + frames_needed(to, c);
    if (frames < frames_needed_[state]) {
      frames_needed_[state] = frames;
      only_[state] = c;
    } else if (frames == frames_needed_[state]) {
      only_[state] = 0;
    }
  }
  if (!accepts_[state]) return;
  characters_needed_[state] = frames_needed_[state] = 0;
  only_[state] = 0;
}

}  // namespace glyphmill::recognition
