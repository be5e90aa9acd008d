// SPDX-License-Identifier: Apache-2.0
#include "ocr/checkpoint.h"

#include <fmt/format.h>

#include "glyphmill/error.h"
#include "ocr/archive.h"
#include "ocr/center_loss.h"

namespace glyphmill::ocr {
namespace {

constexpr std::int64_t kVersion = 1;

/// Calls `visit` with each number of the state, in a fixed order.
template <class State, class Visit>
void for_each_count(State& state, const Visit& visit) {
  visit(state.step);
  visit(state.steps);
  visit(state.validate_every);
  visit(state.best_step);
  visit(state.without_improvement);
  visit(state.loss_count);
}

template <class State, class Visit>
void for_each_number(State& state, const Visit& visit) {
  visit(state.seconds);
  visit(state.best_error_rate);
  visit(state.best_loss);
  visit(state.best_accuracy);
  visit(state.loss_sum);
  visit(state.recent_loss);
}

void read_all(const std::string& bytes, Network& network, Optimizer& optimizer, Centers* centers,
              TrainingState& state) {
  load_into(network, bytes, "network");
  torch::serialize::InputArchive archive = open_archive(bytes);
  std::vector<std::int64_t> counts;
  std::vector<double> numbers;
  read_values(archive, "counts", 8, counts);
  read_values(archive, "numbers", 6, numbers);
  if (counts[0] != kVersion) {
    throw Error(ErrorCode::kFormat,
                fmt::format("must be of version {}. Got: {}", kVersion, counts[0]));
  }
  Optimizer::State& optimized = optimizer.state();
  optimized.steps = static_cast<std::uint64_t>(counts[1]);
  read_values(archive, "optimizer_first", optimized.first.size(), optimized.first);
  if (!optimized.second.empty()) {
    read_values(archive, "optimizer_second", optimized.second.size(), optimized.second);
  }
  if (centers != nullptr) {
    torch::serialize::InputArchive stored;
    archive.read("centers", stored);
    read_centers(stored, *centers);
  }
  std::size_t place = 2;
  for_each_count(
      state, [&](std::uint64_t& count) { count = static_cast<std::uint64_t>(counts[place++]); });
  place = 0;
  for_each_number(state, [&](double& number) { number = numbers[place++]; });
}

}  // namespace

std::string checkpoint_bytes(const Network& network, const Optimizer& optimizer,
                             const Centers* centers, const TrainingState& state) {
  std::vector<std::int64_t> counts{kVersion, static_cast<std::int64_t>(optimizer.state().steps)};
  std::vector<double> numbers;
  for_each_count(state, [&](const std::uint64_t& count) {
    counts.push_back(static_cast<std::int64_t>(count));
  });
  for_each_number(state, [&](const double& number) { numbers.push_back(number); });
  torch::serialize::OutputArchive weights;
  network->save(weights);
  torch::serialize::OutputArchive archive;
  write_values(archive, "counts", counts);
  write_values(archive, "numbers", numbers);
  archive.write("network", weights);
  write_values(archive, "optimizer_first", optimizer.state().first);
  if (!optimizer.state().second.empty()) {
    write_values(archive, "optimizer_second", optimizer.state().second);
  }
  if (centers != nullptr) {
    torch::serialize::OutputArchive stored;
    write_centers(stored, *centers);
    archive.write("centers", stored);
  }
  return bytes_of(archive);
}

void load_checkpoint(const std::string& bytes, const std::string& name, Network& network,
                     Optimizer& optimizer, Centers* centers, TrainingState& state) {
  const auto refuse = [&name](const std::string& what) {
    throw Error(ErrorCode::kFormat,
                fmt::format("{}: must be a checkpoint of this training. Got: {}", name, what));
  };
  check_archive(bytes, name);
  try {
    read_all(bytes, network, optimizer, centers, state);
  } catch (const Error& error) {
    refuse(error.what());
  } catch (const c10::Error& error) {
    refuse(brief(error));
  }
}

}  // namespace glyphmill::ocr
