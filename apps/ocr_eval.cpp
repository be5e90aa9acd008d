// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "common/image_recipe.h"
#include "common/progress_bar.h"
#include "common/streams.h"
#include "common/tool.h"
#include "glyphmill/evaluation.h"
#include "glyphmill/parse.h"
#include "glyphmill/projector.h"

namespace {

using namespace glyphmill;

constexpr int kBelow = 1;

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

std::string value_or_none(const CommandLine& line, const std::string& flag) {
  return line.has(flag) ? line.value(flag) : "";
}

/// What the model is asked.
Recipe samples_of(const CommandLine& line) {
  if (line.has("data") == line.has("recipe")) refuse("needs --data DIR or --recipe FILE");
  Recipe recipe = line.has("data") ? images_of(line.value("data"), SourceOrder::kStored)
                                   : read_recipe(line.value("recipe"));
  if (line.has("split")) set_field(recipe, "split", {line.value("split")}, "--split");
  if (line.has("seed")) recipe.seed = integer_of(line, "seed", {});
  if (!recipe.seed) recipe.seed = 0;
  if (!line.has("nums")) return recipe;
  const std::uint64_t nums = integer_of(line, "nums", {1, 1'000'000'000'000});
  if (line.has("data") && nums > sample_count(recipe)) {
    refuse(fmt::format("--nums: must be at most the {} images of {}. Got: {}", sample_count(recipe),
                       line.value("data"), nums));
  }
  recipe.count = nums;
  return recipe;
}

EvaluationFiles files_of(const CommandLine& line) {
  EvaluationFiles files;
  files.worst = value_or_none(line, "worst");
  files.confusion = value_or_none(line, "confusion");
  files.reliability = value_or_none(line, "reliability");
  files.suggested = value_or_none(line, "suggest");
  if (line.has("strength")) files.weights.strength = number_of(line, "strength", {0, 1000});
  if (line.has("most")) files.weights.most = number_of(line, "most", {1, kFactorBounds.max});
  check(files);
  return files;
}

EvaluationOptions options_of(const CommandLine& line) {
  EvaluationOptions options;
  if (line.has("beam")) options.beam = integer_of(line, "beam", {1, 10'000});
  options.pattern = value_or_none(line, "pattern");
  options.date = value_or_none(line, "date");
  options.answers = value_or_none(line, "answers");
  return options;
}

Evaluation evaluated(const Recognizer& model, const Generator& samples, EvaluationOptions options,
                     bool quiet) {
  ProgressBar bar(!quiet);
  options.on_progress = [&bar](std::uint64_t done, std::uint64_t total) {
    Progress progress;
    progress.done = done;
    progress.total = total;
    bar.update("ocr_eval", progress);
  };
  return evaluate(model, samples, options);
}

void project(const Recognizer& model, const Generator& samples, const CommandLine& line) {
  ProjectorOptions options;
  if (line.has("vectors")) options.vectors = integer_of(line, "vectors", {1, 60'000});
  Sample sample;
  Generator::Scratch scratch;
  std::uint64_t k = 0;
  const auto next = [&](LabelledImage& image) {
    if (k >= samples.count()) return false;
    samples.sample(k, sample, scratch);
    image = {sample.image, sample.label, k++};
    return true;
  };
  write_projector(model, next, line.value("projector"), options);
}

int run(const CommandLine& line) {
  if (!line.arguments().empty()) {
    refuse(fmt::format("unexpected argument '{}'", shown(line.arguments().front())));
  }
  if (!line.has("model")) refuse("needs --model DIR");
  const double least = line.has("min-accuracy") ? number_of(line, "min-accuracy", {0, 1}) : 0;
  const EvaluationFiles files = files_of(line);
  EvaluationOptions options = options_of(line);
  const Recipe recipe = samples_of(line);
  prepare_ocr_runtime(threads_of(line));
  const Recognizer model(line.value("model"));
  const Generator samples(recipe);
  const StopSignals signals;
  options.stop = signals.flag();
  const Evaluation evaluation = evaluated(model, samples, options, line.has("quiet"));
  const Tally& sequences = evaluation.report.sequences;
  if (evaluation.interrupted) {
    tell(fmt::format("ocr_eval: interrupted after {} of {} images", sequences.count,
                     samples.count()));
    return signals.exit_code();
  }
  write_files(evaluation, samples, files);
  if (line.has("projector")) project(model, samples, line);
  if (line.has("json")) {
    print_result(to_json(evaluation) + "\n");
  } else if (!line.has("quiet")) {
    print_result(fmt::format("{}: {} images\n{}", shown(line.value("model")), sequences.count,
                             to_text(evaluation)));
  }
  if (sequences.rate() >= least) return kDone;
  tell(
      fmt::format("ocr_eval: accuracy: must be at least {}. Got: {:.6g}", least, sequences.rate()));
  return kBelow;
}

Tool ocr_eval() {
  Tool tool;
  tool.name = "ocr_eval";
  tool.usage = "--model DIR (--data DIR | --recipe FILE) [OPTION]...";
  tool.summary = "how right a recogniser is, how sure, and in what it errs";
  tool.flags = {
      {"model", "DIR", "Samples", "the model, as ocr_train has written it"},
      {"data",
       "DIR",
       "Samples",
       "labelled images: a data set, or a folder of images whose names are their labels",
       {"recipe", "seed", "split"}},
      {"recipe", "FILE", "Samples", "samples of this recipe, made as they are needed"},
      {"seed", "N", "Samples",
       "of --recipe (default: its own, or 0); with that of the training the model knows them"},
      {"split", "NAME", "Samples", "this split of --recipe (default: its own, or all)"},
      {"nums", "N", "Samples", "the first N samples (default: all)"},
      {"beam", "N", "Answers",
       "prefix beam search with N prefixes (default: the surest character of each step, or 10 with "
       "--pattern or --date)"},
      {"pattern",
       "TEXT",
       "Answers",
       "answers follow this pattern, as in '[A-Z]{2}\\d{6}'",
       {"date"}},
      {"date", "LAYOUT", "Answers", "answers are dates of this layout, as in '{YYYY}{MM}{DD}'"},
      {"json", "", "Report", "print the report as JSON"},
      {"answers", "FILE.tsv", "Report",
       "write index, truth, answer and confidence of every sample"},
      {"worst", "FILE.png", "Report",
       "write a sheet of the surest wrong answers, then of the least sure right ones"},
      {"confusion", "FILE.png", "Report", "write what was read as what"},
      {"reliability", "FILE.png", "Report", "write how right answers are that are so sure"},
      {"projector", "DIR", "Report",
       "write what the model sees of each character, for TensorBoard's projector and as a picture"},
      {"vectors", "N", "Report", "of --projector at most so many characters (default: 2000)"},
      {"min-accuracy", "SHARE", "Report",
       "exit with 1 if less than this share of the sequences is right, 0 to 1"},
      {"suggest", "FILE.yaml", "Next data",
       "write weights of labels (--weights of augment_codes) that hold more of what was misread"},
      {"strength", "X", "Next data", "of the suggestion; 0 weighs evenly (default: 1)"},
      {"most", "X", "Next data", "largest weight suggested (default: 4)"},
      {"threads", "N", "Running", "threads (default: the processors it may use)", {}, 'j'},
      {"quiet", "", "Running", "no progress and no report", {}, 'q'},
  };
  tool.examples = {
      "ocr_eval --model model --data captchas/test",
      "ocr_eval --model model --recipe configs/codes.yaml --seed 7 --nums 10000 --worst worst.png",
      "ocr_eval --model model --data invoices --date '{DD}.{MM}.{YYYY}' --json > report.json",
      "ocr_eval --model model --data test -q --min-accuracy 0.995",
  };
  tool.run = run;
  return tool;
}

}  // namespace

int main(int argc, char** argv) { return run_tool(ocr_eval, argc, argv); }
