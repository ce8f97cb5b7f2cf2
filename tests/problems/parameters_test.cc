#include "problems/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace t2t {
namespace {

using testing::HasSubstr;

struct Read {
  int64_t length = 8;
  std::string tones = "plain", language = "en", described;
  absl::Status status;
};

Read ReadAll(const ProblemParameters& parameters) {
  Read read;
  ParameterReader reader(parameters);
  reader.Integer("length", &read.length, 1, 20);
  reader.Choice("tones", &read.tones, {"plain", "no"});
  reader.Language("lang", &read.language);
  read.status = reader.Finish();
  read.described = reader.Describe();
  return read;
}

TEST(ParameterReaderTest, WhatIsNotGivenStaysAndIsTold) {
  const Read read = ReadAll({});
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.length, 8);
  EXPECT_EQ(read.described, "length=8 (1 to 20), tones=plain (plain, no), lang=en");
}

TEST(ParameterReaderTest, WhatIsGivenIsTaken) {
  const Read read = ReadAll({{"lang", "pt-BR"}, {"length", "20"}, {"tones", "no"}});
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.length, 20);
  EXPECT_EQ(read.tones, "no");
  EXPECT_EQ(read.language, "pt-BR");
  EXPECT_EQ(read.described, "length=20 (1 to 20), tones=no (plain, no), lang=pt-BR");
}

TEST(ParameterReaderTest, AWrongOneIsToldWithWhatIsAllowed) {
  const std::vector<std::pair<ProblemParameters, std::string>> wrong = {
      {{{"length", "0"}}, "length = '0' is not a whole number from 1 to 20"},
      {{{"length", "eight"}}, "'eight' is not a whole number"},
      {{{"tones", "nope"}}, "tones = 'nope' is not one of: plain, no"},
      {{{"lang", "e n"}}, "'e n' is not a language such as"},
      {{{"tone", "no"}}, "unknown parameter 'tone'; did you mean 'tones'?"}};
  for (const auto& [parameters, message] : wrong) {
    const Read read = ReadAll(parameters);
    EXPECT_EQ(read.status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(read.status.message()), HasSubstr(message));
    EXPECT_EQ(read.length, 8);
  }
}

}  // namespace
}  // namespace t2t
