// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "common/program.h"
#include "glyphmill/error.h"
#include "glyphmill/parse.h"

namespace {

using glyphmill::ProgramSpec;
using glyphmill::Recipe;
using glyphmill::RecipeFlags;
using glyphmill::Values;

constexpr int kFirstYear = 2018;
constexpr int kLastYear = 2019;  // where nothing is said

void set_years(Recipe& recipe, int last) {
  auto& dates = std::get<glyphmill::DateOptions>(recipe.labels);
  dates.from = fmt::format("{:04}-01-01", kFirstYear);
  dates.to = fmt::format("{:04}-12-31", last);
}

void set_years_flag(Recipe& recipe, const Values& values, const std::string& origin) {
  const std::uint64_t year = glyphmill::named(origin, [&] {
    return glyphmill::parse_integer(values.front(), {0, 9999});
  });
  if (year < kFirstYear) {
    throw glyphmill::Error(
        glyphmill::ErrorCode::kInvalidArgument,
        fmt::format("{}: must be at least {}; for other years use --from and --to. Got: {}", origin,
                    kFirstYear, year));
  }
  set_years(recipe, static_cast<int>(year));
}

ProgramSpec augment_dates() {
  constexpr char kLabels[] = "Labels";
  ProgramSpec spec;
  spec.name = "augment_dates";
  spec.summary = "images of calendar dates, every day equally often";
  spec.defaults = glyphmill::dates_recipe();
  set_years(*spec.defaults, kLastYear);
  spec.output = "dates";
  const RecipeFlags labels = {
      {{"years",
        "Y",
        kLabels,
        fmt::format("every day from {} to the end of year Y (default: {})", kFirstYear, kLastYear),
        {"from", "to"}},
       "",
       {},
       set_years_flag},
      {{"from", "DATE", kLabels, ""}, "labels.from"},
      {{"to", "DATE", kLabels, ""}, "labels.to"},
      {{"per-date", "N", kLabels, ""}, "labels.per_date"},
      {{"nums", "N", kLabels, ""}, "count"},
      {{"layout", "TEXT", kLabels, ""}, "labels.layout"},
      {{"label-layout", "TEXT", kLabels, ""}, "labels.label_layout"},
      glyphmill::weights_flag(),
  };
  spec.flags = glyphmill::with_common({labels, glyphmill::tile_flags()});
  spec.examples = {
      "augment_dates --years 2020 --seed 42 -o train",
      "augment_dates --from 2024-02-01 --to 2024-02-29 --per-date 3",
      "augment_dates --nums 60 --preview sheet.png",
      "augment_dates --gray --height 32 --print-recipe > dates32.yaml",
  };
  return spec;
}

}  // namespace

int main(int argc, char** argv) { return glyphmill::run_program(augment_dates, argc, argv); }
