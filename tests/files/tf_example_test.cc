#include "files/tf_example.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "absl/strings/escaping.h"
#include "tests/files/damage.h"

namespace t2t {
namespace {

using Bytes = std::vector<std::string>;
using Floats = std::vector<float>;
using Ints = std::vector<int64_t>;

Features SomeFeatures() {
  return {{"bytes", {Bytes{std::string("a\0b", 3), ""}}},
          {"floats", {Floats{1.0f, -0.5f}}},
          {"ints", {Ints{0, 300, -1}}},
          {"none", {Ints{}}}};
}

// Written by google.protobuf from the schema of the Python package tfrecord 1.14,
// deterministic=True.
const char kGolden[] =
    "0a530a120a05627974657312090a070a036100620a000a160a06666c6f617473120c120a0a080000803f000000bf0a"
    "190a0469"
    "6e747312111a0f0a0d00ac02ffffffffffffffffff010a0a0a046e6f6e6512021a00";

TEST(TfExample, GoldenBytes) {
  EXPECT_EQ(absl::BytesToHexString(EncodeTfExample(SomeFeatures())), kGolden);
  const auto features = DecodeTfExample(absl::HexStringToBytes(kGolden));
  ASSERT_TRUE(features.ok()) << features.status();
  EXPECT_EQ(*features, SomeFeatures());
}

TEST(TfExample, RandomRoundTrip) {
  Philox random(RandomKey(1).With("examples"));
  for (int round = 0; round < 300; ++round) {
    Features features;
    const uint64_t count = random.Below(6);
    for (uint64_t i = 0; i < count; ++i) {
      Feature& feature = features[RandomBytes(random, random.Below(200))];
      const uint64_t kind = random.Below(3), size = random.Below(200);
      if (kind == 0) {
        Bytes items;
        for (uint64_t j = 0; j < size; ++j) items.push_back(RandomBytes(random, random.Below(300)));
        feature.values = items;
      } else if (kind == 1) {
        Floats items;
        for (uint64_t j = 0; j < size; ++j) items.push_back(static_cast<float>(random.Normal()));
        feature.values = items;
      } else {
        Ints items;
        for (uint64_t j = 0; j < size; ++j) {
          items.push_back(static_cast<int64_t>(random.Next64() >> random.Below(64)));
        }
        feature.values = items;
      }
    }
    const auto again = DecodeTfExample(EncodeTfExample(features));
    ASSERT_TRUE(again.ok()) << again.status();
    ASSERT_EQ(*again, features);
  }
}

TEST(TfExample, ExtremeValues) {
  const Features features = {
      {"", {Ints{std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}}},
      {"f", {Floats{std::numeric_limits<float>::infinity(), -0.0f, 1e-45f}}}};
  EXPECT_EQ(DecodeTfExample(EncodeTfExample(features)).value(), features);
  const auto nan = DecodeTfExample(EncodeTfExample({{"f", {Floats{std::nanf("")}}}})).value();
  EXPECT_TRUE(std::isnan(std::get<Floats>(nan.at("f").values)[0]));
}

TEST(TfExample, EmptyMessages) {
  EXPECT_EQ(DecodeTfExample("").value(), Features());
  EXPECT_EQ(DecodeTfExample(EncodeTfExample({})).value(), Features());
  // {"a": Feature without a list}
  EXPECT_EQ(DecodeTfExample(absl::HexStringToBytes("0a070a050a01611200")).value(),
            (Features{{"a", {Bytes{}}}}));
}

// Lists of numbers one by one, as protocol buffers version 2 writes them, by hand from the wire
// format.
TEST(TfExample, UnpackedLists) {
  // A list of the varints 7 and 300.
  EXPECT_EQ(DecodeTfExample(absl::HexStringToBytes("0a0e0a0c0a016912071a05080708ac02")).value(),
            (Features{{"i", {Ints{7, 300}}}}));
  // One float by itself, then two packed.
  EXPECT_EQ(DecodeTfExample(
                absl::HexStringToBytes("0a180a160a01661211120f0d0000803f0a08000000bf00000040"))
                .value(),
            (Features{{"f", {Floats{1.0f, -0.5f, 2.0f}}}}));
}

// The rules of protocol buffers for what comes twice, and for what is unknown.
TEST(TfExample, RepeatedAndUnknownFields) {
  // Two lists of one kind are joined: 1a 03 {0a 01 01} 1a 03 {0a 01 02}.
  EXPECT_EQ(
      DecodeTfExample(absl::HexStringToBytes("0a110a0f0a0169120a1a030a01011a030a0102")).value(),
      (Features{{"i", {Ints{1, 2}}}}));
  // Another kind replaces: 1a 03 {0a 01 01} 0a 03 {0a 01 'x'}.
  EXPECT_EQ(
      DecodeTfExample(absl::HexStringToBytes("0a110a0f0a0169120a1a030a01010a030a0178")).value(),
      (Features{{"i", {Bytes{"x"}}}}));
  // A name twice: the last one stays. Two messages Features: joined.
  const std::string one = EncodeTfExample({{"i", {Ints{1}}}}),
                    two = EncodeTfExample({{"i", {Ints{2}}}});
  EXPECT_EQ(DecodeTfExample(one + two).value(), (Features{{"i", {Ints{2}}}}));
  // Unknown: field 15 as varint, 64 bits, bytes, 32 bits.
  EXPECT_EQ(DecodeTfExample(absl::HexStringToBytes("7801") + one +
                            absl::HexStringToBytes("790102030405060708"
                                                   "7a026162"
                                                   "7d01020304"))
                .value(),
            (Features{{"i", {Ints{1}}}}));
}

TEST(TfExample, MalformedBytesAreAStatus) {
  for (const char* digits : {"0a", "0a05", "0affffffff0f", "08ffffffffffffffffffff01", "00", "0b",
                             "0a090a070a016612021205",            // A list longer than its feature.
                             "0a0e0a0c0a0166120712050a03010203",  // Three bytes of floats.
                             "0a0c0a0a0a016912051a030a0180"}) {   // A varint without an end.
    const auto features = DecodeTfExample(absl::HexStringToBytes(digits));
    EXPECT_TRUE(absl::IsDataLoss(features.status())) << digits << ' ' << features.status();
  }
}

// Without a checksum damage can decode; what decodes must then be features like any other.
void ExpectStatusOrFeatures(const std::string& bytes) {
  const auto features = DecodeTfExample(bytes);
  if (!features.ok()) return;
  const std::string again = EncodeTfExample(*features);
  ASSERT_EQ(EncodeTfExample(DecodeTfExample(again).value()), again);
}

TEST(TfExample, TruncationAtEveryByte) {
  ForEachTruncation(absl::HexStringToBytes(kGolden), [](const std::string& cut) {
    ASSERT_EQ(DecodeTfExample(cut).ok(), cut.empty());
  });
}

TEST(TfExample, Flips) {
  ForEachFlip(absl::HexStringToBytes(kGolden), 20000,
              [](const std::string& damaged, size_t) { ExpectStatusOrFeatures(damaged); });
}

TEST(TfExample, RandomBytes) {
  Philox random(RandomKey(1).With("noise"));
  for (int i = 0; i < 5000; ++i) ExpectStatusOrFeatures(RandomBytes(random, random.Below(60)));
}

}  // namespace
}  // namespace t2t
