// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <opencv2/core.hpp>

int main(int argc, char** argv) {
  cv::setNumThreads(1);  // threads belong to the runner
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
