// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/study.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/filesystem.hpp>
#include <cmath>
#include <csignal>
#include <mutex>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <thread>

#include "support/messages.h"
#include "support/temp_dir.h"

namespace glyphmill::search {
namespace {

using test::message_of;
using test::read_all;
using test::TempDir;
using test::write_all;

Plan plan() {
  return parse_plan(R"(
parameters:
  layers: {integer: [1, 3]}
  growth: {real: [1, 2], when: {layers: [2, 3]}}
  rate: {real: [1e-4, 1e-1], log: true}
  optimizer: ["Adam, W", SGD]
)",
                    "space");
}

double score(const Point& point) {
  return std::abs(std::log10(point.real("rate")) + 2) + (point.text("optimizer") == "SGD" ? 0 : 1);
}

Outcome scored(const Trial& trial) { return Outcome::of(score(trial.point)); }

StudyOptions options_of(const TempDir& directory, std::uint64_t trials = 15) {
  StudyOptions options;
  options.directory = directory.path("study");
  options.trials = trials;
  return options;
}

StudyOptions resumed(StudyOptions options) {
  options.resume = true;
  return options;
}

std::vector<std::string> points_of(const Study& study) {
  std::vector<std::string> points;
  for (const StudyTrial& trial : study.trials) points.push_back(spelled(trial.trial.point));
  return points;
}

std::string trial_path(const StudyOptions& options, int number) {
  return fmt::format("{}/trials/{:06}.json", options.directory, number);
}

TEST(Study, IsRunAndRead) {
  const TempDir directory;
  const StudyOptions options = options_of(directory);
  std::vector<std::uint64_t> ended;
  const StudyResult result = run_study(plan(), options, scored, [&](const StudyProgress& progress) {
    ended.push_back(progress.ended);
    EXPECT_EQ(progress.total, 15U);
    EXPECT_LE(progress.best->outcome->value, progress.last.trial.outcome->value);
  });
  EXPECT_TRUE(result.complete);
  EXPECT_FALSE(result.interrupted);
  EXPECT_EQ(ended.size(), 15U);
  EXPECT_EQ(ended.back(), 15U);
  const Study study = read_study(options.directory);
  EXPECT_EQ(study.plan.method, Method::kGaussianProcess);
  EXPECT_EQ(study.plan.seed, 0U);
  EXPECT_EQ(points_of(study), points_of(result.study));
  for (const StudyTrial& trial : study.trials) {
    EXPECT_EQ(trial.trial.outcome->value, score(trial.trial.point));  // to the last bit
  }
}

TEST(Study, AsksAsASearcherDoes) {
  const TempDir directory;
  const StudyResult result = run_study(plan(), options_of(directory, 20), scored);
  Searcher searcher(plan());
  for (const StudyTrial& trial : result.study.trials) {
    const Trial asked = searcher.ask().value();
    EXPECT_EQ(asked.point, trial.trial.point);
    searcher.tell(asked.number, scored(asked));
  }
}

TEST(Study, GivesATableOfItsTrials) {
  const TempDir directory;
  const StudyOptions options = options_of(directory, 12);
  const StudyResult result = run_study(plan(), options, [](const Trial& trial) {
    if (trial.number == 3) throw Error(ErrorCode::kInternal, "a defect");
    if (trial.number == 5) throw std::bad_alloc();
    return scored(trial);
  });
  std::istringstream csv(read_all(options.directory + "/trials.csv"));
  std::string line;
  std::getline(csv, line);
  EXPECT_EQ(line,
            "number,value,datetime_start,datetime_complete,duration,params_growth,params_layers,"
            "params_optimizer,params_rate,state");
  const std::string time = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}\\.[0-9]{6}";
  const std::regex row("([0-9]+),([^,]*)," + time + "," + time +
                       ",0 days 00:00:[0-9]{2}\\.[0-9]{6},([0-9.]*),([123]),(\"Adam, W\"|SGD),"
                       "([-0-9.e]+),(COMPLETE|FAIL)");
  for (const StudyTrial& trial : result.study.trials) {
    std::getline(csv, line);
    std::smatch match;
    ASSERT_TRUE(std::regex_match(line, match, row)) << line;
    const Point& point = trial.trial.point;
    const bool fails = trial.trial.number == 3 || trial.trial.number == 5;
    EXPECT_EQ(match[1], std::to_string(trial.trial.number));
    EXPECT_EQ(match[2], fails ? "" : spelled(Value(score(point))));
    EXPECT_EQ(match[3], point.has("growth") ? spelled(Value(point.real("growth"))) : "");
    EXPECT_EQ(match[4], std::to_string(point.integer("layers")));
    EXPECT_EQ(match[6], spelled(Value(point.real("rate"))));
    EXPECT_EQ(match[7], fails ? "FAIL" : "COMPLETE");
  }
  EXPECT_FALSE(std::getline(csv, line));
  EXPECT_EQ(result.study.trials[3].trial.outcome->message, "a defect");
  EXPECT_EQ(result.study.trials[5].trial.outcome->message, "out of memory");
}

TEST(Study, KeepsWhateverAnObjectiveThrows) {
  const TempDir directory;
  const StudyOptions options = options_of(directory, 3);
  run_study(plan(), options, [](const Trial& trial) -> Outcome {
    if (trial.number == 0) throw std::runtime_error("bytes \xff\xfe of \"elsewhere\"");
    if (trial.number == 1) throw 1;
    return Outcome::of(std::nan(""));
  });
  const Study study = read_study(options.directory);
  EXPECT_EQ(study.trials[0].trial.outcome->message,
            "bytes \xef\xbf\xbd\xef\xbf\xbd of \"elsewhere\"");
  EXPECT_EQ(study.trials[1].trial.outcome->message, "threw something that is no std::exception");
  EXPECT_EQ(study.trials[2].trial.outcome->message, "the score must be finite. Got: nan");
}

TEST(Study, ResumedIsAsOneThatNeverStopped) {
  const TempDir whole;
  const TempDir parts;
  const StudyResult expected = run_study(plan(), options_of(whole, 25), scored);
  std::atomic<bool> stop{false};
  StudyOptions options = options_of(parts, 25);
  StudyResult result;
  for (const std::uint64_t at : {4U, 12U, 13U, 99U}) {
    stop = false;
    result = run_study(
        plan(), options,
        [&](const Trial& trial) {
          stop = trial.number == at;
          return stop ? Outcome::interrupted() : scored(trial);
        },
        {}, &stop);
    if (at != 99) {
      EXPECT_TRUE(result.interrupted);
      EXPECT_FALSE(result.complete);
      const Study study = read_study(options.directory);
      EXPECT_EQ(study.trials.size(), at + 1);
      EXPECT_FALSE(study.trials.back().trial.has_ended());
      EXPECT_NE(read_all(options.directory + "/trials.csv").find(",WAITING\n"), std::string::npos);
    }
    options.resume = true;
  }
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(points_of(result.study), points_of(expected.study));
  // Of a study that is done nothing is done again.
  run_study(plan(), options, [](const Trial&) -> Outcome {
    ADD_FAILURE();
    return {};
  });
}

TEST(Study, EndsWithItsSpace) {
  const TempDir directory;
  const Plan small = parse_plan("parameters: {a: [1, 2, 3], b: [true, false]}", "space");
  const auto trial = [](const Trial&) { return Outcome::of(1); };
  const StudyResult result = run_study(small, options_of(directory), trial);
  EXPECT_TRUE(result.exhausted);
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(result.study.trials.size(), 6U);
}

TEST(Study, EndsWithItsTime) {
  const TempDir directory;
  StudyOptions options = options_of(directory);
  options.seconds = 1e-9;
  const StudyResult result = run_study(plan(), options, scored);
  EXPECT_FALSE(result.complete);
  EXPECT_EQ(result.study.trials.size(), 0U);
}

TEST(Study, IsSharedByThreads) {
  const TempDir directory;
  const StudyOptions options = resumed(options_of(directory, 40));
  std::mutex mutex;
  std::multiset<std::uint64_t> tried;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      run_study(plan(), options, [&](const Trial& trial) {
        const std::lock_guard<std::mutex> lock(mutex);
        tried.insert(trial.number);
        return scored(trial);
      });
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(tried.size(), 40U);
  EXPECT_EQ(std::set<std::uint64_t>(tried.begin(), tried.end()).size(), 40U);
  const std::vector<std::string> points = points_of(read_study(options.directory));
  EXPECT_EQ(std::set<std::string>(points.begin(), points.end()).size(), 40U);
}

/// A child that runs the study and ends with 0, or 1 if anything was thrown.
pid_t forked(const StudyOptions& options, const Objective& objective) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    run_study(plan(), options, objective);
  } catch (...) {
    ::_exit(1);
  }
  ::_exit(0);
}

int ended(pid_t child) {
  int status = -1;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(Study, IsSharedByProcesses) {
  const TempDir directory;
  const StudyOptions options = resumed(options_of(directory, 30));
  const auto objective = [&](const Trial& trial) {
    // Fails if another has tried it.
    boost::filesystem::create_directory(directory.path(std::to_string(trial.number)));
    ::usleep(2000);
    return scored(trial);
  };
  const pid_t first = forked(options, objective);
  const pid_t second = forked(options, objective);
  EXPECT_EQ(ended(first), 0);
  EXPECT_EQ(ended(second), 0);
  const Study study = read_study(options.directory);
  ASSERT_EQ(study.trials.size(), 30U);
  for (const StudyTrial& trial : study.trials) EXPECT_TRUE(trial.trial.is_complete());
  for (int i = 0; i < 30; ++i) {
    EXPECT_TRUE(boost::filesystem::exists(directory.path(std::to_string(i)))) << i;
  }
}

/// Runs the study in a child that is killed in the middle of trial `at`.
void kill_in(const StudyOptions& options, std::uint64_t at) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = forked(options, [&](const Trial& trial) {
    if (trial.number < at) return scored(trial);
    if (::write(ends[1], "!", 1) == 1) ::pause();
    return Outcome::failed("not killed");
  });
  char signal = 0;
  EXPECT_EQ(::read(ends[0], &signal, 1), 1);
  ::kill(child, SIGKILL);
  EXPECT_TRUE(WIFSIGNALED(ended(child)));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Study, TriesATrialAgainWhoseProcessWasKilled) {
  const TempDir whole;
  const TempDir killed;
  const StudyResult expected = run_study(plan(), options_of(whole, 18), scored);
  const StudyOptions options = resumed(options_of(killed, 18));
  kill_in(options, 13);
  EXPECT_EQ(read_study(options.directory).trials.size(), 14U);
  kill_in(options, 13);
  const StudyResult result = run_study(plan(), options, scored);
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(points_of(result.study), points_of(expected.study));
  EXPECT_EQ(result.study.trials[13].starts, 3U);
}

TEST(Study, GivesUpATrialThatKillsItsProcess) {
  const TempDir directory;
  const StudyOptions options = resumed(options_of(directory, 4));
  for (int i = 0; i < 3; ++i) kill_in(options, 2);
  const StudyResult result = run_study(plan(), options, scored);
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(result.study.trials[2].trial.outcome->message,
            "its process ended 3 times without a result");
  EXPECT_TRUE(result.study.trials[3].trial.is_complete());
}

TEST(Study, IsNotTakenForAnother) {
  const TempDir directory;
  StudyOptions options = options_of(directory, 2);
  const auto refusal = [&](const Plan& other) {
    const std::string message =
        message_of([&] { run_study(other, options, scored); }, ErrorCode::kInvalidArgument);
    return message.substr(std::min(message.size(), directory.path().size()));
  };
  run_study(plan(), options, scored);
  EXPECT_EQ(refusal(plan()), "/study: holds a study, which resuming continues");
  options.resume = true;
  EXPECT_EQ(refusal(plan()), "");
  Plan other = plan();
  other.seed = 3;
  EXPECT_EQ(refusal(other),
            "/study/space.yaml: the study there is another: it has seed: 0. Got: seed: 3");
  other = plan();
  other.method = Method::kRandom;
  EXPECT_EQ(
      refusal(other),
      "/study/space.yaml: the study there is another: it has method: gp. Got: method: random");
  other = plan();
  std::get<Integers>(other.space.parameters[0].values).range.max = 4;
  EXPECT_EQ(refusal(other),
            "/study/space.yaml: the study there is another: it has layers: {integer: [1, 3], step: "
            "1, log: false}. Got: layers: {integer: [1, 4], step: 1, log: false}");
  other = plan();
  other.space.parameters.pop_back();
  EXPECT_EQ(refusal(other),
            "/study/space.yaml: the study there is another: it has optimizer: {choice: [\"Adam, "
            "W\", \"SGD\"]}. Got: nothing");
  other = plan();
  std::swap(other.space.parameters[2], other.space.parameters[3]);
  EXPECT_EQ(refusal(other),
            "/study/space.yaml: the study there is another: it has its parameters in this order. "
            "Got: another order");
}

TEST(Study, RefusesADirectoryOfOtherThings) {
  const TempDir directory;
  const StudyOptions options = options_of(directory);
  write_all(options.directory + "/thesis.tex", "");
  EXPECT_EQ(message_of([&] { run_study(plan(), options, scored); }, ErrorCode::kInvalidArgument),
            options.directory + ": must be empty or hold a study. Got: 'thesis.tex' in it");
  EXPECT_EQ(message_of([&] { read_study(options.directory); }, ErrorCode::kNotFound),
            options.directory + ": must hold a study. Got: no space.yaml");
  EXPECT_FALSE(boost::filesystem::exists(options.directory + "/space.yaml"));
}

TEST(Study, RefusesOptionsOutOfBounds) {
  const TempDir directory;
  StudyOptions options = options_of(directory, 0);
  EXPECT_EQ(message_of([&] { run_study(plan(), options, scored); }),
            "trials: must be between 1 and 100000. Got: 0");
  options = options_of(directory);
  options.seconds = std::nan("");
  EXPECT_EQ(message_of([&] { run_study(plan(), options, scored); }),
            "seconds: must be at least 0. Got: nan");
  EXPECT_EQ(message_of([&] { run_study({}, options_of(directory), scored); }),
            "parameters: must be 1 to 100. Got: 0");
  EXPECT_FALSE(boost::filesystem::exists(options.directory));
}

/// Each changes one member of a trial's file.
struct Corruption {
  const char* patch;
  const char* message;
};

TEST(Study, RefusesTrialsThatAreNotWhatWasWritten) {
  const TempDir directory;
  const StudyOptions options = options_of(directory, 3);
  run_study(plan(), options, scored);
  const std::string path = trial_path(options, 1);
  const std::string good = read_all(path);
  const auto refusal = [&](const std::string& bytes) {
    write_all(path, bytes);
    const std::string message =
        message_of([&] { read_study(options.directory); }, ErrorCode::kFormat);
    EXPECT_EQ(message_of([&] { run_study(plan(), resumed(options), scored); }), message);
    EXPECT_EQ(message.substr(0, path.size()), path);
    return message.substr(std::min(message.size(), path.size()));
  };
  const std::vector<Corruption> table{
      {R"({"number": 2})", ": 'number' must be 1. Got: 2"},
      {R"({"number": null})", ": needs 'number'. Got: nothing of that name"},
      {R"({"state": "DONE"})", ": 'state' must be COMPLETE, FAIL, RUNNING or WAITING. Got: DONE"},
      {R"({"value": null})", ": 'value' must be a number. Got: nothing of that name"},
      {R"({"value": "0"})", ": 'value' must be a number. Got: string"},
      {R"({"starts": -1})", ": 'starts' must be a whole number of at least 0. Got: -1"},
      {R"({"duration_s": 1e300})", ": 'duration_s' must be between 0 and 1000000000. Got: 1e+300"},
      {R"({"datetime_start": 1})", ": 'datetime_start' must be text. Got: number"},
      {R"({"params": []})", ": 'params' must be an object. Got: array"},
      {R"({"params": null})", ": 'params' must be an object. Got: null"},
      {R"({"params": {"layers": 18446744073709551613}})",
       ": params.layers must be a value. Got: number"},
      {R"({"params": {"layers": 7}})", ": params.layers: must be a value of the space. Got: 7"},
      {R"({"params": {"rate": 1}})", ": params.rate: must be a value of the space. Got: 1"},
      {R"({"params": {"rate": [1]}})", ": params.rate must be a value. Got: array"},
  };
  for (const auto& [patch, message] : table) {
    nlohmann::json json = nlohmann::json::parse(good);
    json.merge_patch(nlohmann::json::parse(patch));
    EXPECT_EQ(refusal(json.dump()), message) << patch;
  }
  EXPECT_EQ(refusal(good.substr(0, 10)), ": must be JSON. Got: {\\x0a  \"numbe");
  EXPECT_EQ(refusal("[]"), ": needs 'number'. Got: nothing of that name");
  EXPECT_EQ(refusal(std::string(40, '[') + std::string(40, ']')),
            ": JSON must not be deeper than 32. Got: more");
  EXPECT_NE(refusal(std::string(2 << 20, ' ')), "");
  write_all(path, good);
  EXPECT_EQ(read_study(options.directory).trials.size(), 3U);
}

TEST(Study, RefusesFilesThatAreMissingOrNoFiles) {
  const TempDir directory;
  const StudyOptions options = options_of(directory, 3);
  run_study(plan(), options, scored);
  const std::string path = trial_path(options, 1);
  const auto refusal = [&] {
    return message_of([&] { read_study(options.directory); }, ErrorCode::kFormat);
  };
  boost::filesystem::remove(path);
  EXPECT_EQ(refusal(), trial_path(options, 2) + ": trial 1 must be there too. Got: none");
  boost::filesystem::create_symlink(trial_path(options, 0), path);
  EXPECT_EQ(refusal(), path + ": must be a file. Got: a symbolic link");
  const std::string plan_path = options.directory + "/space.yaml";
  write_all(plan_path, "parameters: {a: [}\n");
  EXPECT_EQ(refusal().substr(0, plan_path.size() + 1), plan_path + ":");
  boost::filesystem::remove(plan_path);
  boost::filesystem::create_directory(plan_path);
  EXPECT_EQ(refusal(), plan_path + ": must be a file. Got: a directory");
}

/// As a process leaves it that is killed while it writes.
TEST(Study, PassesOverWhatIsUnfinished) {
  const TempDir directory;
  const StudyOptions options = options_of(directory, 3);
  run_study(plan(), options, scored);
  write_all(options.directory + "/trials/.000003.json.host.1.tmp", "{");
  write_all(options.directory + "/.glyphmill/000003.lock", "");
  const StudyResult result = run_study(plan(), resumed(options_of(directory, 5)), scored);
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(result.study.trials.size(), 5U);
}

TEST(Study, PassesOnWhatWatchingItThrows) {
  const TempDir directory;
  const StudyOptions options = options_of(directory);
  const auto fail = [](const StudyProgress& progress) {
    if (progress.ended == 2) throw Error(ErrorCode::kIo, "the pipe is closed");
  };
  EXPECT_EQ(message_of([&] { run_study(plan(), options, scored, fail); }), "the pipe is closed");
  EXPECT_EQ(read_study(options.directory).trials.size(), 2U);
}

}  // namespace
}  // namespace glyphmill::search
