// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "common/progress_bar.h"
#include "common/streams.h"
#include "common/tool.h"
#include "common/training_flags.h"
#include "glyphmill/parse.h"

namespace {

using namespace glyphmill;

int run(const CommandLine& line) {
  line.expect_arguments(0);
  const bool quiet = line.has("quiet");
  prepare_training(line, "ocr_train");
  const TrainingTask task = training_task(line);
  TrainingRun run;
  run.output = line.value_or("output", "model");
  run.resume = line.has("resume");
  run.overwrite = line.has("overwrite");
  const StopSignals signals;
  run.stop = signals.flag();
  ProgressBar bar(!quiet);
  run.on_progress = [&bar](const TrainingProgress& progress) { bar.show(status_line(progress)); };
  const TrainingResult result = train(task, run);
  bar.clear();
  if (result.interrupted) {
    tell(fmt::format("ocr_train: interrupted after step {}; --resume goes on", result.steps));
    return signals.exit_code();
  }
  if (!quiet) print_result(summary_of(run.output, result));
  return kDone;
}

Tool ocr_train() {
  Tool tool;
  tool.name = "ocr_train";
  tool.usage = "(--recipe FILE | --data DIR) [OPTION]...";
  tool.summary = "trains a recogniser on samples as they are made, on labelled images, or on both";
  tool.flags = training_flags();
  const std::vector<Flag> running = {
      {"output", "DIR", "Running", "directory of the model (default: model)", {}, 'o'},
      {"overwrite", "", "Running", "first remove the model that is there", {"resume"}},
      {"resume", "", "Running", "go on with an interrupted training of the same options", {}},
      {"threads", "N", "Running", "threads (default: the processors it may use)", {}, 'j'},
      {"quiet", "", "Running", "no progress and no summary", {}, 'q'},
  };
  tool.flags.insert(tool.flags.end(), running.begin(), running.end());
  tool.examples = {
      "ocr_train --recipe configs/codes.yaml --minutes 10 -o model",
      "ocr_train --data captchas/train --val captchas/val --augment configs/ocr/captcha.yaml",
      "ocr_train --recipe configs/codes.yaml --data mine --data-weight 0.2 --architecture residual",
  };
  tool.run = run;
  return tool;
}

}  // namespace

int main(int argc, char** argv) { return run_tool(ocr_train, argc, argv); }
