// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "common/evaluation_flags.h"
#include "common/progress_bar.h"
#include "common/streams.h"
#include "common/tool.h"
#include "glyphmill/evaluation.h"
#include "glyphmill/parse.h"
#include "glyphmill/projector.h"

namespace {

using namespace glyphmill;

constexpr int kBelow = 1;

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
  line.expect_arguments(0);
  if (!line.has("model")) throw Error(ErrorCode::kInvalidArgument, "needs --model DIR");
  const double least = line.has("min-accuracy") ? number_of(line, "min-accuracy", {0, 1}) : 0;
  const EvaluationFiles files = evaluation_files(line);
  EvaluationOptions options = evaluation_options(line);
  const Recipe recipe = evaluation_samples(line);
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
  tool.flags = evaluation_flags();
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
