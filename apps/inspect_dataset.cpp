// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "common/progress_bar.h"
#include "common/streams.h"
#include "common/tool.h"
#include "glyphmill/inspect.h"
#include "glyphmill/parse.h"
#include "glyphmill/runner.h"

namespace {

using namespace glyphmill;

constexpr int kRight = 0;
constexpr int kWrong = 1;

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

InspectionReport inspected(const std::string& path, InspectOptions options, bool quiet) {
  ProgressBar bar(!quiet);
  options.on_progress = [&](std::uint64_t done, std::uint64_t total) {
    Progress progress;
    progress.done = std::min(done, total);
    progress.total = total;
    bar.update(path, progress);
  };
  InspectionReport report = inspect_data_set(path, options);
  bar.clear();
  return report;
}

int inspect(const CommandLine& line, const std::string& path) {
  InspectOptions options;
  options.threads = threads_of(line);
  if (line.has("problems")) options.problems_of_a_kind = integer_of(line, "problems", {1});
  const std::vector<std::string> data_sets = data_sets_in(path);
  if (line.has("preview")) write_stored_sheet(data_sets, line.value("preview"));
  int code = kRight;
  std::string json;
  for (const std::string& data_set : data_sets) {
    const InspectionReport report = inspected(data_set, options, line.has("quiet"));
    if (!report.is_right()) code = kWrong;
    if (line.has("json")) {
      json += (json.empty() ? "[" : ",\n") + to_json(report);
    } else if (!line.has("quiet") || !report.is_right()) {
      print_result(line.has("quiet") ? problems_text(report) : to_text(report));
    }
  }
  if (line.has("json")) print_result(json + "]\n");
  return code;
}

/// Data sets of one name in two directories, or two data sets.
int compare(const std::string& a, const std::string& b, bool quiet) {
  std::vector<std::string> of_a = data_sets_in(a);
  std::vector<std::string> of_b = data_sets_in(b);
  if (of_a.size() != of_b.size()) {
    print_result(fmt::format("different: {} data sets and {}\n", of_a.size(), of_b.size()));
    return kWrong;
  }
  int code = kRight;
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    const Comparison result = compare_data_sets(of_a[i], of_b[i]);
    const bool different = result.result == Comparison::Result::kDifferent;
    if (different) code = kWrong;
    const std::string verdict =
        different ? "different: " + result.difference
                  : fmt::format("{}, {} samples",
                                result.result == Comparison::Result::kSameBytes
                                    ? "identical: labels and stored images"
                                    : "same labels and pixels, stored in other bytes",
                                result.samples);
    if (different || !quiet) {
      print_result(fmt::format("{} {}: {}\n", shown(of_a[i]), shown(of_b[i]), verdict));
    }
  }
  return code;
}

int run(const CommandLine& line) {
  const Values* const compared = line.find("compare");
  if (compared != nullptr && compared->size() != 2) refuse("--compare: needs two values: A B");
  const bool inspects = compared == nullptr && !line.has("finish");
  line.expect_arguments(inspects ? 1 : 0, "the DIR of a data set");
  if (compared != nullptr) return compare(compared->front(), compared->back(), line.has("quiet"));
  if (inspects) return inspect(line, line.arguments().front());
  finish_dataset(line.value("finish"));
  if (!line.has("quiet")) print_result(line.value("finish") + "\n");
  return kRight;
}

Tool inspect_dataset() {
  Tool tool;
  tool.name = "inspect_dataset";
  tool.usage = "DIR [OPTION]...";
  tool.summary = "whether a data set is whole and right, and how even its labels are";
  tool.flags = {
      {"json", "", "", "print the report as JSON: an array, with an object a data set", {}},
      {"preview", "FILE.png", "", "write a sheet of the first stored images", {}},
      {"problems", "N", "", "of each kind of problem tell N (default: 10)", {}},
      {"compare",
       "A B",
       "",
       "tell whether two data sets, of any formats, have the same samples in the same order",
       {"json", "preview", "problems", "threads", "finish"}},
      {"finish",
       "DIR",
       "",
       "finish a data set whose shards are all there, as the last of its parts does",
       {"json", "preview", "problems", "threads"}},
      {"threads", "N", "", "worker threads (default: the processors it may use)", {}, 'j'},
      {"quiet", "", "", "tell problems only", {}, 'q'},
  };
  tool.examples = {
      "inspect_dataset train",
      "inspect_dataset train --json > report.json",
      "inspect_dataset train --preview sheet.png -q",
      "inspect_dataset --compare train again",
      "inspect_dataset --finish train",
  };
  tool.run = run;
  return tool;
}

}  // namespace

int main(int argc, char** argv) { return run_tool(inspect_dataset, argc, argv); }
