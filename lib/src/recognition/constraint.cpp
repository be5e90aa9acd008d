// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/constraint.h"

#include <algorithm>
#include <utility>

#include "glyphmill/utf8.h"
#include "labels/date_layout.h"
#include "labels/pattern.h"
#include "recognition/automaton.h"
#include "recognition/date_steps.h"

namespace glyphmill {
namespace {

using labels::Pattern;
using recognition::Automaton;
using recognition::State;
using recognition::Steps;

/// Adds the texts of a part of a pattern, from a state on; gives the state they end in (K.
/// Thompson, "Regular expression search algorithm", CACM 11, 1968).
State add_part(const Pattern& pattern, Pattern::Index index, State from, Steps& steps) {
  const Pattern::Node& node = pattern.node(index);
  if (node.longest == 0) return from;  // however often it is repeated
  State at = from;
  State end = from;
  switch (node.kind) {
    case Pattern::Kind::kCharacter:
      end = steps.add_state();
      steps.add(from, node.characters, end);
      return end;
    case Pattern::Kind::kSequence:
      for (const Pattern::Index child : node.children) at = add_part(pattern, child, at, steps);
      return at;
    case Pattern::Kind::kChoice:
      end = steps.add_state();
      for (const Pattern::Index child : node.children) {
        steps.add(add_part(pattern, child, from, steps), end);
      }
      return end;
    case Pattern::Kind::kRepeat:
      end = steps.add_state();
      for (std::int64_t times = 0; times < node.most; ++times) {
        if (times >= node.least) steps.add(at, end);
        at = add_part(pattern, node.children.front(), at, steps);
      }
      steps.add(at, end);
      return end;
  }
  return end;
}

}  // namespace

Constraint::Constraint(std::shared_ptr<const Automaton> automaton)
    : automaton_(std::move(automaton)) {}

Constraint Constraint::pattern(const std::string& pattern,
                               const std::vector<std::string>& alphabet) {
  const Pattern parsed(pattern, "pattern");
  Steps steps("pattern", pattern, alphabet);
  const State end = add_part(parsed, parsed.root(), Steps::kStart, steps);
  return Constraint(std::make_shared<Automaton>(steps, end));
}

Constraint Constraint::date(const std::string& layout, const std::vector<std::string>& alphabet) {
  const labels::DateLayout parsed("date", layout);
  Steps steps("date", layout, alphabet);
  const State end = recognition::add_dates(parsed, steps);
  return Constraint(std::make_shared<Automaton>(steps, end));
}

bool Constraint::accepts(const std::string& text) const {
  if (is_free()) return true;
  const std::vector<std::string>& alphabet = automaton_->alphabet();
  State state = Automaton::kStart;
  for (const std::string& character : utf8_characters(text)) {
    const auto found = std::find(alphabet.begin(), alphabet.end(), character);
    if (found == alphabet.end()) return false;
    state = automaton_->next(state, static_cast<std::uint32_t>(found - alphabet.begin() + 1));
    if (state == Automaton::kNowhere) return false;
  }
  return automaton_->accepts(state);
}

}  // namespace glyphmill
