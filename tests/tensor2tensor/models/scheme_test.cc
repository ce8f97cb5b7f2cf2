#include "tensor2tensor/models/scheme.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "modalities/codecs/label_codec.h"
#include "modalities/codecs/vector_codec.h"
#include "tensor2tensor/models/register_models.h"
#include "tests/modalities/codecs/codec_testing.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;

// Of every scheme that there is: ids come about by all of them, frames by those that know how many there are.
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
    EXPECT_TRUE(scheme->FitsCodec(**label).ok()) << name;
    const absl::Status frames = scheme->FitsCodec(**vector);
    if (name == "one_shot") {
      EXPECT_TRUE(frames.ok()) << frames;
    } else if (name == "autoregressive") {  // of a known number
      EXPECT_TRUE(frames.ok()) << frames;
      EXPECT_THAT(std::string(scheme->FitsCodec(**series).message()),
                  HasSubstr("frames come one after the other where their number is known"));
    } else {
      EXPECT_EQ(frames.code(), absl::StatusCode::kInvalidArgument) << name;
      EXPECT_THAT(std::string(frames.message()), HasSubstr("ids are decided, but "));
    }
  }
}

}  // namespace
}  // namespace t2t
