// SPDX-License-Identifier: Apache-2.0
#include "glyphmill/ocr_search.h"

#include <fmt/format.h>

#include <boost/filesystem.hpp>

#include "common/progress_bar.h"
#include "common/search_flags.h"
#include "common/streams.h"
#include "common/tool.h"
#include "common/training_flags.h"
#include "glyphmill/evaluation.h"
#include "glyphmill/parse.h"
#include "glyphmill/study.h"
#include "glyphmill/study_report.h"

namespace {

using namespace glyphmill;

std::string line_of(const search::StudyProgress& progress) {
  const search::Trial& last = progress.last.trial;
  std::string line =
      fmt::format("trial {} ({} of {}): ", last.number, progress.ended, progress.total);
  line += last.is_complete() ? fmt::format("{:.3f} % character errors", 100 * last.outcome->value)
                             : "failed, " + last.outcome->message;
  return line + "; " + search::spelled(last.point);
}

/// Trains the best point once more, for longer, and evaluates it on what no trial has seen.
std::string train_best(const BestOptions& options, TrainingTask task, const search::Trial& best,
                       const std::string& output, const StopSignals& signals, bool quiet) {
  apply_point(best.point, task.model, task.options);
  if (options.minutes) {
    task.options.steps.reset();
    task.options.minutes = *options.minutes;
  }
  TrainingRun run;
  run.output = output;
  run.overwrite = true;
  run.stop = signals.flag();
  ProgressBar bar(!quiet);
  run.on_progress = [&bar](const TrainingProgress& progress) {
    bar.show("best: " + status_line(progress));
  };
  const TrainingResult result = train(task, run);
  bar.clear();
  if (result.interrupted) return "";
  std::string text = summary_of(output, result);
  if (!options.test) return text;
  const Evaluation test = evaluate(Recognizer(output), Generator(*options.test));
  return text + fmt::format("{}: {:.2f} % of {} test sequences right, {:.3f} % character errors\n",
                            output, 100 * test.report.sequences.rate(), test.report.sequences.count,
                            100 * test.report.character_error_rate());
}

std::string report_of(const search::Space& space, const std::vector<search::Trial>& trials,
                      const search::Trial& best) {
  std::string text =
      fmt::format("best of {} trials, number {}: {:.3f} % character errors\n  {}\n", trials.size(),
                  best.number, 100 * best.outcome->value, search::spelled(best.point));
  for (const search::Influence& influence : search::influences(space, trials)) {
    text += fmt::format("  {}: {:.0f} % of the differences between the scores' ranks\n",
                        influence.parameter, 100 * influence.explained);
  }
  return text;
}

/// What is left to do when every trial has ended. Gives the exit code.
int conclude(const search::Study& study, const TrialOptions& trials, const BestOptions& options,
             const std::string& directory, const StopSignals& signals, bool quiet) {
  boost::system::error_code not_empty;  // of a process that was killed, whose trial came again
  boost::filesystem::remove(trials.models, not_empty);
  const std::vector<search::Trial> all = search::trials_of(study);
  search::write_study_picture(study.plan.space, all, directory + "/study.png");
  const search::Trial* const best = search::best_trial(all);
  if (best == nullptr) {
    throw Error(ErrorCode::kFormat, fmt::format("{}: every trial has failed; the last: {}",
                                                directory, all.back().outcome->message));
  }
  if (!quiet) print_result(report_of(study.plan.space, all, *best));
  const std::string text =
      train_best(options, trials.task, *best, directory + "/best", signals, quiet);
  if (text.empty()) return signals.exit_code();
  if (!quiet) print_result(text);
  return kDone;
}

int run(const CommandLine& line) {
  line.expect_arguments(0);
  const bool quiet = line.has("quiet");
  const search::Plan plan = search_plan(line);
  search::StudyOptions options;
  options.directory = line.value_or("output", "study");
  options.resume = line.has("resume");
  if (line.has("trials")) options.trials = integer_of(line, "trials", {1, 100'000});
  prepare_training(line, "ocr_search");
  const BestOptions best = best_options(line);
  const StopSignals signals;
  TrialOptions trials;
  trials.task = training_task(line);
  trials.models = options.directory + "/models";
  trials.stop = signals.flag();
  if (line.has("timeout")) trials.timeout_minutes = number_of(line, "timeout", kMinutesBounds);
  check_trial_samples(trials.task);
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
  return conclude(result.study, trials, best, options.directory, signals, quiet);
}

Tool ocr_search() {
  Tool tool;
  tool.name = "ocr_search";
  tool.usage = "--space FILE (--recipe FILE | --data DIR) [OPTION]...";
  tool.summary = "searches for the model and the training that make the fewest errors";
  tool.flags = search_flags();
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
