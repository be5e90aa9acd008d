// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "glyphmill/balance.h"
#include "glyphmill/error.h"
#include "glyphmill/ops.h"
#include "ops/stage_name.h"

namespace glyphmill {
namespace {

[[noreturn]] void refuse(const Stage& stage, const std::string& reason) {
  throw Error(ErrorCode::kInvalidArgument, fmt::format("ops.{}: {}", stage.name, reason));
}

/// Two stages with one stream would draw the same values.
void check_distinct(const std::vector<Stage>& stages) {
  for (std::size_t i = 0; i < stages.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (stages[k].name == stages[i].name) {
        const auto same = std::count_if(stages.begin(), stages.end(), [&](const Stage& stage) {
          return stage.name == stages[i].name;
        });
        refuse(stages[i], fmt::format("stage names must differ. Got: {} of it",
                                      same == 2 ? "two" : std::to_string(same)));
      }
      if (stage_id(stages[k].name) == stage_id(stages[i].name)) {
        refuse(stages[i], fmt::format("stage names must differ in their 32-bit hash. Got: the hash "
                                      "of {}",
                                      stages[k].name));
      }
    }
  }
}

void check_stage(const Stage& stage) {
  if (stage.name.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("ops: a stage must have a name. Got: {} without one",
                            op_info(stage.options).name));
  }
  if (!ops::is_stage_name(stage.name)) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("ops: a stage's name must be made of letters, digits, '_' and '-'. "
                            "Got: {}",
                            stage.name));
  }
  if (stage.name == ops::kReservedName) refuse(stage, "a stage must not have this name");
  check_bounds(stage, "ops." + stage.name);
}

}  // namespace

Pipeline::Pipeline(std::vector<Stage> stages) : stages_(std::move(stages)) {
  for (const Stage& stage : stages_) {
    check_stage(stage);
    ids_.push_back(stage_id(stage.name));
  }
  check_distinct(stages_);
}

void Pipeline::run(Sample& sample, std::uint64_t seed, cv::Mat& scratch) const {
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const Stage& stage = stages_[i];
    const StreamKey key{seed, sample.index, ids_[i]};
    if (!balanced_choice(stage.probability, key)) continue;
    SampleRng rng(key);
    std::visit(
        [&](const auto& options) {
          const auto params = draw(options, rng);
          record(params, stage.name, sample.drawn);
          apply(sample, params, key, scratch);
        },
        stage.options);
  }
}

}  // namespace glyphmill
