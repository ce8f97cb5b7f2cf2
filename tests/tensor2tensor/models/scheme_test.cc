#include "tensor2tensor/models/scheme.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "modalities/codecs/audio_codec.h"
#include "modalities/codecs/image_codec.h"
#include "modalities/codecs/label_codec.h"
#include "modalities/codecs/vector_codec.h"
#include "tensor2tensor/models/register_models.h"
#include "tests/modalities/codecs/codec_testing.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;

TEST(TargetUnits, PlacesAreThoseOfTheCodec) {
  for (const char* yaml :
       {"{units: pixels, height: 3, width: 4, channels: 1}", "{units: pixels, height: 2, width: 3}",
        "{height: 8, width: 12, patch: 4, channels: 1}"}) {
    const auto codec = CodecFromYaml(MakeImageCodec, yaml);
    ASSERT_TRUE(codec.ok()) << codec.status();
    const auto units = (*codec)->Encode(*SampleImage(**codec, 3), {});
    ASSERT_TRUE(units.ok()) << units.status();
    const TargetUnits target(**codec);
    EXPECT_EQ(target.fixed_length, units->length());
    const at::Tensor places = target.Positions(0, units->length(), at::TensorOptions(at::kLong));
    EXPECT_TRUE(at::equal(places.flatten(), at::tensor(units->positions, at::kLong))) << yaml;
    EXPECT_TRUE(at::equal(target.Positions(2, 1, places.options())[0][0], places[0][2])) << yaml;
  }
}

// Of every scheme that there is: ids come about by all of them but durations and masked, frames by those that decide one, or feed them back.
TEST(Scheme, RefusesACodecThatItCannotProduce) {
  const auto label = CodecFromYaml(MakeLabelCodec, "classes: [left, right]");
  ASSERT_TRUE(label.ok()) << label.status();
  const auto vector = CodecFromYaml(MakeVectorCodec, "size: 0");
  ASSERT_TRUE(vector.ok()) << vector.status();
  const auto series = CodecFromYaml(MakeVectorCodec, "size: 2");
  ASSERT_TRUE(series.ok()) << series.status();
  Registry<SchemeFactory> schemes("scheme");
  ASSERT_TRUE(RegisterSchemes(schemes).ok());
  for (const std::string& name : schemes.Names()) {
    const auto entry = schemes.Find(name);
    ASSERT_TRUE(entry.ok());
    const std::unique_ptr<Scheme> scheme = (*entry)->value();
    EXPECT_EQ(scheme->FitsCodec(**label).ok(), name != "durations" && name != "masked") << name;
    const absl::Status frames = scheme->FitsCodec(**vector);
    if (name == "one_shot") {
      EXPECT_TRUE(frames.ok()) << frames;
      EXPECT_THAT(std::string(scheme->FitsCodec(**series).message()), HasSubstr("may have many"));
    } else if (name == "autoregressive") {
      EXPECT_TRUE(frames.ok()) << frames;
      EXPECT_TRUE(scheme->FitsCodec(**series).ok());
      // The end is a class of ids, a decision apart of frames in an unknown number, and none where it is known.
      TargetUnits ids, some, fixed;
      ids.vocabulary_size = 5;
      fixed.fixed_length = 3;
      EXPECT_EQ(scheme->extra_classes(ids), 1);
      EXPECT_EQ(scheme->extra_classes(some), 0);
      EXPECT_FALSE(scheme->ends_apart(ids));
      EXPECT_TRUE(scheme->ends_apart(some));
      EXPECT_FALSE(scheme->ends_apart(fixed));
      EXPECT_EQ(scheme->Decisions(ids, {2, 4}, {}), 8);
      EXPECT_EQ(scheme->Decisions(some, {2, 4}, {}), 8);
      EXPECT_EQ(scheme->Decisions(fixed, {3, 3}, {}), 6);
    } else if (name == "durations") {
      const auto sound = CodecFromYaml(MakeAudioCodec, "rate: 8000");
      ASSERT_TRUE(sound.ok()) << sound.status();
      EXPECT_TRUE(scheme->FitsCodec(**sound).ok());
      EXPECT_THAT(std::string(scheme->FitsCodec(**label).message()), HasSubstr("has ids"));
      EXPECT_THAT(std::string(frames.message()), HasSubstr("always has as many"));
    } else if (name == "masked") {
      EXPECT_TRUE(frames.ok()) << frames;
      EXPECT_THAT(std::string(scheme->FitsCodec(**series).message()),
                  HasSubstr("as many as a value is long"));
      EXPECT_THAT(std::string(scheme->FitsCodec(**label).message()), HasSubstr("has ids"));
    } else {
      EXPECT_EQ(frames.code(), absl::StatusCode::kInvalidArgument) << name;
      EXPECT_THAT(std::string(frames.message()), HasSubstr("ids are decided, but "));
    }
  }
}

}  // namespace
}  // namespace t2t
