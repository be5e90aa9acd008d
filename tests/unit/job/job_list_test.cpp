// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "glyphmill/jobs.h"
#include "support/messages.h"

namespace glyphmill {
namespace {

using test::message_of;

JobFile jobs_of(const std::string& yaml) { return parse_jobs(yaml, "jobs.yaml"); }

/// The one job of a list with these defaults, as a recipe spells it.
std::string merged(const std::string& defaults, const std::string& job) {
  const std::string yaml =
      "defaults: {" + defaults + "}\njobs: [{name: j" + (job.empty() ? "" : ", " + job) + "}]\n";
  return to_yaml(jobs_of(yaml).jobs.at(0).recipe);
}

std::string recipe(const std::string& fields) {
  return to_yaml(parse_recipe("{" + fields + "}", "r.yaml"));
}

TEST(JobList, ARecipeIsOneJobWithoutAName) {
  const JobFile file = jobs_of("count: 5\n");
  EXPECT_FALSE(file.is_list);
  ASSERT_EQ(file.jobs.size(), 1u);
  EXPECT_EQ(file.jobs[0].name, "");
  EXPECT_EQ(to_yaml(file.jobs[0].recipe), recipe("count: 5"));
}

TEST(JobList, BothSpellingsOfAList) {
  for (const std::string yaml : {"- {name: a, count: 3}\n- {name: b-2, labels: {kind: date}}\n",
                                 "jobs:\n- {name: a, count: 3}\n- {name: b-2, labels: {kind: "
                                 "date}}\n"}) {
    const JobFile file = jobs_of(yaml);
    EXPECT_TRUE(file.is_list);
    ASSERT_EQ(file.jobs.size(), 2u);
    EXPECT_EQ(file.jobs[0].name, "a");
    EXPECT_EQ(to_yaml(file.jobs[0].recipe), recipe("count: 3"));
    EXPECT_EQ(file.jobs[1].name, "b-2");
    EXPECT_EQ(to_yaml(file.jobs[1].recipe), recipe("labels: {kind: date}"));
  }
}

TEST(JobList, Merging) {
  struct Case {
    const char* defaults;
    const char* job;
    const char* same_as;
  };
  const Case cases[] = {
      {"seed: 1, count: 5", "", "seed: 1, count: 5"},
      {"seed: 1, count: 5", "count: 7", "seed: 1, count: 7"},
      {"labels: {length: 6}", "labels: {balance: iid}", "labels: {length: 6, balance: iid}"},
      {"labels: {length: [4, 8]}", "labels: {length: 6}", "labels: {length: 6}"},
      {"output: {format: lmdb, quality: 80}", "output: {quality: 90}",
       "output: {format: lmdb, quality: 90}"},
      // Lists are replaced, and so are shares, which belong together.
      {"ops: [invert, salt_pepper]", "ops: [{affine: {}}]", "ops: [{affine: {}}]"},
      {"glyphs: {kind: digits}, splits: {a: 0.5, b: 0.5}", "splits: {c: 0.9, d: 0.1}",
       "glyphs: {kind: digits}, splits: {c: 0.9, d: 0.1}"},
      {"glyphs: {kind: digits}, splits: {a: 0.5, b: 0.5}", "splits: ", "glyphs: {kind: digits}"},
      // Defaults of a kind are for jobs of that kind.
      {"labels: {kind: code, length: 6}", "labels: {kind: date}", "labels: {kind: date}"},
      {"labels: {kind: date, from: 2018-03-01}", "labels: {per_date: 1}",
       "labels: {kind: date, from: 2018-03-01, per_date: 1}"},
      {"labels: {kind: date, from: 2018-03-01}", "labels: {kind: date, per_date: 1}",
       "labels: {kind: date, from: 2018-03-01, per_date: 1}"},
      {"labels: {per_date: 2}", "labels: {kind: date}", "labels: {kind: date, per_date: 2}"},
      {"glyphs: {kind: digits, writers: 9}, augment: {rotation_range: 5}, compose: {width: 200}",
       "glyphs: {kind: tiles}", ""},
      {"glyphs: {kind: tiles}, compose: {width_mean: 200}", "glyphs: {kind: digits}",
       "glyphs: {kind: digits}"},
      // A kind of labels brings a look, and so names one.
      {"labels: {kind: phone}, compose: {width: 200}", "labels: {kind: code}",
       "labels: {kind: code}"},
      {"compose: {height: 40}", "labels: {kind: phone}",
       "labels: {kind: phone}, compose: {height: 40}"},
      {"glyphs: {kind: tiles}, compose: {width_mean: 300}", "labels: {kind: phone}",
       "labels: {kind: phone}, glyphs: {kind: tiles}, compose: {width_mean: 300}"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(merged(c.defaults, c.job), recipe(c.same_as)) << c.defaults << " + " << c.job;
  }
}

TEST(JobList, AllProblemsAreToldWithTheirPlaces) {
  struct Case {
    const char* yaml;
    const char* message;
  };
  const Case cases[] = {
      {"defaults: {cout: 5}\njobs:\n- {name: a}\n- {name: b}\n",
       "jobs.yaml:1:12: cout: unknown key, did you mean 'count'?"},
      {"defaults: {count: 0}\njobs:\n- {name: a}\n- {name: b, count: 2}\n- {name: a}\n",
       "jobs.yaml:1:19: count: must be between 1 and 1000000000000. Got: 0\n"
       "jobs.yaml:5:10: name: must be another than that of the job in line 3. Got: a"},
      {"defaults: {compose: {width_mean: 5}}\njobs: [{name: a, labels: {kind: phone}}]\n",
       "jobs.yaml:1:22: compose.width_mean: unknown key with glyphs of kind digits"},
      {"defaults: 5\njobs: [{name: a}]\n", "jobs.yaml:1:11: defaults: must be a map. Got: 5"},
      {"jobs: []\n", "jobs.yaml:1:7: jobs: must have between 1 and 1000 jobs. Got: 0"},
      {"[]\n", "jobs.yaml:1:1: jobs: must have between 1 and 1000 jobs. Got: 0"},
      {"jobs: 5\n", "jobs.yaml:1:7: jobs: must be a list. Got: 5"},
      {"jobs:\n", "jobs.yaml:1:1: jobs: must be a list. Got: nothing"},
      {"jobs: [{name: a}]\ncount: 5\n", "jobs.yaml:2:1: count: unknown key"},
      {"- 5\n- [x]\n",
       "jobs.yaml:1:3: jobs: each job must be a recipe with a name. Got: 5\n"
       "jobs.yaml:2:3: jobs: each job must be a recipe with a name. Got: [x]"},
      {"- {count: 5}\n", "jobs.yaml:1:3: jobs: each job must have a name"},
      {"- {name: ../up}\n",
       "jobs.yaml:1:10: name: must be at most 100 letters, digits, '_' and "
       "'-'. Got: ../up"},
      {"- {name: }\n",
       "jobs.yaml:1:4: name: must be at most 100 letters, digits, '_' and '-'. "
       "Got: nothing"},
      {"- {name: [a]}\n",
       "jobs.yaml:1:10: name: must be at most 100 letters, digits, '_' and "
       "'-'. Got: [a]"},
      {"name: a\ncount: 5\n", "jobs.yaml:1:1: name: unknown key"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(message_of([&] { jobs_of(c.yaml); }), c.message) << c.yaml;
  }
}

TEST(JobList, NamesHaveAnEnd) {
  const std::string longest(100, 'x');
  EXPECT_EQ(jobs_of("- {name: " + longest + "}\n").jobs.at(0).name, longest);
  EXPECT_NE(message_of([&] { jobs_of("- {name: x" + longest + "}\n"); }), "");
}

TEST(JobList, IsNoRecipe) {
  const char* const rule =
      "r.yaml:1:1: must be one recipe. Got: a list of jobs, which "
      "augment_batch runs";
  EXPECT_EQ(message_of([] { parse_recipe("- {name: a}\n", "r.yaml"); }), rule);
  EXPECT_EQ(message_of([] { parse_recipe("jobs: [{name: a}]\n", "r.yaml"); }), rule);
}

}  // namespace
}  // namespace glyphmill
