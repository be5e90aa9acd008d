// SPDX-License-Identifier: Apache-2.0
#include "common/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <new>

#include "glyphmill/parse.h"

namespace glyphmill {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

/// Aligned columns: the first and what is no number to the left; the last is not filled up.
std::string table_of(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string table;
  for (const auto& row : rows) {
    std::string line = fmt::format("{:<{}}", row[0], widths[0]);
    for (std::size_t i = 1; i <= 3; ++i) line += fmt::format("  {:>{}}", row[i], widths[i]);
    line += fmt::format("  {:<{}}  {}", row[4], widths[4], row[5]);
    table += (table.empty() ? "" : "\n") + line;
  }
  return table;
}

/// None of a job whose images are not there (yet, for a job before it may make them): that job
/// tells of it.
std::uint64_t expected_samples(const Job& job) {
  try {
    return sample_count(job.recipe);
  } catch (const Error&) {
    return 0;
  }
}

}  // namespace

Batch::Batch(const ProgramSpec& spec, const CommandLine& line)
    : spec_(spec),
      line_(line),
      path_(line.arguments().front()),
      run_(run_options(line, stem_of(path_))),
      file_(read_jobs(path_)) {
  choose_jobs();
  refuse_flags_of_one_job();
  for (Job& job : file_.jobs) apply_flags(spec_, line_, job.recipe);
}

int Batch::operator()() {
  if (line_.has("validate")) return validate();
  give_seeds();
  if (!file_.is_list) return run_of(file_.jobs.front(), stem_of(path_))(file_.jobs.front().recipe);
  if (line_.has("dry-run")) return dry_run();
  for (const char* flag : {"print-recipe", "only", "preview"}) {
    if (!line_.has(flag)) continue;
    const Job& job = file_.jobs.front();
    return run_of(job, job.name)(job.recipe);
  }
  return write();
}

std::string Batch::directory_of(const Job& job) const {
  return file_.is_list ? run_.output + "/" + job.name : run_.output;
}

JobRun Batch::run_of(const Job& job, const std::string& title) const {
  RunOptions run = run_;
  run.output = directory_of(job);
  return {spec_, line_, title, std::move(run)};
}

void Batch::choose_jobs() {
  const Values* const names = line_.find("job");
  if (names == nullptr) return;
  if (!file_.is_list) {
    refuse(fmt::format("--job: only for a file of jobs, and {} is one recipe. Got: {}",
                       shown(path_), shown(names->front())));
  }
  std::vector<std::string_view> known;
  for (const Job& job : file_.jobs) known.push_back(job.name);
  for (const std::string& name : *names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string_view meant = closest_name(name, known);
    refuse(fmt::format("--job: must be a job of {}. Got: {}{}", shown(path_), shown(name),
                       meant.empty() ? "" : fmt::format(". Did you mean '{}'?", meant)));
  }
  const auto unwanted = [&](const Job& job) {
    return std::find(names->begin(), names->end(), job.name) == names->end();
  };
  file_.jobs.erase(std::remove_if(file_.jobs.begin(), file_.jobs.end(), unwanted),
                   file_.jobs.end());
}

void Batch::refuse_flags_of_one_job() const {
  if (file_.jobs.size() == 1) return;
  for (const char* flag : {"print-recipe", "only", "preview"}) {
    if (!line_.has(flag)) continue;
    refuse(fmt::format("--{}: is for one job; choose it with --job. Got: {} jobs", flag,
                       file_.jobs.size()));
  }
}

/// Jobs without a seed share one. A run that is resumed finds the one it recorded, which is also
/// that of the jobs it had not begun.
void Batch::give_seeds() {
  std::optional<std::uint64_t> shared;
  std::vector<Recipe*> without;
  for (Job& job : file_.jobs) {
    Recipe& recipe = job.recipe;
    if (recipe.seed) continue;
    RunOptions run = run_;
    run.output = directory_of(job);
    recipe.seed = earlier_seed(recipe, run);
    if (recipe.seed) {
      shared = recipe.seed;
    } else {
      without.push_back(&recipe);
    }
  }
  if (without.empty()) return;
  if (!shared) shared = drawn_seed(spec_, quiet());
  for (Recipe* const recipe : without) recipe->seed = shared;
}

/// Calls `use` for each job; errors are told, and the exit code says the worst of them.
template <class Use>
int Batch::check_each(const Use& use) const {
  int code = kDone;
  for (const Job& job : file_.jobs) {
    try {
      use(job);
    } catch (const Error& error) {
      const std::string of = file_.is_list ? fmt::format("job {}: ", job.name) : "";
      tell(fmt::format("{}: {}{}", spec_.name, of, error.what()));
      code = std::max(code, error.code() == ErrorCode::kInvalidArgument ? kBadUsage : kCouldNot);
    }
  }
  return code;
}

int Batch::validate() const {
  std::uint64_t images = 0;
  const int code = check_each([&](const Job& job) {
    Recipe recipe = job.recipe;
    if (!recipe.seed) recipe.seed = 0;
    images += Generator(recipe).count();
  });
  if (code != kDone) return code;
  const std::size_t jobs = file_.jobs.size();
  print_result(
      fmt::format("{}: {} {}, {} images\n", path_, jobs, jobs == 1 ? "job" : "jobs", images));
  return kDone;
}

int Batch::dry_run() const {
  return check_each([&](const Job& job) {
    const Generator generator(job.recipe);
    print_result(fmt::format("job: {}\n", job.name));
    run_of(job, job.name).dry_run(generator);
  });
}

int Batch::write() {
  std::uint64_t expected = 0;
  for (const Job& job : file_.jobs) expected += expected_samples(job);
  const StopSignals stop;
  OverallProgress progress(!quiet(), expected);
  std::vector<Row> rows(file_.jobs.size());
  int code = kDone;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].state = write_job(i, stop, progress, rows[i]);
    if (rows[i].state == State::kInterrupted) code = stop.exit_code();
    if (rows[i].state == State::kFailed) code = kCouldNot;
    if (rows[i].state == State::kInterrupted) break;
    if (rows[i].state == State::kFailed && line_.has("fail-fast")) break;
  }
  if (!quiet()) tell_table(rows);
  return code;
}

Batch::State Batch::write_job(std::size_t place, const StopSignals& stop, OverallProgress& progress,
                              Row& row) {
  const Job& job = file_.jobs[place];
  const auto failed = [&](const char* what) {
    progress.end();
    tell(fmt::format("{}: job {}: {}", spec_.name, job.name, what));
    return State::kFailed;
  };
  try {
    const std::string number = fmt::format("{}/{} ", place + 1, file_.jobs.size());
    progress.announce(number);
    row.made = run_of(job, job.name).write(Generator(job.recipe), stop, progress);
    return row.made.interrupted ? State::kInterrupted : State::kMade;
  } catch (const std::bad_alloc&) {
    return failed("out of memory");
  } catch (const std::exception& error) {
    return failed(error.what());
  }
}

void Batch::tell_table(const std::vector<Row>& rows) const {
  static constexpr std::array<const char*, 4> kStates{"not run", "done", "failed", "interrupted"};
  std::vector<std::vector<std::string>> table{
      {"job", "images", "seconds", "images/s", "state", "directory"}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [made, state] = rows[i];
    const bool any = made.images > 0;
    table.push_back({file_.jobs[i].name, any ? fmt::to_string(made.images) : "-",
                     any ? fmt::format("{:.2f}", made.seconds) : "-",
                     any ? fmt::format("{:.0f}", rate_of(made)) : "-",
                     kStates[static_cast<std::size_t>(state)], directory_of(file_.jobs[i])});
  }
  tell(table_of(table));
}

}  // namespace glyphmill
