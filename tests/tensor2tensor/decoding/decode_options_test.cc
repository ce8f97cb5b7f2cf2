#include "tensor2tensor/decoding/decode_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace t2t {
namespace {

using ::testing::HasSubstr;

absl::Status BindYaml(const std::string& yaml, DecodeOptions* options) {
  Config config;
  const absl::Status merged = config.MergeYaml(yaml, Origin::kFile, "decode.yaml");
  if (!merged.ok()) return merged;
  Binder root = config.Root();
  options->Bind(root);
  return config.Finish();
}

TEST(DecodeOptions, BindsWhatTheMethodReads) {
  DecodeOptions beam, sample;
  ASSERT_TRUE(
      BindYaml("{method: beam, beam: 8, n_best: 8, length_penalty: 0, max_length: 9}", &beam).ok());
  EXPECT_EQ(beam.beam, 8);
  EXPECT_EQ(beam.n_best, 8);
  EXPECT_EQ(beam.length_penalty, 0.0);
  EXPECT_EQ(beam.max_length, 9);
  ASSERT_TRUE(BindYaml("{method: sample, temperature: 0.5, top_k: 3, top_p: 0.9, seed: 7, n_best: "
                       "20, utility: chrf, candidates: 40}",
                       &sample)
                  .ok());
  EXPECT_EQ(sample.temperature, 0.5);
  EXPECT_EQ(sample.top_k, 3);
  EXPECT_EQ(sample.top_p, 0.9);
  EXPECT_EQ(sample.seed, 7u);
  EXPECT_EQ(sample.utility, "chrf");
  EXPECT_EQ(sample.candidates, 40);
}

TEST(DecodeOptions, ValuesAreThoseThatTheMethodReads) {
  using Values = std::map<std::string, std::string>;
  DecodeOptions options;
  options.beam = 7;
  EXPECT_EQ(options.Values(), (Values{{"method", "greedy"}, {"max_length", "256"}}));
  options.passes = 4;
  EXPECT_EQ(options.Values(),
            (Values{{"method", "greedy"}, {"max_length", "256"}, {"passes", "4"}}));
  options.method = "beam";
  options.constraint = "translation";
  EXPECT_EQ(options.Values(), (Values{{"method", "beam"},
                                      {"max_length", "256"},
                                      {"constraint", "translation"},
                                      {"beam", "7"},
                                      {"length_penalty", "0.6"},
                                      {"n_best", "1"}}));
}

TEST(DecodeOptions, AnInheritedUtilityDoesNotOutliveItsMethod) {
  DecodeOptions options;
  options.method = "sample";
  options.utility = "chrf";
  ASSERT_TRUE(BindYaml("method: beam", &options).ok());
  EXPECT_EQ(options.utility, "");
}

TEST(DecodeChoices, ATargetMayHaveAWayOfItsOwn) {
  DecodeChoices choices;
  choices.usual.max_length = 9;
  choices.own["words:lang=it.phones"].max_length = 5;
  EXPECT_EQ(choices.Of("words:lang=it", "phones").max_length, 5);
  EXPECT_EQ(choices.Of("words:lang=it", "tones").max_length, 9);
  EXPECT_EQ(choices.Of("words", "phones").max_length, 9);
}

struct Refused {
  const char* yaml;
  const char* says;
};

class DecodeOptionsRefused : public ::testing::TestWithParam<Refused> {};

TEST_P(DecodeOptionsRefused, WithTheKeyAndWhatIsAllowed) {
  DecodeOptions options;
  const absl::Status status = BindYaml(GetParam().yaml, &options);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << GetParam().yaml;
  EXPECT_THAT(std::string(status.message()), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    All, DecodeOptionsRefused,
    ::testing::Values(Refused{"method: beem", "beam"},  // with the nearest name
                      Refused{"beam: 4", "beam"},       // greedy reads none
                      Refused{"{method: greedy, top_p: 0.5}", "top_p"},
                      Refused{"{method: sample, beam: 4}", "beam"},
                      Refused{"{method: greedy, utility: chrf}", "utility"},
                      Refused{"{method: beam, utility: chrf}", "utility"},
                      Refused{"{method: sample, candidates: 9}", "candidates"},
                      Refused{"{method: sample, utility: chrf, candidates: 1}", "at least 2"},
                      Refused{"{method: sample, utility: chrf, candidates: 4, n_best: 5}",
                              "n_best"},
                      Refused{"{method: beam, temperature: 2}", "temperature"},
                      Refused{"{method: beam, beam: 0}", "positive"},
                      Refused{"{method: beam, beam: 2, n_best: 3}", "larger than beam"},
                      Refused{"{method: beam, length_penalty: -1}", "negative"},
                      Refused{"{method: sample, temperature: 0}", "positive"},
                      Refused{"{method: sample, top_p: 0}", "(0, 1]"},
                      Refused{"{method: sample, top_p: 1.5}", "(0, 1]"},
                      Refused{"{method: sample, top_k: -1}", "negative"},
                      Refused{"{method: sample, n_best: 0}", "positive"},
                      Refused{"max_length: 9223372036854775807", "1000000"},
                      Refused{"{method: beam, beam: 9223372036854775807}", "1000000"},
                      Refused{"{method: sample, n_best: 1000001}", "1000000"},
                      Refused{"max_length: 0", "positive"}, Refused{"passes: -1", "negative"},
                      Refused{"{method: beam, passes: 4}", "passes"},
                      Refused{"passes: 1000001", "1000000"}));

}  // namespace
}  // namespace t2t
