#include "modalities/codecs/tags_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "modalities/codecs/labels_codec.h"
#include "tests/modalities/codecs/codec_testing.h"

namespace t2t {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<Codec> LearnedFrom(const MakeCodec& make, const std::string& yaml,
                                   const std::vector<std::string>& texts) {
  auto codec = CodecFromYaml(make, yaml);
  EXPECT_TRUE(codec.ok()) << codec.status();
  const absl::Status status = (*codec)->Learn(StreamOf(ValuesOf(texts)));
  EXPECT_TRUE(status.ok()) << status;
  return *std::move(codec);
}

TEST(TagsCodec, WordsOrCharacters) {
  const auto words = LearnedFrom(MakeTagsCodec, "{}", {"DET NOUN", "VERB  NOUN"});
  EXPECT_EQ(words->vocabulary_size(), 3);
  const Units units = *words->Encode(Value(" NOUN\tVERB DET"), {});
  EXPECT_THAT(units.ids, ElementsAre(1, 2, 0));
  EXPECT_EQ(units.raw_units, 3);
  EXPECT_EQ(words->Decode(units)->bytes(), "NOUN VERB DET");
  EXPECT_TRUE(absl::IsNotFound(words->Encode(Value("NOUN VREB"), {}).status()));
  EXPECT_THAT(std::string(words->Encode(Value("VREB"), {}).status().message()), HasSubstr("VERB"));

  const auto characters = LearnedFrom(MakeTagsCodec, "of: characters", {"(.)", "\xC3\xA4"});
  EXPECT_EQ(characters->vocabulary_size(), 4);
  EXPECT_EQ(characters->Decode(*characters->Encode(Value("..\xC3\xA4("), {}))->bytes(),
            "..\xC3\xA4(");
  EXPECT_FALSE(characters->Encode(Value("\xFF"), {}).ok());
  EXPECT_FALSE(characters->Encode(Value(std::vector<float>{1}), {}).ok());
  EXPECT_THAT(OptionsError(MakeTagsCodec, "classes: ['a b']"), HasSubstr("'a b' is not one tag"));
  EXPECT_FALSE(OptionsError(MakeTagsCodec, "{classes: [ab], of: characters}").empty());

  const auto loaded = *CodecFromYaml(MakeTagsCodec, "{}");
  ASSERT_TRUE(loaded->Load(words->Files()).ok());
  EXPECT_EQ(loaded->Encode(Value("NOUN VERB DET"), {})->ids, units.ids);
}

TEST(LabelsCodec, ASetIsAFrame) {
  const auto codec = LearnedFrom(MakeLabelsCodec, "{}", {"sports, weather", "", "art;sports"});
  EXPECT_EQ(codec->frame_width(), 3);
  EXPECT_EQ(codec->fixed_length(), 1);
  const Units units = *codec->Encode(Value(" weather ;art"), {});
  EXPECT_THAT(units.frames, ElementsAre(1, 0, 1));
  EXPECT_EQ(codec->Decode(units)->bytes(), "art, weather");
  EXPECT_THAT(codec->Encode(Value(""), {})->frames, ElementsAre(0, 0, 0));
  EXPECT_EQ(codec->Decode(*codec->Encode(Value(" , "), {}))->bytes(), "");
  Units probabilities = units;
  probabilities.frames = {0.4f, 0.51f, 0.9f};
  EXPECT_EQ(codec->Decode(probabilities)->bytes(), "sports, weather");
  EXPECT_TRUE(absl::IsNotFound(codec->Encode(Value("arts"), {}).status()));
  EXPECT_THAT(OptionsError(MakeLabelsCodec, "classes: ['a,b', c]"), HasSubstr("'a,b'"));
}

}  // namespace
}  // namespace t2t
