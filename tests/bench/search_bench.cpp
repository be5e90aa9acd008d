// SPDX-License-Identifier: Apache-2.0
/// search_bench [--seeds N] [--out N] [--times]: how near the methods of glyphmill::search come to
/// the optimum of known functions, as Markdown; dlib's too where it was found. With --out that many
/// trials are out at a time; with --times also how long an ask takes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "glyphmill/error.h"
#include "glyphmill/parse.h"
#include "glyphmill/random.h"
#include "search_problems.h"

#ifdef GLYPHMILL_HAS_DLIB
#include "dlib_search.h"
#endif

namespace {

using namespace glyphmill;

constexpr std::size_t kEvaluations = 100;
const std::vector<std::size_t> kAfter{20, 40, 60, 100};

/// The regret of the best point found, without noise, after each trial; `out` of them are under way
/// at a time.
std::vector<double> regrets(bench::Problem& problem, bench::AskTell& search, std::size_t out) {
  std::vector<double> result;
  std::vector<search::Point> points;
  double best_seen = std::numeric_limits<double>::infinity();
  double regret = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < kEvaluations; ++i) {
    while (points.size() < std::min(i + out, kEvaluations)) points.push_back(search.ask());
    const search::Point& point = points[i];
    const search::Outcome outcome = problem.score(point);
    search.tell(i, outcome);
    if (outcome.is_complete() && outcome.value < best_seen) {
      best_seen = outcome.value;
      regret = std::max(0.0, problem.regret(point));
    }
    result.push_back(regret);
  }
  return result;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

class OwnSearch final : public bench::AskTell {
 public:
  OwnSearch(const search::Space& space, search::Method method, std::uint64_t seed)
      : searcher_({space, method, seed}) {}
  search::Point ask() override { return searcher_.ask().value().point; }
  void tell(std::size_t number, const search::Outcome& outcome) override {
    searcher_.tell(number, outcome);
  }

 private:
  search::Searcher searcher_;
};

struct Contender {
  std::string name;
  std::function<std::unique_ptr<bench::AskTell>(const search::Space&, std::uint64_t seed)> make;
};

std::vector<Contender> contenders() {
  std::vector<Contender> all;
  for (std::size_t i = 0; i < search::method_names().size(); ++i) {
    const auto method = static_cast<search::Method>(i);
    all.push_back({std::string(search::method_names()[i]),
                   [method](const search::Space& space, std::uint64_t seed) {
                     return std::make_unique<OwnSearch>(space, method, seed);
                   }});
  }
#ifdef GLYPHMILL_HAS_DLIB
  all.push_back({"dlib", [](const search::Space& space, std::uint64_t seed) {
                   return std::make_unique<bench::DlibSearch>(space, seed);
                 }});
#endif
  return all;
}

void print_table(std::uint64_t seeds, std::size_t out) {
  fmt::print("| method |");
  for (const bench::ProblemKind& kind : bench::problem_kinds()) fmt::print(" {} |", kind.name);
  fmt::print("\n|---|");
  for (std::size_t i = 0; i < bench::problem_kinds().size(); ++i) fmt::print("---|");
  fmt::print("\n");
  for (const Contender& contender : contenders()) {
    fmt::print("| {} |", contender.name);
    for (const bench::ProblemKind& kind : bench::problem_kinds()) {
      std::vector<std::vector<double>> runs;
      for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const auto problem = kind.make(seed);
        runs.push_back(regrets(*problem, *contender.make(problem->space(), seed), out));
      }
      std::string cell;
      for (const std::size_t after : kAfter) {
        std::vector<double> values;
        for (const auto& run : runs) values.push_back(run[after - 1]);
        cell += fmt::format("{}{:.2g}", cell.empty() ? "" : " / ", median(values));
      }
      fmt::print(" {} |", cell);
      std::fflush(stdout);
    }
    fmt::print("\n");
  }
}

/// The median processor time of the last asks of a search of 300.
void print_times() {
  constexpr std::size_t kTrials = 300;
  constexpr std::size_t kLast = 15;
  fmt::print("\n| method |");
  for (const bench::ProblemKind& kind : bench::problem_kinds()) fmt::print(" {} |", kind.name);
  fmt::print("\n");
  for (const Contender& contender : contenders()) {
    fmt::print("| {} |", contender.name);
    for (const bench::ProblemKind& kind : bench::problem_kinds()) {
      const auto problem = kind.make(0);
      const auto search = contender.make(problem->space(), 1);
      std::vector<double> times;
      for (std::size_t i = 0; i < kTrials; ++i) {
        const std::clock_t start = std::clock();
        const search::Point point = search->ask();
        const auto took = static_cast<double>(std::clock() - start);
        if (i + kLast >= kTrials) times.push_back(took / CLOCKS_PER_SEC * 1e3);
        search->tell(i, problem->score(point));
      }
      fmt::print(" {:.1f} ms |", median(times));
    }
    fmt::print("\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  std::uint64_t seeds = 25;
  std::size_t out = 1;
  bool times = false;
  try {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (arguments[i] == "--times") {
        times = true;
      } else if (arguments[i] == "--seeds" && i + 1 < arguments.size()) {
        seeds = parse_integer(arguments[++i], {1, 1000});
      } else if (arguments[i] == "--out" && i + 1 < arguments.size()) {
        out = parse_integer(arguments[++i], {1, 100});
      } else {
        fmt::print(stderr, "search_bench: must be --seeds N, --out N or --times. Got: {}\n",
                   arguments[i]);
        return 2;
      }
    }
    print_table(seeds, out);
    if (times) print_times();
  } catch (const Error& error) {
    fmt::print(stderr, "search_bench: {}\n", error.what());
    return 1;
  }
}
