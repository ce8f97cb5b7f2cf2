#include "trainer/mixture_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registry/status_macros.h"

namespace t2t {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// Binds `mixture: yaml` for the problems copy, reverse and sum:digits=2,terms=3.
absl::Status Read(const std::string& yaml, MixtureOptions* options, Config* config,
                  const std::map<std::string, double>& problems = {
                      {"copy", 1}, {"reverse", 2}, {"sum:digits=2,terms=3", 1}}) {
  T2T_RETURN_IF_ERROR(config->MergeYaml("mixture: " + yaml, Origin::kFile, "run.yaml"));
  Binder mixture = config->Root().Section("mixture");
  options->Bind(mixture);
  T2T_RETURN_IF_ERROR(config->Finish());
  std::map<std::string, std::string> names;
  for (const auto& [name, rate] : problems) names[name] = name;
  names["sum:terms=3,digits=2"] = "sum:digits=2,terms=3";  // as one may write it
  return options->Resolve(names, problems);
}

TEST(MixtureOptionsTest, ReadsWhatIsSaidAndDumpsItAgain) {
  const std::string yaml =
      "{unit: tokens, rates: proportional, temperature: 3, cap: 1000, adaptive: true, horizon: 50, "
      "floor: 0.01, floors: {copy: 0.2}, groups: {g: {rate: 2, members: [copy, reverse]}}, "
      "schedule: {g: {0: 1, 500: 0.5}, copy: {0: 0, 10: 1}}, epochs: {reverse: 3}}";
  MixtureOptions options;
  Config config;
  ASSERT_TRUE(Read(yaml, &options, &config).ok()) << Read(yaml, &options, &config);
  EXPECT_EQ(options.unit, "tokens");
  EXPECT_EQ(options.temperature, 3);
  EXPECT_EQ(options.cap, 1000);
  EXPECT_TRUE(options.adaptive);
  EXPECT_EQ(options.horizon, 50);
  EXPECT_EQ(options.FloorOf("copy"), 0.2);
  EXPECT_EQ(options.FloorOf("reverse"), 0.01);
  EXPECT_EQ(options.groups.at("g").rate, 2);
  EXPECT_THAT(options.groups.at("g").members, ElementsAre("copy", "reverse"));
  EXPECT_THAT(options.schedule.at("g"), ElementsAre(Pair(0, 1), Pair(500, 0.5)));
  EXPECT_THAT(options.epochs, ElementsAre(Pair("reverse", 3)));
  MixtureOptions again;
  Config dumped;
  ASSERT_TRUE(dumped.MergeYaml(config.Dump(false), Origin::kFile, "config.yaml").ok());
  EXPECT_TRUE(Read("{}", &again, &dumped).ok());
  EXPECT_EQ(Config::Differences(config, dumped), std::vector<std::string>());
}

TEST(MixtureOptionsTest, CanBeSet) {
  Config config;
  for (const char* assignment :
       {"mixture.unit=examples", "mixture.floors.sum:terms=3,digits=2=0.25",
        "mixture.epochs.sum:digits=2,terms=3=4", "mixture.groups.g.members=[copy, reverse]",
        "mixture.schedule.sum:digits=2,terms=3={0: 1, 90: 2}"})
    ASSERT_TRUE(config.Set(assignment).ok()) << assignment;
  MixtureOptions options;
  const absl::Status status = Read("{}", &options, &config);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(options.floors, ElementsAre(Pair("sum:digits=2,terms=3", 0.25)));
  EXPECT_THAT(options.epochs, ElementsAre(Pair("sum:digits=2,terms=3", 4)));
  EXPECT_EQ(options.schedule.count("sum:digits=2,terms=3"), 1u);
}

struct WrongMixtureCase {
  const char* yaml;
  std::vector<const char*> says;
};

class WrongMixtureTest : public testing::TestWithParam<WrongMixtureCase> {};

TEST_P(WrongMixtureTest, IsTold) {
  MixtureOptions options;
  Config config;
  const absl::Status status = Read(GetParam().yaml, &options, &config);
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  for (const char* part : GetParam().says)
    EXPECT_THAT(std::string(status.message()), HasSubstr(part));
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongMixtureTest,
    testing::Values(
        WrongMixtureCase{"{unit: token}", {"run.yaml:1:11: mixture.unit = token", "'tokens'?"}},
        WrongMixtureCase{"{rates: proportionel}", {"mixture.rates", "'proportional'?"}},
        WrongMixtureCase{"{temperature: 2}", {"'mixture.temperature' is not read"}},
        WrongMixtureCase{"{cap: 2}", {"'mixture.cap' is not read"}},
        WrongMixtureCase{"{horizon: 100}", {"'mixture.horizon' is not read"}},
        WrongMixtureCase{"{rates: proportional, temperature: 0}", {"temperature", "positive"}},
        WrongMixtureCase{"{rates: proportional, cap: -1}", {"mixture.cap", "negative"}},
        WrongMixtureCase{"{adaptive: true, floor: 0.1, horizon: 3}", {"horizon = 3", "4 or more"}},
        WrongMixtureCase{"{adaptive: true}", {"mixture.floor", "'copy'", "0.02"}},
        WrongMixtureCase{"{adaptive: true, floor: 0.1, floors: {reverse: 0}}",
                         {"mixture.floors", "'reverse'"}},
        WrongMixtureCase{"{floor: 1}", {"mixture.floor = 1", "[0, 1)"}},
        WrongMixtureCase{"{floor: 0.34}", {"mixture.floor", "the 3 problems add up to 1.02"}},
        WrongMixtureCase{"{floors: {copy: -0.1}}", {"mixture.floors", "copy = -0.1"}},
        WrongMixtureCase{"{floors: {copi: 0.1}}", {"mixture.floors.copi", "did you mean 'copy'?"}},
        WrongMixtureCase{
            "{floor: 0.1, floors: {copy: 0.1, reverse: 0.1, 'sum:digits=2,terms=3': 0}}",
            {"mixture.floor:", "does nothing"}},
        WrongMixtureCase{"{floors: {'sum:digits=2,terms=3': 0.1, 'sum:terms=3,digits=2': 0.2}}",
                         {"stands there too"}},
        WrongMixtureCase{"{epochs: {copy: 0}}", {"mixture.epochs", "copy = 0"}},
        WrongMixtureCase{"{epochs: {copy: 1.5}}", {"copy = 1.5", "whole number"}},
        WrongMixtureCase{"{epochs: {g: 1}, groups: {g: {members: [copy, reverse]}}}",
                         {"mixture.epochs.g", "no such problem"}},
        WrongMixtureCase{"{schedule: {reverses: {0: 1, 9: 2}}}",
                         {"mixture.schedule.reverses", "problem in this run", "'reverse'?"}},
        WrongMixtureCase{"{schedule: {copy: {0: 1}}}",
                         {"mixture.schedule.copy", "is the same at all steps"}},
        WrongMixtureCase{"{schedule: {copy: {soon: 1, 9: 2}}}", {"'soon' is no step"}},
        WrongMixtureCase{"{schedule: {copy: {-1: 1, 9: 2}}}", {"'-1' is no step"}},
        WrongMixtureCase{"{schedule: {copy: {0: 1, 9: -2}}}", {"at step 9 is -2"}},
        WrongMixtureCase{"{schedule: {copy: {1: 1, 01: 2}}}", {"step 1 stands there twice"}},
        WrongMixtureCase{"{schedule: {copy: {0: 1, 9: 0}, reverse: {0: 1, 9: 0}, "
                         "'sum:digits=2,terms=3': {0: 1, 5: 0}}}",
                         {"at step 9 no problem has a share"}},
        WrongMixtureCase{"{groups: {g: {rate: 0, members: [copy, reverse]}}}",
                         {"mixture.groups.g.rate = 0", "positive"}},
        WrongMixtureCase{"{groups: {g: {members: [copy]}}}", {"groups.g.members", "two or more"}},
        WrongMixtureCase{"{groups: {g: {members: [copy, reverce]}}}",
                         {"mixture.groups.g.members", "'reverce'", "did you mean 'reverse'?"}},
        WrongMixtureCase{"{groups: {g: {members: [copy, reverse]}, h: {members: [g, copy]}}}",
                         {"mixture.groups.h.members", "'copy' is a member of 'g'"}},
        WrongMixtureCase{"{groups: {g: {members: [copy, h]}, h: {members: [g, reverse]}}}",
                         {"mixture.groups.g.members", "contains itself"}},
        WrongMixtureCase{"{groups: {copy: {members: [reverse, copy]}}}",
                         {"mixture.groups.copy", "the name of a problem"}},
        WrongMixtureCase{"{groups: {g: {members: [copy, h]}, "
                         "h: {members: [reverse, 'sum:digits=2,terms=3']}}}",
                         {"mixture.groups.g:", "every problem of the run"}},
        WrongMixtureCase{"{groups: {g: {membres: [copy, reverse]}}}", {"members"}},
        WrongMixtureCase{"{group: {}}", {"'mixture.group' is not known", "groups"}}));

TEST(MixtureOptionsTest, WhatDoesNothingForOneProblemIsRefused) {
  for (const char* yaml : {"{floor: 0.1}", "{floors: {copy: 0.1}}", "{rates: proportional}",
                           "{adaptive: true, floor: 0.1}", "{schedule: {copy: {0: 1, 9: 2}}}"}) {
    MixtureOptions options;
    Config config;
    EXPECT_THAT(std::string(Read(yaml, &options, &config, {{"copy", 1}}).message()),
                AllOf(HasSubstr("does nothing"), HasSubstr("'copy' is the only problem")))
        << yaml;
  }
  MixtureOptions options;
  Config config;
  EXPECT_TRUE(Read("{epochs: {copy: 2}, unit: tokens}", &options, &config, {{"copy", 1}}).ok());
}

}  // namespace
}  // namespace t2t
