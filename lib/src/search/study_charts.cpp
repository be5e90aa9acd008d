// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "glyphmill/study_report.h"
#include "report/chart.h"
#include "report/sheet.h"
#include "search/space.h"

namespace glyphmill::search {
namespace {

using report::Chart;
using report::Mark;
using report::Series;

constexpr int kColumns = 3;
const cv::Size kEach(480, 330);

/// Whether scores differ by so much that only their logarithms show all of them.
bool need_log(const std::vector<Trial>& trials) {
  constexpr double kMuch = 30;
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (const Trial& trial : trials) {
    if (!trial.is_complete()) continue;
    least = std::min(least, trial.outcome->value);
    most = std::max(most, trial.outcome->value);
  }
  return least > 0 && most > kMuch * least;
}

Chart course_of(const std::vector<Trial>& trials) {
  Series scores{"score", {}, Mark::kDots};
  Series best{"best so far", {}, Mark::kLine};
  std::size_t failed = 0;
  for (const Trial& trial : trials) {
    failed += trial.has_ended() && !trial.is_complete();
    if (!trial.is_complete()) continue;
    const auto number = static_cast<double>(trial.number);
    const double score = trial.outcome->value;
    scores.points.emplace_back(number, score);
    best.points.emplace_back(number,
                             best.points.empty() ? score : std::min(best.points.back().y, score));
  }
  return {fmt::format("{} trials, {} of them failed", trials.size(), failed),
          "trial",
          "score",
          false,
          need_log(trials),
          {scores, best}};
}

double number_of(const Value& value) {
  const auto* const whole = std::get_if<std::int64_t>(&value);
  return whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
}

/// The dots of one value, spread so that they do not cover one another.
Series series_of(const Parameter& parameter, std::size_t value, const std::vector<Trial>& trials) {
  constexpr double kGoldenRatio = 0.6180339887498949;
  const Value& own = std::get<Choices>(parameter.values).values[value];
  const auto* const text = std::get_if<std::string>(&own);
  Series series{text != nullptr ? *text : spelled(own), {}, Mark::kDots};
  for (const Trial& trial : trials) {
    const Value* const found = trial.point.find(parameter.name);
    if (found == nullptr || *found != own || !trial.is_complete()) continue;
    const double turn = static_cast<double>(trial.number) * kGoldenRatio;
    const double aside = (turn - std::floor(turn) - 0.5) / 2;
    series.points.emplace_back(static_cast<double>(value) + aside, trial.outcome->value);
  }
  return series;
}

bool is_log(const Parameter& parameter) {
  if (const auto* const reals = std::get_if<Reals>(&parameter.values)) return reals->log;
  const auto* const integers = std::get_if<Integers>(&parameter.values);
  return integers != nullptr && integers->log;
}

Chart chart_of(const Parameter& parameter, const Influence& influence,
               const std::vector<Trial>& trials) {
  Chart chart{fmt::format("{}: explains {:.0f} %", parameter.name, 100 * influence.explained),
              parameter.name,
              "score",
              is_log(parameter),
              need_log(trials),
              {}};
  if (is_ordered(parameter)) {
    Series dots{"", {}, Mark::kDots};
    for (const Trial& trial : trials) {
      const Value* const value = trial.point.find(parameter.name);
      if (value == nullptr || !trial.is_complete()) continue;
      dots.points.emplace_back(number_of(*value), trial.outcome->value);
    }
    chart.series.push_back(std::move(dots));
    return chart;
  }
  for (std::size_t i = 0; i < count_of(parameter); ++i) {
    chart.series.push_back(series_of(parameter, i, trials));
  }
  return chart;
}

}  // namespace

cv::Mat draw_study(const Space& space, const std::vector<Trial>& trials) {
  std::vector<Chart> charts{course_of(trials)};
  for (const Influence& influence : influences(space, trials)) {
    charts.push_back(chart_of(*find_parameter(space, influence.parameter), influence, trials));
  }
  return report::draw_grid(charts, kColumns, kEach);
}

void write_study_picture(const Space& space, const std::vector<Trial>& trials,
                         const std::string& path) {
  report::check_sheet_path(path);
  report::write_sheet(draw_study(space, trials), path);
}

}  // namespace glyphmill::search
