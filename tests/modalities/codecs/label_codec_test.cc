#include "modalities/codecs/label_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/modalities/codecs/codec_testing.h"

namespace t2t {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(LabelCodecTest, LearnsTheSortedNames) {
  auto codec = CodecFromYaml(MakeLabelCodec, "{}");
  ASSERT_TRUE(codec.ok()) << codec.status();
  EXPECT_TRUE((*codec)->needs_learning());
  EXPECT_FALSE((*codec)->Encode(Value("cat"), {}).ok());
  ASSERT_TRUE((*codec)->Learn(StreamOf({"dog", "cat", "dog", "ankle boot"})).ok());
  EXPECT_EQ((*codec)->vocabulary_size(), 3);
  const auto units = (*codec)->Encode(Value("cat"), {});
  ASSERT_TRUE(units.ok());
  EXPECT_THAT(units->ids, ElementsAre(1));
  EXPECT_EQ(units->raw_units, 1);
  EXPECT_EQ((*codec)->Decode(*units)->bytes(), "cat");
  EXPECT_EQ((*codec)->Encode(Value("dgo"), {}).status().message(),
            "unknown label 'dgo'; did you mean 'dog'?");
  EXPECT_EQ((*codec)->Files().at("classes.txt"),
            "# t2t-vocabulary 1 classes 3\nankle boot\ncat\ndog\n");
  auto loaded = CodecFromYaml(MakeLabelCodec, "{}");
  ASSERT_TRUE((*loaded)->Load((*codec)->Files()).ok());
  EXPECT_THAT((*loaded)->Encode(Value("dog"), {})->ids, ElementsAre(2));
}

TEST(LabelCodecTest, GivenClassesKeepTheirOrder) {
  auto codec = CodecFromYaml(MakeLabelCodec, "classes: [zero, one, two]");
  ASSERT_TRUE(codec.ok()) << codec.status();
  EXPECT_FALSE((*codec)->needs_learning());
  EXPECT_THAT((*codec)->Encode(Value("one"), {})->ids, ElementsAre(1));
  EXPECT_TRUE((*codec)->Load((*codec)->Files()).ok());
  auto other = CodecFromYaml(MakeLabelCodec, "classes: [zero, two, one]");
  EXPECT_THAT(std::string((*other)->Load((*codec)->Files()).message()), HasSubstr("of the option"));
}

TEST(LabelCodecTest, ErrorsNameTheValue) {
  auto codec = CodecFromYaml(MakeLabelCodec, "max_classes: 2");
  ASSERT_TRUE(codec.ok()) << codec.status();
  EXPECT_THAT(std::string((*codec)->Learn(StreamOf({"a", "b", "c"})).message()),
              HasSubstr("more than max_classes = 2 different labels, the last of them 'c'"));
  EXPECT_THAT(std::string((*codec)->Learn(StreamOf({"a\nb"})).message()), HasSubstr("line break"));
  EXPECT_THAT(std::string((*codec)->Learn(StreamOf({""})).message()), HasSubstr("empty"));
  EXPECT_FALSE((*codec)->Learn(StreamOf({})).ok());
  ASSERT_TRUE((*codec)->Learn(StreamOf({"a", "b"})).ok());
  Units units;
  EXPECT_FALSE((*codec)->Decode(units).ok());
  units.ids = {2};
  EXPECT_EQ((*codec)->Decode(units).status().message(), "id 2 is outside of the 2 classes");
  units.ids = {0, 1};
  EXPECT_FALSE((*codec)->Decode(units).ok());
  EXPECT_FALSE((*codec)->Encode(Value(std::vector<float>{0}), {}).ok());
  EXPECT_FALSE((*codec)->Load({{"classes.txt", "# t2t-vocabulary 1 classes 2\na\n"}}).ok());
  EXPECT_THAT(OptionsError(MakeLabelCodec, "classes: [a, b, a]"), HasSubstr("'a' is there twice"));
  EXPECT_THAT(OptionsError(MakeLabelCodec, "{classes: [a, b], max_classes: 3}"),
              HasSubstr("max_classes"));
  EXPECT_THAT(OptionsError(MakeLabelCodec, "clases: [a, b]"), HasSubstr("classes"));
  EXPECT_THAT(OptionsError(MakeLabelCodec, "max_classes: 0"), HasSubstr("1 or more"));
}

}  // namespace
}  // namespace t2t
