#include "modalities/codecs/vector_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "random/philox.h"
#include "tests/modalities/codecs/codec_testing.h"

namespace t2t {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<Codec> Learned(const std::string& yaml, const std::vector<Value>& values) {
  auto codec = CodecFromYaml(MakeVectorCodec, yaml);
  EXPECT_TRUE(codec.ok()) << codec.status();
  const absl::Status status = (*codec)->Learn(StreamOf(values));
  EXPECT_TRUE(status.ok()) << status;
  return *std::move(codec);
}

TEST(VectorCodecTest, ScalesByTheTrainingValues) {
  const auto codec = Learned(
      "missing: mark",
      {Value(std::vector<float>{1, 30, 5}), Value(std::vector<float>{3, 10, 5}), Value("2 nan 5")});
  EXPECT_EQ(codec->frame_width(), 6);
  EXPECT_EQ(codec->Describe(), "a vector of 3 numbers");
  const auto units = codec->Encode(Value("3, 30; nan"), {});
  ASSERT_TRUE(units.ok()) << units.status();
  EXPECT_EQ(units->length(), 1);
  EXPECT_EQ(units->raw_units, 3);
  // Means 2, 20, 5; deviations sqrt(2/3), 10, none.
  EXPECT_NEAR(units->frames[0], 1 / std::sqrt(2.0 / 3), 1e-6);
  EXPECT_NEAR(units->frames[1], 1, 1e-6);
  EXPECT_EQ(units->frames[2], 0);
  EXPECT_EQ((std::vector<float>(units->frames.begin() + 3, units->frames.end())),
            (std::vector<float>{0, 0, 1}));
  const std::vector<float> back = codec->Decode(*units)->floats();
  EXPECT_NEAR(back[0], 3, 1e-5);
  EXPECT_NEAR(back[1], 30, 1e-4);
  EXPECT_TRUE(std::isnan(back[2]));
  EXPECT_EQ(codec->Show(Value("1e3 -2.50\tnan")), "1000 -2.5 nan");
  EXPECT_EQ(codec->Show(Value(std::vector<int64_t>{1700000123, 2})), "1700000123 2");
  EXPECT_EQ(codec->Show(Value(std::vector<float>{0.1f, 1000001})), "0.1 1000001");
}

TEST(VectorCodecTest, ASeriesHasAPositionForEveryStep) {
  const auto codec = Learned("size: 2", {Value("0 10 2 30"), Value("4 50")});
  const auto units = codec->Encode(Value("2 30 6 70 -2 -10"), {});
  ASSERT_TRUE(units.ok()) << units.status();
  EXPECT_EQ(units->length(), 3);
  EXPECT_EQ(units->frame_width, 4);
  const double deviation = std::sqrt(8.0 / 3);
  EXPECT_NEAR(units->frames[0], 0, 1e-6);
  EXPECT_NEAR(units->frames[4], 4 / deviation, 1e-6);
  EXPECT_NEAR(units->frames[9], -40 / (10 * deviation), 1e-6);
  EXPECT_EQ(codec->Describe(), "a series of 2 numbers a position");
  EXPECT_EQ(codec->Encode(Value("1 2 3"), {}).status().message(),
            "3 numbers where a multiple of 2 are expected");
}

TEST(VectorCodecTest, WhatWasLearnedIsKept) {
  // Two components alike: their lines differ by their numbers.
  const auto codec = Learned("{}", {Value("1 1 0.1"), Value("1 1 1e-300")});
  const CodecFiles files = codec->Files();
  auto loaded = CodecFromYaml(MakeVectorCodec, "{}");
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ((*loaded)->Encode(Value("1"), {}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  const absl::Status status = (*loaded)->Load(files);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ((*loaded)->Files(), files);
  EXPECT_EQ((*loaded)->Encode(Value("3 -1 7"), {})->frames,
            codec->Encode(Value("3 -1 7"), {})->frames);
  auto other = CodecFromYaml(MakeVectorCodec, "size: 2");
  EXPECT_THAT(std::string((*other)->Load(files).message()), HasSubstr("has 3 components, not 2"));
}

TEST(VectorCodecTest, DamagedFilesAreErrors) {
  const auto codec = Learned("{}", {Value("1 2"), Value("3 5")});
  const std::string whole = codec->Files().at("scale.txt");
  for (size_t size = 0; size < whole.size(); ++size) {
    auto damaged = CodecFromYaml(MakeVectorCodec, "{}");
    EXPECT_FALSE((*damaged)->Load({{"scale.txt", whole.substr(0, size)}}).ok()) << size;
  }
  for (const std::string lines : {"0 1 0\n1 2 1\n", "0 1 -1\n1 2 1\n", "0 nan 1\n1 2 1\n",
                                  "1 1 1\n0 2 1\n", "0 1\n1 2 1\n", "0 1 inf\n1 2 1\n"}) {
    auto damaged = CodecFromYaml(MakeVectorCodec, "{}");
    EXPECT_THAT(
        std::string(
            (*damaged)->Load({{"scale.txt", "# t2t-vocabulary 1 scale 2\n" + lines}}).message()),
        HasSubstr("scale.txt: component"))
        << lines;
  }
}

TEST(VectorCodecTest, ErrorsNameTheNumber) {
  const auto codec = Learned("{}", {Value("1 2")});
  EXPECT_EQ(codec->Encode(Value("1 two"), {}).status().message(), "'two' is not a number");
  EXPECT_EQ(codec->Encode(Value("1 2 3"), {}).status().message(),
            "3 numbers where 2, as in the first training value, are expected");
  EXPECT_FALSE(codec->Encode(Value(""), {}).ok());
  EXPECT_THAT(std::string(codec->Encode(Value("1 inf"), {}).status().message()),
              HasSubstr("infinite"));
  // A number that came out as nan by accident is not taken for a missing one.
  for (const Value& nan : {Value("1 nan"), Value(std::vector<float>{1, std::nanf("")})}) {
    EXPECT_THAT(std::string(codec->Encode(nan, {}).status().message()),
                HasSubstr("a number is nan; if a missing one is meant, say missing: mark"));
    EXPECT_FALSE(codec->Check(nan).ok());
    auto unlearned = CodecFromYaml(MakeVectorCodec, "{}");
    EXPECT_FALSE((*unlearned)->Learn(StreamOf({Value("1 2"), nan})).ok());
  }
  const auto narrow = Learned("{}", {Value("1"), Value("1.5")});
  EXPECT_THAT(std::string(narrow->Encode(Value("1e39"), {}).status().message()),
              HasSubstr("lies too far from the mean"));
  const auto tiny = Learned("{}", {Value("1e-13"), Value("3e-13")});
  EXPECT_NEAR(tiny->Encode(Value("3e-13"), {})->frames[0], 1, 1e-6);
  auto huge = CodecFromYaml(MakeVectorCodec, "{}");
  EXPECT_THAT(std::string((*huge)->Learn(StreamOf({Value("1e200"), Value("-1e200")})).message()),
              HasSubstr("too large to be scaled"));
  EXPECT_TRUE((*huge)->Files().empty());
  auto empty = CodecFromYaml(MakeVectorCodec, "{}");
  EXPECT_THAT(std::string((*empty)->Learn(StreamOf({})).message()), HasSubstr("no vector"));
  EXPECT_THAT(std::string((*empty)->Learn(StreamOf({Value("1 2"), Value("1")})).message()),
              HasSubstr("1 numbers where 2"));
  EXPECT_THAT(OptionsError(MakeVectorCodec, "size: -1"), HasSubstr("must be from 0"));
}

TEST(VectorCodecTest, RandomTextIsAnErrorOrNumbers) {
  Philox random(RandomKey(1).With("vectors"));
  const std::string letters = "0123456789.-+eE ,;naif\n\x80";
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (uint64_t k = random.Below(12); k > 0; --k) text += letters[random.Below(letters.size())];
    const auto numbers = NumbersOf(Value(text));
    if (!numbers.ok()) continue;
    for (const double number : *numbers) EXPECT_FALSE(std::isinf(number)) << text;
  }
}

TEST(VectorCodecTest, CountsStandAsTheirLogarithms) {
  const auto codec =
      Learned("{distribution: poisson, missing: mark}", {Value("0 7"), Value("3 100000")});
  EXPECT_EQ(codec->head(), "poisson");
  EXPECT_TRUE(codec->reversible());
  const Units units = *codec->Encode(Value("3 nan"), {});
  EXPECT_FLOAT_EQ(units.frames[0], std::log(4.0f));
  EXPECT_EQ(units.frames[3], 1);
  const std::vector<float> back = codec->Decode(*codec->Encode(Value("2 12345"), {}))->floats();
  EXPECT_FLOAT_EQ(back[0], 2);
  EXPECT_NEAR(back[1], 12345, 0.05);
  EXPECT_THAT(std::string(codec->Encode(Value("1 2.5"), {}).status().message()),
              HasSubstr("2.5 is no count"));
  EXPECT_FALSE(codec->Encode(Value("-1 2"), {}).ok());
  EXPECT_FALSE(codec->Encode(Value("1e40 2"), {}).ok());
  const auto unlearned = CodecFromYaml(MakeVectorCodec, "distribution: poisson");
  EXPECT_FALSE((*unlearned)->Check(Value("0.5")).ok());
  EXPECT_FALSE((*unlearned)->Learn(StreamOf({Value("1 1"), Value("1 -1")})).ok());
  EXPECT_THAT(OptionsError(MakeVectorCodec, "distribution: possion"), HasSubstr("poisson"));
}

}  // namespace
}  // namespace t2t
