// SPDX-License-Identifier: Apache-2.0
#include "common/evaluation_flags.h"

#include <fmt/format.h>

#include "common/image_recipe.h"
#include "glyphmill/error.h"

namespace glyphmill {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

}  // namespace

std::vector<Flag> evaluation_flags() {
  return {
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
}

Recipe evaluation_samples(const CommandLine& line) {
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

EvaluationFiles evaluation_files(const CommandLine& line) {
  EvaluationFiles files;
  files.worst = line.value_or("worst", "");
  files.confusion = line.value_or("confusion", "");
  files.reliability = line.value_or("reliability", "");
  files.suggested = line.value_or("suggest", "");
  if (line.has("strength")) files.weights.strength = number_of(line, "strength", {0, 1000});
  if (line.has("most")) files.weights.most = number_of(line, "most", {1, kFactorBounds.max});
  check(files);
  return files;
}

EvaluationOptions evaluation_options(const CommandLine& line) {
  EvaluationOptions options;
  if (line.has("beam")) options.beam = integer_of(line, "beam", {1, 10'000});
  options.pattern = line.value_or("pattern", "");
  options.date = line.value_or("date", "");
  options.answers = line.value_or("answers", "");
  return options;
}

}  // namespace glyphmill
