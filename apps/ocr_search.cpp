// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ocr_search.h"

#include <fmt/format.h>

#include <boost/filesystem.hpp>

#include "common/image_recipe.h"
#include "common/progress_bar.h"
#include "common/streams.h"
#include "common/tool.h"
#include "common/training_flags.h"
#include "glyphmill/evaluation.h"
#include "glyphmill/parse.h"
#include "glyphmill/study.h"
#include "glyphmill/study_report.h"

namespace {

using namespace glyphmill;

constexpr Bounds kMinutes{0.001, 100'000};

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

search::Plan plan_of(const CommandLine& line) {
  if (!line.has("space")) refuse("needs --space FILE");
  search::Plan plan = search::read_plan(line.value("space"));
  check_trial_space(plan.space);
  if (line.has("method")) {
    const std::size_t method = named(
        "--method", [&] { return parse_choice(line.value("method"), search::method_names()); });
    plan.method = static_cast<search::Method>(method);
  }
  if (line.has("search-seed")) plan.seed = integer_of(line, "search-seed", {});
  return plan;
}

/// What is wrong with the samples would be wrong with every trial.
void check_samples(const TrainingTask& task) {
  for (const TrainingStream& stream : task.streams) {
    Recipe recipe = stream.recipe;
    if (!recipe.seed) recipe.seed = task.options.seed;
    const Generator generator(recipe);
  }
}

std::string line_of(const search::StudyProgress& progress) {
  const search::Trial& last = progress.last.trial;
  std::string line =
      fmt::format("trial {} ({} of {}): ", last.number, progress.ended, progress.total);
  line += last.is_complete() ? fmt::format("{:.3f} % character errors", 100 * last.outcome->value)
                             : "failed, " + last.outcome->message;
  return line + "; " + search::spelled(last.point);
}

/// Trains the best point once more, for longer, and evaluates it on what no trial has seen.
std::string train_best(const CommandLine& line, TrainingTask task, const search::Trial& best,
                       const std::string& output, const StopSignals& signals) {
  apply_point(best.point, task.model, task.options);
  if (line.has("best-minutes")) {
    task.options.steps.reset();
    task.options.minutes = number_of(line, "best-minutes", kMinutes);
  }
  TrainingRun run;
  run.output = output;
  run.overwrite = true;
  run.stop = signals.flag();
  ProgressBar bar(!line.has("quiet"));
  run.on_progress = [&bar](const TrainingProgress& progress) {
    bar.show("best: " + status_line(progress));
  };
  const TrainingResult result = train(task, run);
  bar.clear();
  if (result.interrupted) return "";
  std::string text = summary_of(output, result);
  if (!line.has("test")) return text;
  Recipe recipe = images_of(line.value("test"), SourceOrder::kStored);
  recipe.seed = 0;
  const Evaluation test = evaluate(Recognizer(output), Generator(recipe));
  return text + fmt::format("{}: {:.2f} % of {} test sequences right, {:.3f} % character errors\n",
                            output, 100 * test.report.sequences.rate(), test.report.sequences.count,
                            100 * test.report.character_error_rate());
}

std::string report_of(const search::Plan& plan, const std::vector<search::Trial>& trials,
                      const search::Trial& best) {
  std::string text =
      fmt::format("best of {} trials, number {}: {:.3f} % character errors\n  {}\n", trials.size(),
                  best.number, 100 * best.outcome->value, search::spelled(best.point));
  for (const search::Influence& influence : search::influences(plan.space, trials)) {
    text += fmt::format("  {}: {:.0f} % of the differences between the scores' ranks\n",
                        influence.parameter, 100 * influence.explained);
  }
  return text;
}

int run(const CommandLine& line) {
  if (!line.arguments().empty()) {
    refuse(fmt::format("unexpected argument '{}'", shown(line.arguments().front())));
  }
  const bool quiet = line.has("quiet");
  const search::Plan plan = plan_of(line);
  search::StudyOptions options;
  options.directory = line.has("output") ? line.value("output") : "study";
  options.resume = line.has("resume");
  if (line.has("trials")) options.trials = integer_of(line, "trials", {1, 100'000});
  prepare_training(line, "ocr_search");
  const StopSignals signals;
  TrialOptions trials;
  trials.task = training_task(line);
  trials.models = options.directory + "/models";
  trials.stop = signals.flag();
  if (line.has("timeout")) trials.timeout_minutes = number_of(line, "timeout", kMinutes);
  check_samples(trials.task);
  ProgressBar bar(!quiet);
  trials.on_progress = [&bar](const search::Trial& trial, const TrainingProgress& progress) {
    bar.show(fmt::format("trial {}: {}", trial.number, status_line(progress)));
  };
  const search::StudyResult result = search::run_study(
      plan, options, [&](const search::Trial& trial) { return train_trial(trial, trials); },
      [&](const search::StudyProgress& progress) {
        bar.clear();
        if (!quiet) tell(line_of(progress));
      },
      signals.flag());
  bar.clear();
  if (result.interrupted) {
    tell("ocr_search: interrupted; --resume goes on");
    return signals.exit_code();
  }
  // The last process to end knows all the scores.
  if (!result.complete) return kDone;
  boost::system::error_code not_empty;  // of a process that was killed, whose trial came again
  boost::filesystem::remove(trials.models, not_empty);
  const std::vector<search::Trial> all = search::trials_of(result.study);
  search::write_study_picture(plan.space, all, options.directory + "/study.png");
  const search::Trial* const best = search::best_trial(all);
  if (best == nullptr) {
    throw Error(ErrorCode::kFormat, fmt::format("{}: every trial has failed; the last: {}",
                                                options.directory, all.back().outcome->message));
  }
  if (!quiet) print_result(report_of(plan, all, *best));
  const std::string text =
      train_best(line, trials.task, *best, options.directory + "/best", signals);
  if (text.empty()) return signals.exit_code();
  if (!quiet) print_result(text);
  return kDone;
}

Tool ocr_search() {
  Tool tool;
  tool.name = "ocr_search";
  tool.usage = "--space FILE (--recipe FILE | --data DIR) [OPTION]...";
  tool.summary = "searches for the model and the training that make the fewest errors";
  tool.flags = {
      {"space", "FILE", "Search", "what there is to choose from, see configs/ocr/search.yaml"},
      {"trials", "N", "Search", "trials in all, whoever makes them (default: 100)"},
      {"method", "random|gp|tpe", "Search", "how the next trial is chosen (default: gp)"},
      {"search-seed", "N", "Search", "of the search (default: 0)"},
      {"timeout", "MINUTES", "Search", "a trial that takes longer has failed (default: none does)"},
      {"test", "DIR", "Search",
       "labelled images that the best model is tested on, once, when it is chosen and trained"},
      {"best-minutes", "X", "Search",
       "how long the best is trained at the end (default: as long as its trial)"},
  };
  for (Flag& flag : training_flags()) tool.flags.push_back(std::move(flag));
  const std::vector<Flag> running = {
      {"output", "DIR", "Running", "directory of the study (default: study)", {}, 'o'},
      {"resume", "", "Running", "go on with the study that is there, or join others at it"},
      {"threads", "N", "Running", "threads (default: the processors it may use)", {}, 'j'},
      {"quiet", "", "Running", "no progress and no report", {}, 'q'},
  };
  tool.flags.insert(tool.flags.end(), running.begin(), running.end());
  tool.examples = {
      "ocr_search --space configs/ocr/search.yaml --recipe configs/codes.yaml --minutes 1 "
      "--trials 30",
      "ocr_search --space space.yaml --data captchas/train --val captchas/val --test captchas/test",
  };
  tool.run = run;
  return tool;
}

}  // namespace

int main(int argc, char** argv) { return run_tool(ocr_search, argc, argv); }
