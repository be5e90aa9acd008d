// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glyphmill/search_space.h"

/// The search of hyper-parameters with a surrogate: ask for a point, try it, tell its score.
///
///     search::Searcher searcher(search::read_plan("configs/search.yaml"));
///     while (const std::optional<search::Trial> trial = searcher.ask()) {
///       searcher.tell(trial->number, search::Outcome::of(train(trial->point)));
///     }
namespace glyphmill::search {

/// How the next point is chosen.
enum class Method {
  kRandom,           ///< uniformly: what the others have to beat
  kGaussianProcess,  ///< expected improvement under a Gaussian process (Jones, Schonlau, Welch:
                     ///< "Efficient global optimization of expensive black-box functions", 1998)
  kTreeParzen,       ///< tree-structured Parzen estimators (Bergstra, Bardenet, Bengio, Kegl:
                     ///< "Algorithms for hyper-parameter optimization", NIPS 2011)
};
/// "random", "gp", "tpe".
const std::vector<std::string_view>& method_names();

/// What a search does. Same plan and same outcomes, same points: on any number of threads, in one
/// go or resumed; to the last bit for one compiler and libm.
struct Plan {
  Space space;
  std::optional<Method> method = std::nullopt;       ///< none: kGaussianProcess
  std::optional<std::uint64_t> seed = std::nullopt;  ///< none: 0
};

/// Reads YAML such as
///
///     method: gp                # may be left out
///     seed: 1                   # may be left out
///     parameters:
///       architecture: [plain, residual]                  # one of these
///       conv_layers: {integer: [1, 3]}                   # both ends included; `step`, `log`
///       growth_2: {real: [1, 2], when: {conv_layers: [2, 3]}}
///       learning_rate: {real: [1e-4, 1e-1], log: true}
///       nesterov: {choice: [true, false], when: {optimizer: SGD}}
///       height: 32                                       # fixed
///
/// A parameter with a condition is in a point only where each parameter that `when` names has one
/// of the values given there; it must come after them. Numbers that are quoted are text.
/// Throws Error: kInvalidArgument with a line "FILE:LINE:COLUMN: KEY: RULE. Got: VALUE" for each
/// problem; kNotFound, kIo.
Plan read_plan(const std::string& path);
/// The same from memory; `name` stands for the file in messages.
Plan parse_plan(const std::string& yaml, const std::string& name);
/// Everything spelled out, for `parse_plan` to give back. What is not given in `plan` is left out.
std::string to_yaml(const Plan& plan);

/// What became of a trial.
struct Outcome {
  enum class State { kComplete, kFailed, kInterrupted };

  /// Lower is better. A score that is not finite is a failure.
  static Outcome of(double value);
  /// Diverged, out of time, out of memory: counts as the worst score so far.
  static Outcome failed(std::string message);
  /// Told to stop before there was a score: the trial is to be tried again.
  static Outcome interrupted() { return {State::kInterrupted, 0, ""}; }

  bool is_complete() const { return state == State::kComplete; }

  State state = State::kComplete;
  double value = 0;     ///< if complete
  std::string message;  ///< if failed
};

struct Trial {
  std::uint64_t number = 0;  ///< from 0
  Point point;
  std::optional<Outcome> outcome = std::nullopt;  ///< none: asked for and not told yet

  bool is_complete() const { return outcome && outcome->is_complete(); }
  bool has_ended() const { return outcome && outcome->state != Outcome::State::kInterrupted; }
};

/// The best complete trial, the earlier of equals; null if there is none.
const Trial* best_trial(const std::vector<Trial>& trials);

/// Asks and tells. Several trials may be out at once: the search keeps away from points that are
/// being tried. No point is asked for twice. Not thread-safe.
class Searcher {
 public:
  /// Continues from `earlier` trials, whose numbers must be 0, 1, 2, ... in order. Throws
  /// Error(kInvalidArgument) if they or the plan break a rule.
  explicit Searcher(Plan plan, std::vector<Trial> earlier = {});

  /// The next trial; none when every point of the space has been asked for.
  std::optional<Trial> ask();
  /// Throws Error(kInvalidArgument) if the trial was not asked for or its outcome is known. An
  /// interrupted trial stays out.
  void tell(std::uint64_t number, Outcome outcome);

  const Plan& plan() const { return plan_; }
  const std::vector<Trial>& trials() const { return trials_; }

 private:
  Plan plan_;
  std::vector<Trial> trials_;
};

}  // namespace glyphmill::search
