// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>

#include "glyphmill/search.h"
#include "support/messages.h"

namespace glyphmill::search {
namespace {

using test::message_of;

constexpr char kYaml[] = R"(method: tpe
seed: 7
parameters:
  architecture: [plain, residual]
  conv_layers: {integer: [1, 3]}
  growth_2: {real: [1, 2], when: {conv_layers: [2, 3]}}
  learning_rate: {real: [1e-4, 1e-1], log: true}
  width: {integer: [8, 512], log: true}
  momentum: {choice: [0, 0.5, 0.9], when: {architecture: residual}}
  nesterov: {choice: [true, false], when: {momentum: [0.5, 0.9]}}
  name: ["1", "true"]
  height: 32
)";

TEST(Space, IsReadFromYaml) {
  const Plan plan = parse_plan(kYaml, "search.yaml");
  EXPECT_EQ(plan.method, Method::kTreeParzen);
  EXPECT_EQ(plan.seed, 7U);
  const std::vector<Parameter>& all = plan.space.parameters;
  ASSERT_EQ(all.size(), 9U);
  EXPECT_EQ(std::get<Integers>(all[1].values).range, (IntegerRange{1, 3}));
  EXPECT_EQ(std::get<Reals>(all[3].values).range, (Range{1e-4, 1e-1}));
  EXPECT_TRUE(std::get<Reals>(all[3].values).log);
  EXPECT_EQ(std::get<Choices>(all[5].values).values, (std::vector<Value>{0.0, 0.5, 0.9}));
  EXPECT_EQ(std::get<Choices>(all[6].values).values, (std::vector<Value>{true, false}));
  EXPECT_EQ(std::get<Choices>(all[7].values).values,
            (std::vector<Value>{std::string("1"), std::string("true")}));
  EXPECT_EQ(std::get<Choices>(all[8].values).values, (std::vector<Value>{std::int64_t{32}}));
  EXPECT_EQ(all[2].when.at(0).values, (std::vector<Value>{std::int64_t{2}, std::int64_t{3}}));
}

TEST(Space, IsSpelledAsItIsRead) {
  const Plan plan = parse_plan(kYaml, "search.yaml");
  const std::string yaml = to_yaml(plan);
  EXPECT_EQ(to_yaml(parse_plan(yaml, "again")), yaml);
  EXPECT_NE(yaml.find("  growth_2: {real: [1, 2], log: false, when: {conv_layers: [2, 3]}}\n"),
            std::string::npos)
      << yaml;
}

struct Bad {
  const char* parameter;
  const char* message;
};

TEST(Space, IsRefusedByNameAndPlace) {
  const std::vector<Bad> table{
      {"a: {integer: [3, 1]}",
       "s:2:16: parameters.a.integer: min must not be above max. Got: [3, 1]"},
      {"a: {integer: [1, 3], step: 0}",
       "s:2:30: parameters.a.step: must be between 1 and 9007199254740992. Got: 0"},
      {"a: {integer: [0, 3], log: true}",
       "s:2:6: parameters.a: log needs a min of at least 1. Got: [0, 3]"},
      {"a: {integer: [1, 9], step: 2, log: true}",
       "s:2:6: parameters.a: log goes without a step. Got: 2"},
      {"a: {real: [1, 1]}",
       "s:2:6: parameters.a: min must be below max; a fixed value is one number. Got: [1, 1]"},
      {"a: {real: [0, 1], log: true}", "s:2:6: parameters.a: log needs a min above 0. Got: [0, 1]"},
      {"a: {real: [0, .nan]}", "s:2:13: parameters.a.real: must be a number. Got: .nan"},
      {"a: {real: [0, 1], step: 1}", "s:2:21: parameters.a.step: unknown key"},
      {"a: {between: [0, 1]}",
       "s:2:6: parameters.a: must have one of integer, real, choice. Got: none of them"},
      {"a: []", "s:2:6: parameters.a: must have a value. Got: none"},
      {"a:", "s:2:3: parameters.a: must be text. Got: nothing"},
      {"a: [b, b]", "s:2:6: parameters.a: values must differ. Got: \"b\" twice"},
      {"a: [b, 1]", "s:2:6: parameters.a: values must be of one type. Got: 1 beside \"b\""},
      {"1a: [b]",
       "s:2:7: parameters.1a: a name must be a letter and then letters, digits and '_', at most "
       "64. Got: 1a"},
      {"a: {choice: [1, 2], when: {b: 1}}",
       "s:2:6: parameters.a: 'when' must name a parameter that comes before. Got: b"},
      {"a: {choice: [1, 2], when: b}", "s:2:29: parameters.a.when: must be a map. Got: b"},
      {"a: [1, 2]\n  b: {choice: [1, 2], when: {a: 3}}",
       "s:3:6: parameters.b: 'when' must give values of a. Got: 3"},
      {"a: {real: [0, 1]}\n  b: {choice: [1, 2], when: {a: 0.5}}",
       "s:3:6: parameters.b: 'when' must not name real numbers. Got: a"},
      // What depends on what is wrong is not complained of.
      {"a: {integer: [3, 1]}\n  b: {choice: [1, 2], when: {a: 2}}",
       "s:2:16: parameters.a.integer: min must not be above max. Got: [3, 1]"},
  };
  for (const auto& [parameter, message] : table) {
    const std::string yaml = std::string("parameters:\n  ") + parameter + "\n";
    EXPECT_EQ(message_of([&] { parse_plan(yaml, "s"); }, ErrorCode::kInvalidArgument), message);
  }
}

TEST(Space, NeedsParametersAndKnownKeys) {
  EXPECT_EQ(message_of([] { parse_plan("parameters: {}\n", "s"); }),
            "s:1:13: parameters: must be 1 to 100. Got: 0");
  EXPECT_EQ(message_of([] { parse_plan("seed: 1\n", "s"); }),
            "s:1:1: parameters: must be a map. Got: nothing");
  EXPECT_EQ(message_of([] { parse_plan("method: best\nsed: 1\nparameters: {a: [1, 2]}\n", "s"); }),
            "s:1:9: method: must be one of random, gp, tpe. Got: best\n"
            "s:2:1: sed: unknown key, did you mean 'seed'?");
}

TEST(Space, OfCodeIsCheckedAsWell) {
  Space space{{{"a", Reals{{0, std::numeric_limits<double>::infinity()}}}}};
  EXPECT_EQ(message_of([&] { validate(space); }),
            "parameters.a: must be finite numbers. Got: [0, inf]");
  space.parameters = {{"a", Integers{{0, 1}}}, {"a", Integers{{0, 1}}}};
  EXPECT_EQ(message_of([&] { validate(space); }),
            "parameters.a: must be there once. Got: it twice");
}

TEST(Point, HoldsWhatIsActive) {
  const Space space = parse_plan(kYaml, "search.yaml").space;
  Point point;
  point.set("architecture", std::string("plain"));
  point.set("conv_layers", std::int64_t{1});
  point.set("learning_rate", 0.01);
  point.set("width", std::int64_t{100});
  point.set("name", std::string("1"));
  point.set("height", std::int64_t{32});
  check_point(space, point);
  EXPECT_EQ(point.integer("width"), 100);
  EXPECT_EQ(point.real("width"), 100.0);
  EXPECT_EQ(message_of([&] { point.text("width"); }), "width: must be text. Got: 100");
  EXPECT_FALSE(point.has("growth_2"));
  EXPECT_EQ(message_of([&] { point.real("growth_2"); }).substr(0, 34),
            "growth_2: must be in the point. Go");

  Point more = point;
  more.set("growth_2", 1.5);
  EXPECT_EQ(message_of([&] { check_point(space, more); }).substr(0, 36),
            "growth_2: must not be in the point. ");
  more = point;
  more.set("conv_layers", std::int64_t{2});
  EXPECT_EQ(message_of([&] { check_point(space, more); }).substr(0, 54),
            "growth_2: must be in the point, in the space's order. ");
  more = point;
  more.set("width", std::int64_t{513});
  EXPECT_EQ(message_of([&] { check_point(space, more); }),
            "width: must be a value of the space. Got: 513");
}

}  // namespace
}  // namespace glyphmill::search
