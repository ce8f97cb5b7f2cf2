#include "problems/shards/example_record.h"

#include <cmath>
#include <string>
#include <vector>

#include "files/tf_example.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "random/philox.h"

namespace t2t {
namespace {

using testing::HasSubstr;

TEST(ExampleRecord, EveryKindOfValueComesBack) {
  Example example;
  example.key = "k\xC3\xA9y";
  example.ports["text"] = std::string("a\0b", 3);
  example.ports["empty"] = "";
  example.ports["floats"] = std::vector<float>{1.5f, -2.0f};
  example.ports["integers"] = std::vector<int64_t>{1, -1, int64_t{1} << 40};
  example.alternatives["text"] = {Value("x"), Value("")};
  example.alternatives["floats"] = {Value(std::vector<float>{}),
                                    Value(std::vector<float>{3, 4, 5})};
  example.alternatives["integers"] = {Value(std::vector<int64_t>{7}),
                                      Value(std::vector<int64_t>{8, 9})};
  const auto bytes = EncodeExample(example);
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_EQ(*bytes, *EncodeExample(example));
  const auto again = DecodeExample(*bytes);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->key, example.key);
  EXPECT_EQ(again->ports, example.ports);
  EXPECT_EQ(again->alternatives, example.alternatives);
}

TEST(ExampleRecord, AWeightComesBackAndOneOfOneTakesNoPlace) {
  Example example;
  example.key = "k";
  const std::string plain = *EncodeExample(example);
  EXPECT_EQ(plain.find("weight"), std::string::npos);
  EXPECT_EQ(DecodeExample(plain)->weight, 1);
  for (const float weight : {0.0f, 0.25f, 3.5f, kMostWeight}) {
    example.weight = weight;
    const auto again = DecodeExample(*EncodeExample(example));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->weight, weight);
    EXPECT_TRUE(again->ports.empty());
  }
  for (const float weight : {-1.0f, 2 * kMostWeight, std::nanf("")}) {
    example.weight = weight;
    EXPECT_THAT(std::string(EncodeExample(example).status().message()), HasSubstr("a weight of"));
  }
  Features features;
  features["key"].values = std::vector<std::string>{"k"};
  features["example/weight"].values = std::vector<float>{-1};
  EXPECT_TRUE(absl::IsDataLoss(DecodeExample(EncodeTfExample(features)).status()));
}

TEST(ExampleRecord, RefusesNamesAndAlternativesThatDoNotFit) {
  Example example;
  example.ports["key"] = "x";
  EXPECT_THAT(EncodeExample(example).status().message(), HasSubstr("may not be called 'key'"));
  example.ports = {{"a/b", Value("x")}};
  EXPECT_FALSE(EncodeExample(example).ok());
  example.ports = {{"a", Value("x")}};
  example.alternatives["b"] = {Value("x")};
  EXPECT_THAT(EncodeExample(example).status().message(),
              HasSubstr("'b' has alternatives but no value"));
  example.alternatives = {{"a", {Value(std::vector<float>{1})}}};
  EXPECT_THAT(EncodeExample(example).status().message(), HasSubstr("of another kind"));
}

TEST(ExampleRecord, DamagedBytesAreErrorsOrExamples) {
  Example example;
  example.key = "key";
  example.ports["integers"] = std::vector<int64_t>{1, 2, 3};
  example.alternatives["integers"] = {Value(std::vector<int64_t>{7}),
                                      Value(std::vector<int64_t>{8, 9})};
  const std::string whole = *EncodeExample(example);
  int errors = 0;
  for (size_t size = 1; size < whole.size(); ++size)
    errors += !DecodeExample(whole.substr(0, size)).ok();
  EXPECT_GT(errors, 0);
  Philox random(RandomKey(1).With("record"));
  for (int i = 0; i < 5000; ++i) {
    std::string bytes = whole;
    for (int k = 0; k < 3; ++k)
      bytes[random.Below(bytes.size())] = static_cast<char>(random.Below(256));
    errors += !DecodeExample(bytes).ok();
  }
  EXPECT_GT(errors, 100);
}

}  // namespace
}  // namespace t2t
