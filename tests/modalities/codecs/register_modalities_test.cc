#include "modalities/codecs/register_modalities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace t2t {
namespace {

TEST(RegisterModalitiesTest, EveryModalityMakesACodecFromDefaults) {
  Registry<Modality> registry("modality");
  ASSERT_TRUE(RegisterModalities(registry).ok());
  EXPECT_THAT(registry.Names(), ::testing::IsSupersetOf({"image", "label", "text"}));
  EXPECT_FALSE(RegisterModalities(registry).ok());
  for (const auto& [name, entry] : registry.entries()) {
    Config config;
    Binder root = config.Root();
    const auto codec = entry.value.make_codec(root);
    ASSERT_TRUE(codec.ok()) << name << codec.status();
    EXPECT_TRUE(config.Finish().ok()) << name;
    EXPECT_FALSE((*codec)->Describe().empty());
    EXPECT_FALSE((*codec)->raw_unit().empty());
    EXPECT_FALSE(entry.summary.empty());
    // A target needs all three, an input none.
    for (const Way& way : {entry.value.ids, entry.value.frames}) {
      EXPECT_EQ(way.head.empty(), way.schemes.empty()) << name;
      EXPECT_EQ(way.head.empty(), way.metrics.empty()) << name;
    }
    EXPECT_FALSE(entry.value.smallest.empty()) << name;
    ASSERT_TRUE(entry.value.sample) << name;
    EXPECT_NE(*entry.value.sample(**codec, 0), *entry.value.sample(**codec, 1)) << name;
  }
}

}  // namespace
}  // namespace t2t
