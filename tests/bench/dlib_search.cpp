// SPDX-License-Identifier: Apache-2.0
#include "dlib_search.h"

#include <dlib/global_optimization.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <optional>

namespace glyphmill::bench {
namespace {

using search::Choices;
using search::Integers;
using search::Parameter;
using search::Point;
using search::Reals;
using search::Space;
using search::Value;

bool is_parent(const Space& space, const Parameter& parameter) {
  for (const Parameter& other : space.parameters) {
    for (const search::Condition& condition : other.when) {
      if (condition.parameter == parameter.name) return true;
    }
  }
  return false;
}

std::vector<Value> values_of(const Parameter& parameter) {
  if (const auto* const choices = std::get_if<Choices>(&parameter.values)) return choices->values;
  const auto& integers = std::get<Integers>(parameter.values);
  std::vector<Value> values;
  for (std::int64_t i = integers.range.min; i <= integers.range.max; i += integers.step) {
    values.emplace_back(i);
  }
  return values;
}

/// What one function of dlib's stands for: values of the parents, and free parameters.
struct Branch {
  Point parents;
  std::vector<const Parameter*> free;
};

void grow(const Space& space, std::size_t depth, const Branch& branch, std::vector<Branch>& all) {
  if (depth == space.parameters.size()) {
    all.push_back(branch);
    return;
  }
  const Parameter& parameter = space.parameters[depth];
  if (!is_active(parameter, branch.parents)) return grow(space, depth + 1, branch, all);
  if (!is_parent(space, parameter)) {
    Branch longer = branch;
    longer.free.push_back(&parameter);
    return grow(space, depth + 1, longer, all);
  }
  for (const Value& value : values_of(parameter)) {
    Branch longer = branch;
    longer.parents.set(parameter.name, value);
    grow(space, depth + 1, longer, all);
  }
}

dlib::function_spec spec_of(const Branch& branch) {
  const long size = static_cast<long>(branch.free.size());
  dlib::matrix<double, 0, 1> low(size);
  dlib::matrix<double, 0, 1> high(size);
  std::vector<bool> is_integer;
  for (long i = 0; i < size; ++i) {
    const Parameter& parameter = *branch.free[static_cast<std::size_t>(i)];
    const auto* const reals = std::get_if<Reals>(&parameter.values);
    is_integer.push_back(reals == nullptr);
    if (reals == nullptr) {
      low(i) = 0;
      high(i) = static_cast<double>(values_of(parameter).size() - 1);
    } else {
      low(i) = reals->log ? std::log(reals->range.min) : reals->range.min;
      high(i) = reals->log ? std::log(reals->range.max) : reals->range.max;
    }
  }
  return {low, high, is_integer};
}

std::vector<dlib::function_spec> specs_of(const std::vector<Branch>& branches) {
  std::vector<dlib::function_spec> specs;
  for (const Branch& branch : branches) specs.push_back(spec_of(branch));
  return specs;
}

std::vector<Branch> branches_of(const Space& space) {
  std::vector<Branch> branches;
  grow(space, 0, {}, branches);
  return branches;
}

Value value_at(const Parameter& parameter, double at) {
  const auto* const reals = std::get_if<Reals>(&parameter.values);
  if (reals == nullptr) return values_of(parameter)[static_cast<std::size_t>(at)];
  return std::clamp(reals->log ? std::exp(at) : at, reals->range.min, reals->range.max);
}

}  // namespace

struct DlibSearch::State {
  explicit State(const Space& own)
      : space(own), branches(branches_of(own)), search(specs_of(branches)) {}
  Space space;
  std::vector<Branch> branches;
  dlib::global_function_search search;
  std::deque<std::optional<dlib::function_evaluation_request>> requests;
  double worst = std::numeric_limits<double>::lowest();
};

DlibSearch::DlibSearch(const Space& space, std::uint64_t seed)
    : state_(std::make_unique<State>(space)) {
  state_->search.set_seed(static_cast<time_t>(seed));
}

DlibSearch::~DlibSearch() = default;

Point DlibSearch::ask() {
  const auto& request = state_->requests.emplace_back(state_->search.get_next_x());
  const Branch& branch = state_->branches[request->function_idx()];
  Point found = branch.parents;
  for (std::size_t i = 0; i < branch.free.size(); ++i) {
    const Parameter& parameter = *branch.free[i];
    found.set(parameter.name, value_at(parameter, request->x()(static_cast<long>(i))));
  }
  Point point;
  for (const Parameter& parameter : state_->space.parameters) {
    if (const Value* const value = found.find(parameter.name)) point.set(parameter.name, *value);
  }
  return point;
}

void DlibSearch::tell(std::size_t number, const search::Outcome& outcome) {
  if (outcome.is_complete()) state_->worst = std::max(state_->worst, outcome.value);
  const bool none = state_->worst == std::numeric_limits<double>::lowest();
  const double score = outcome.is_complete() ? outcome.value : none ? 1 : state_->worst;
  state_->requests[number]->set(-score);
  state_->requests[number].reset();
}

}  // namespace glyphmill::bench
