// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace glyphmill::recognition {

using State = std::uint32_t;

/// A finite set of texts over an alphabet, as steps that may be taken between states, being made.
/// Nothing leads back to an earlier state.
class Steps {
 public:
  /// `name` of the constraint and `text`, for messages.
  Steps(std::string name, std::string text, const std::vector<std::string>& alphabet);

  static constexpr State kStart = 0;

  /// Throws Error(kInvalidArgument) where they become too many.
  State add_state();
  /// From one state to another by one of `characters`; those that the alphabet lacks are left out.
  void add(State from, const std::vector<std::string>& characters, State to);
  /// Without a character.
  void add(State from, State to) { free_[from].push_back(to); }

 private:
  friend class Automaton;
  friend class Determinizer;
  struct Step {
    std::size_t label;
    State to;
  };

  std::string name_;
  std::string text_;
  std::vector<std::string> alphabet_;
  std::map<std::string, std::uint32_t> classes_;
  std::map<std::vector<std::uint32_t>, std::size_t> labels_;  // sorted classes -> number
  std::vector<std::vector<Step>> steps_;                      // by state
  std::vector<std::vector<State>> free_;
};

/// A deterministic automaton that accepts finitely many texts. From each of its states an accepted
/// text can be completed. Immutable.
class Automaton {
 public:
  static constexpr State kStart = 0;
  static constexpr State kNowhere = std::numeric_limits<State>::max();

  /// The texts that lead from the start of `steps` to `end`. Throws Error(kInvalidArgument) if
  /// there are none, or more than 65536 states are needed.
  Automaton(const Steps& steps, State end);

  const std::vector<std::string>& alphabet() const { return alphabet_; }

  /// kNowhere if no accepted text goes on like that. Requires 1 <= character <= alphabet().size().
  State next(State state, std::uint32_t character) const {
    return next_[state * groups_ + group_of_[character]];
  }
  bool accepts(State state) const { return accepts_[state] != 0; }

  /// Characters that an accepted text needs further, at least.
  std::size_t characters_needed(State state) const { return characters_needed_[state]; }
  /// Frames of connectionist temporal classification that it needs further after a blank or a
  /// character other than `last`.
  std::size_t frames_needed(State state) const { return frames_needed_[state]; }
  /// After the character `last`: one more where each shortest way begins with it again.
  std::size_t frames_needed(State state, std::uint32_t last) const {
    return frames_needed_[state] + (only_[state] == last && last != 0 ? 1 : 0);
  }

 private:
  friend class Determinizer;
  void count_needed(State state);

  std::vector<std::string> alphabet_;
  std::vector<std::uint32_t> group_of_;  // of classes that every state treats alike; 0: refused
  std::size_t groups_ = 1;
  std::vector<State> next_;  // by state and group
  std::vector<char> accepts_;
  std::vector<std::size_t> characters_needed_;
  std::vector<std::size_t> frames_needed_;
  std::vector<std::uint32_t> only_;  // class that begins all shortest ways; 0: several or none
};

}  // namespace glyphmill::recognition
