#include "modalities/codecs/sequence_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "random/philox.h"
#include "tests/modalities/codecs/codec_testing.h"

namespace t2t {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<Codec> MakeSequence(MakeCodec make, const std::string& yaml) {
  auto codec = CodecFromYaml(make, yaml);
  EXPECT_TRUE(codec.ok()) << codec.status();
  return *std::move(codec);
}

std::vector<int64_t> IdsOf(const Codec& codec, const std::string& letters) {
  const auto units = codec.Encode(Value(letters), {});
  EXPECT_TRUE(units.ok()) << units.status();
  EXPECT_EQ(units->raw_units, static_cast<int64_t>(letters.size()));
  return units->ids;
}

std::string RandomLetters(Philox& random, const std::string& alphabet, uint64_t most) {
  std::string letters;
  for (uint64_t i = random.Below(most + 1); i > 0; --i) {
    letters += alphabet[random.Below(alphabet.size())];
  }
  return letters;
}

TEST(SequenceCodecTest, AnIdALetter) {
  const auto dna = MakeSequence(MakeDnaCodec, "{}");
  EXPECT_THAT(IdsOf(*dna, "ACGTN-"), ElementsAre(0, 1, 2, 3, 9, 15));
  EXPECT_EQ(dna->vocabulary_size(), 16);
  EXPECT_EQ(dna->raw_unit(), "base");
  EXPECT_EQ(MakeSequence(MakeProteinCodec, "{}")->vocabulary_size(), 28);
  EXPECT_EQ(dna->Show(Value("ac\ngu t")), "ACGTT");
  EXPECT_EQ(MakeSequence(MakeRnaCodec, "{}")->Show(Value("acgt")), "ACGU");
  EXPECT_EQ(dna->Describe(), "DNA, an id a base");
}

// Everything that goes in comes back, rare letters and what no k-mer is left for too.
TEST(SequenceCodecTest, GoesBack) {
  struct Case {
    MakeCodec make;
    std::string alphabet;
    std::vector<std::string> options;
  };
  Philox random(RandomKey(1).With("sequences"));
  for (const Case& each :
       {Case{MakeDnaCodec, "ACGTACGTACGTBDHKMNRSVWY-", {"{}", "k: 2", "k: 3", "k: 8"}},
        Case{MakeRnaCodec, "ACGUACGUACGUBDHKMNRSVWY-", {"{}", "k: 3, stride: 3"}},
        Case{MakeProteinCodec, "ACDEFGHIKLMNPQRSTVWYBJOUXZ*-", {"{}", "k: 2", "k: 3"}}}) {
    for (const std::string& options : each.options) {
      const auto codec = MakeSequence(each.make, "{" + (options == "{}" ? "" : options) + "}");
      EXPECT_TRUE(codec->reversible());
      for (int i = 0; i < 300; ++i) {
        const std::string letters = RandomLetters(random, each.alphabet, 40);
        const auto units = codec->Encode(Value(letters), {});
        ASSERT_TRUE(units.ok()) << units.status();
        for (const int64_t id : units->ids) {
          ASSERT_GE(id, 0);
          ASSERT_LT(id, codec->vocabulary_size());
        }
        EXPECT_EQ(codec->Decode(*units)->bytes(), letters) << options;
      }
    }
  }
}

TEST(SequenceCodecTest, CodonsAreInOrderAndTheRestIsSpelt) {
  const auto codons = MakeSequence(MakeRnaCodec, "{k: 3}");
  EXPECT_THAT(IdsOf(*codons, "AAAUUUAUG"), ElementsAre(0, 63, 3 * 4 + 2));
  EXPECT_THAT(IdsOf(*codons, "AAANCGAU"), ElementsAre(0, 64 + 9, 64 + 1, 64 + 2, 64 + 0, 64 + 3));
  EXPECT_EQ(codons->vocabulary_size(), 64 + 16);
  EXPECT_EQ(codons->Describe(), "RNA in 3-mers");
}

TEST(SequenceCodecTest, OverlappingKmersEndWithTheSequence) {
  const auto codec = MakeSequence(MakeDnaCodec, "{k: 2, stride: 1}");
  EXPECT_THAT(IdsOf(*codec, "ACGT"), ElementsAre(1, 6, 11));
  EXPECT_THAT(IdsOf(*codec, "ACNT"), ElementsAre(1, 16, 16));
  EXPECT_THAT(IdsOf(*codec, "A"), ElementsAre(16));
  EXPECT_THAT(IdsOf(*codec, ""), ElementsAre());
  EXPECT_EQ(codec->vocabulary_size(), 17);
  EXPECT_FALSE(codec->reversible());
  EXPECT_EQ(codec->Decode({}).status().code(), absl::StatusCode::kUnimplemented);
  const auto wide = MakeSequence(MakeDnaCodec, "{k: 3, stride: 2}");
  EXPECT_THAT(IdsOf(*wide, "ACGTAC"), ElementsAre(6, 44, 49));  // ACG, GTA and, at the end, TAC
}

TEST(SequenceCodecTest, ReverseComplementTwiceIsTheSame) {
  EXPECT_EQ(ReverseComplement("AACGN", false), "NCGTT");
  EXPECT_EQ(ReverseComplement("AACG", true), "CGUU");
  EXPECT_EQ(ReverseComplement("BDHKMRSVWY-", false), "-RWBSYKMDHV");
  Philox random(RandomKey(2).With("strands"));
  for (int i = 0; i < 100; ++i) {
    const std::string bases = RandomLetters(random, "ACGUBDHKMNRSVWY-", 30);
    EXPECT_EQ(ReverseComplement(ReverseComplement(bases, true), true), bases);
  }
}

TEST(SequenceCodecTest, HalfOfTheTrainingExamplesAreOfTheOtherStrand) {
  const auto codec = MakeSequence(MakeDnaCodec, "{augment: {reverse_complement: true}}");
  EXPECT_FALSE(codec->masks());
  const std::vector<int64_t> given = IdsOf(*codec, "AACGT"), other = IdsOf(*codec, "ACGTT");
  int turned = 0;
  for (uint64_t key = 0; key < 400; ++key) {
    const auto ids = codec->Encode(Value("AACGT"), {.augment = true, .random_key = key})->ids;
    ASSERT_TRUE(ids == given || ids == other);
    turned += ids == other;
  }
  EXPECT_GT(turned, 150);
  EXPECT_LT(turned, 250);
  EXPECT_EQ(codec->Encode(Value("AACGT"), {.augment = false, .random_key = 1})->ids, given);
}

TEST(SequenceCodecTest, AShareOfTheTrainingUnitsIsUnknown) {
  struct Case {
    const char* options;
    int64_t unknown;
  };
  const std::string bases = "ACGTACGTACGTACGTACGTACGTACGTACGT";
  for (const Case& c :
       {Case{"{augment: {mask: 0.25}}", 9}, Case{"{k: 2, augment: {mask: 0.25}}", 25},
        Case{"{k: 3, stride: 1, augment: {mask: 0.25}}", 64}}) {
    const auto codec = MakeSequence(MakeDnaCodec, c.options);
    EXPECT_TRUE(codec->masks());
    const std::vector<int64_t> given = IdsOf(*codec, bases);
    int64_t masked = 0, all = 0;
    for (uint64_t key = 0; key < 200; ++key) {
      const auto ids = codec->Encode(Value(bases), {.augment = true, .random_key = key})->ids;
      ASSERT_EQ(ids.size(), given.size());
      for (size_t i = 0; i < ids.size(); ++i, ++all) {
        if (ids[i] == given[i]) continue;
        EXPECT_EQ(ids[i], c.unknown);
        EXPECT_TRUE(codec->is_fallback(ids[i]));
        EXPECT_FALSE(codec->is_fallback(given[i]));
        ++masked;
      }
    }
    EXPECT_NEAR(static_cast<double>(masked) / static_cast<double>(all), 0.25, 0.03);
    EXPECT_EQ(codec->Encode(Value(bases), {.augment = false, .random_key = 1})->ids, given);
  }
  EXPECT_EQ(*MakeSequence(MakeDnaCodec, "{}")->Encode(Value("N"), {})->ids.begin(), 9);
  EXPECT_THAT(OptionsError(MakeProteinCodec, "augment: {mask: 1}"), HasSubstr("must be in [0, 1)"));
}

TEST(SequenceCodecTest, ErrorsNameTheLetter) {
  const auto dna = MakeSequence(MakeDnaCodec, "{}");
  EXPECT_EQ(dna->Encode(Value("AC GJ"), {}).status().message(),
            "'J', letter 4 of 4, is not of DNA's alphabet ACGTBDHKMNRSVWY-");
  EXPECT_THAT(std::string(dna->Encode(Value("A\xC3\xA9"), {}).status().message()),
              HasSubstr("'\xC3\xA9', letter 2"));
  EXPECT_FALSE(dna->Encode(Value(std::vector<float>{1}), {}).ok());
  EXPECT_EQ(dna->Show(Value("caf\xFF")), "caf\xEF\xBF\xBD");
  Units units;
  units.ids = {16};
  EXPECT_EQ(dna->Decode(units).status().message(),
            "id 16 is outside of the 16 of DNA, an id a base");
  EXPECT_THAT(OptionsError(MakeDnaCodec, "k: 9"), HasSubstr("must be from 1 to 8"));
  EXPECT_THAT(OptionsError(MakeProteinCodec, "k: 4"), HasSubstr("must be from 1 to 3"));
  EXPECT_THAT(OptionsError(MakeDnaCodec, "{k: 2, stride: 3}"),
              HasSubstr("must be from 0 (k) to k = 2"));
  EXPECT_THAT(OptionsError(MakeProteinCodec, "augment: {reverse_complement: true}"),
              HasSubstr("augment"));
}

TEST(SequenceCodecTest, RandomBytesAreAnErrorOrGoThrough) {
  const auto codec = MakeSequence(MakeRnaCodec, "{k: 3}");
  Philox random(RandomKey(3).With("bytes"));
  for (int i = 0; i < 2000; ++i) {
    std::string bytes;
    for (uint64_t k = random.Below(6); k > 0; --k) bytes += static_cast<char>(random.Below(256));
    const auto units = codec->Encode(Value(bytes), {});
    if (!units.ok()) continue;
    EXPECT_EQ(codec->Decode(*units)->bytes(), codec->Show(Value(bytes)));
  }
}

}  // namespace
}  // namespace t2t
