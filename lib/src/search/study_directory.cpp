// SPDX-License-Identifier: Apache-2.0
#include "search/study_directory.h"

#include <fmt/format.h>

#include <algorithm>

#include "datasets/stored_file.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "job/yaml_tree.h"
#include "search/study_files.h"

namespace glyphmill::search {
namespace {

constexpr const char* kPlanName = "space.yaml";
constexpr const char* kCsvName = "trials.csv";
constexpr const char* kTrialsName = "trials";
constexpr const char* kWorkName = ".glyphmill";
constexpr const char* kTurnLock = "turn.lock";
constexpr std::string_view kTrialEnd = ".json";
constexpr std::uint64_t kMostTrialBytes = std::uint64_t{1} << 20;

std::string joined(const sinks::Directory& directory, const std::string& name) {
  return directory.path() + "/" + name;
}

std::string read_small(const sinks::Directory& directory, const std::string& name,
                       std::uint64_t most) {
  std::string bytes;
  datasets::StoredFile(directory.open_to_read(name), joined(directory, name))
      .read_whole(most, bytes);
  return bytes;
}

Plan stored_plan(const sinks::Directory& root) {
  try {
    return parse_plan(read_small(root, kPlanName, kMostYamlBytes), joined(root, kPlanName));
  } catch (const Error& error) {
    const bool is_content = error.code() == ErrorCode::kInvalidArgument;
    throw Error(is_content ? ErrorCode::kFormat : error.code(), error.what());
  }
}

/// "method: tpe", a line of what `to_yaml` gives.
std::vector<std::string> lines_of(const Plan& plan) {
  std::vector<std::string> lines;
  const std::string yaml = to_yaml(plan);
  for (std::size_t at = 0; at < yaml.size();) {
    const std::size_t end = yaml.find('\n', at);
    lines.push_back(yaml.substr(at, end - at));
    at = end + 1;
  }
  lines.erase(lines.begin());  // who wrote it
  return lines;
}

/// The first line of `lines` that `others` does not have; "nothing" if there is none.
std::string first_missing(const std::vector<std::string>& lines,
                          const std::vector<std::string>& others) {
  for (const std::string& line : lines) {
    if (std::find(others.begin(), others.end(), line) == others.end()) {
      return line.substr(line.find_first_not_of(' '));
    }
  }
  return "nothing";
}

/// The number in "000012.json"; none for other names, such as what a killed process leaves.
std::optional<std::uint64_t> number_in(const std::string& entry) {
  const std::size_t digits = trial_name(0).size();
  if (entry.size() != digits + kTrialEnd.size() || entry.substr(digits) != kTrialEnd ||
      entry.find_first_not_of("0123456789") != digits) {
    return std::nullopt;
  }
  return parse_integer(entry.substr(0, digits));
}

}  // namespace

StudyDirectory::StudyDirectory(const Plan& plan, const StudyOptions& options)
    : root_(options.directory, true) {
  refuse_others();
  work_.emplace(root_.make(kWorkName));
  sinks::LockFile lock(*work_, kTurnLock);
  lock.wait();
  const bool is_new = !root_.has(kPlanName);
  if (!is_new && !options.resume) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: holds a study, which resuming continues", root_.path()));
  }
  trials_.emplace(root_.make(kTrialsName));
  if (is_new) make(plan);
  study_.plan = stored_plan(root_);
  check_plan(plan);
  read();
  write_csv();
}

StudyDirectory::StudyDirectory(const std::string& directory) : root_(directory) {
  if (!root_.has(kPlanName)) {
    throw Error(ErrorCode::kNotFound,
                fmt::format("{}: must hold a study. Got: no {}", directory, kPlanName));
  }
  study_.plan = stored_plan(root_);
  trials_.emplace(root_.open(kTrialsName));
  read();
}

void StudyDirectory::refuse_others() const {
  // Listed first, for another process may be about to put the plan there.
  const std::vector<std::string> entries = root_.entries();
  if (root_.has(kPlanName)) return;
  for (const std::string& entry : entries) {
    const bool is_plan_begun = entry.rfind(fmt::format(".{}.", kPlanName), 0) == 0;
    if (entry == kWorkName || entry == kTrialsName || is_plan_begun) continue;
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: must be empty or hold a study. Got: '{}' in it", root_.path(),
                            shown(entry)));
  }
}

void StudyDirectory::make(const Plan& plan) {
  Plan resolved = plan;
  resolved.method = plan.method.value_or(Method::kGaussianProcess);
  resolved.seed = plan.seed.value_or(0);
  root_.replace(kPlanName, to_yaml(resolved));
}

void StudyDirectory::check_plan(const Plan& plan) const {
  Plan wanted = plan;
  if (!wanted.method) wanted.method = study_.plan.method;
  if (!wanted.seed) wanted.seed = study_.plan.seed;
  const std::vector<std::string> own = lines_of(study_.plan);
  const std::vector<std::string> others = lines_of(wanted);
  if (own == others) return;
  std::string missing = first_missing(own, others);
  std::string got = first_missing(others, own);
  if (missing == got) {  // the same lines
    missing = "its parameters in this order";
    got = "another order";
  }
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("{}: the study there is another: it has {}. Got: {}",
                          joined(root_, kPlanName), missing, got));
}

void StudyDirectory::read() {
  std::uint64_t next = 0;
  for (const std::string& entry : trials_->entries()) {
    const std::optional<std::uint64_t> number = number_in(entry);
    if (!number) continue;
    const std::string origin = joined(*trials_, entry);
    if (*number != next) {
      datasets::refuse(origin, fmt::format("trial {} must be there too", next), "none");
    }
    ++next;
    const bool is_known = *number < study_.trials.size();
    if (is_known && study_.trials[*number].trial.has_ended()) continue;
    StudyTrial trial = parsed_trial(origin, read_small(*trials_, entry, kMostTrialBytes),
                                    study_.plan.space, *number);
    if (is_known) {
      study_.trials[*number] = std::move(trial);
    } else {
      study_.trials.push_back(std::move(trial));
    }
  }
}

StudyDirectory::Turn::Turn(StudyDirectory& directory) : lock_(*directory.work_, kTurnLock) {
  lock_.wait();
  directory.read();
}

std::optional<sinks::Claim> StudyDirectory::claim(std::uint64_t number) const {
  std::optional<sinks::Claim> claim = work_->claim(trial_name(number) + ".lock");
  if (!claim || claim->is_sole()) return claim;
  throw Error(ErrorCode::kIo,
              fmt::format("{}: a study needs a file system with locks (flock)", root_.path()));
}

void StudyDirectory::put(StudyTrial trial) {
  const std::uint64_t number = trial.trial.number;
  trials_->replace(trial_name(number) + std::string(kTrialEnd), to_json(trial));
  if (number < study_.trials.size()) {
    study_.trials[number] = std::move(trial);
  } else {
    study_.trials.push_back(std::move(trial));
  }
}

void StudyDirectory::write_csv() const { root_.replace(kCsvName, to_csv(study_)); }

}  // namespace glyphmill::search
