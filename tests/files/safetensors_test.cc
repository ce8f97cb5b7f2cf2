#include "files/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "files/little_endian.h"
#include "tests/files/damage.h"

namespace t2t {
namespace {

using testing::HasSubstr;

template <size_t n>
std::string Literal(const char (&text)[n]) {
  return std::string(text, n - 1);
}

// Written by the Python package safetensors 0.8.0 from {"b.half": [1.5, -2] as float16,
// "a.mask": [True, False, True], "c.weight": arange(6).reshape(2, 3) as float32, "scalar": 7 as
// int64, "empty": zeros((0, 4)) as float32} and the metadata {"step": "7"}.
std::string Golden() {
  return absl::StrCat(
      Literal("\x50\1\0\0\0\0\0\0"),
      R"({"__metadata__":{"step":"7"},"scalar":{"dtype":"I64","shape":[],"data_offsets":[0,8]},)"
      R"("c.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[8,32]},)"
      R"("empty":{"dtype":"F32","shape":[0,4],"data_offsets":[32,32]},)"
      R"("b.half":{"dtype":"F16","shape":[2],"data_offsets":[32,36]},)"
      R"("a.mask":{"dtype":"BOOL","shape":[3],"data_offsets":[36,39]}}     )",
      Literal("\7\0\0\0\0\0\0\0"),
      Literal("\0\0\0\0\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40\0\0\x80\x40\0\0\xa0\x40"),
      Literal("\0\x3e\0\xc0\1\0\1"));
}

std::string FileOf(const std::string& header, const std::string& data) {
  std::string bytes;
  AppendLittleEndian<uint64_t>(header.size(), &bytes);
  return bytes + header + data;
}

TEST(Safetensors, ReadsTheReferenceImplementation) {
  const TestFolder folder;
  WriteRaw(folder / "model", Golden());
  const auto file = SafetensorsFile::Open(folder / "model");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ((*file)->metadata(), (std::map<std::string, std::string>{{"step", "7"}}));
  const auto& tensors = (*file)->tensors();
  ASSERT_EQ(tensors.size(), 5u);
  EXPECT_EQ(tensors.at("scalar").shape, std::vector<int64_t>());
  EXPECT_EQ(tensors.at("scalar").bytes, Literal("\7\0\0\0\0\0\0\0"));
  EXPECT_EQ(tensors.at("empty").shape, (std::vector<int64_t>{0, 4}));
  EXPECT_EQ(tensors.at("empty").bytes, "");
  EXPECT_EQ(tensors.at("a.mask").dtype, "BOOL");
  EXPECT_EQ(tensors.at("a.mask").bytes, Literal("\1\0\1"));
  EXPECT_EQ(tensors.at("b.half").bytes, Literal("\0\x3e\0\xc0"));
  const TensorView& weight = tensors.at("c.weight");
  EXPECT_EQ(weight.dtype, "F32");
  EXPECT_EQ(weight.shape, (std::vector<int64_t>{2, 3}));
  std::vector<float> values(6);
  ASSERT_EQ(weight.bytes.size(), 24u);
  std::memcpy(values.data(), weight.bytes.data(), 24);
  EXPECT_EQ(values, (std::vector<float>{0, 1, 2, 3, 4, 5}));
}

// Ours differs from the reference in the order of names within the header only: the data are equal.
TEST(Safetensors, WritesTheDataAsTheReferenceDoes) {
  const TestFolder folder;
  WriteRaw(folder / "theirs", Golden());
  const auto theirs = SafetensorsFile::Open(folder / "theirs").value();
  std::vector<std::pair<std::string, TensorView>> tensors(theirs->tensors().begin(),
                                                          theirs->tensors().end());
  ASSERT_TRUE(WriteSafetensors(folder / "ours", tensors, theirs->metadata()).ok());
  const std::string ours = ReadFile(folder / "ours").value();
  EXPECT_EQ(ours.size(), Golden().size());
  EXPECT_EQ(ours.substr(ours.size() - 39), Golden().substr(Golden().size() - 39));
  EXPECT_EQ((ours.size() - 39) % 8, 0u);
  std::reverse(tensors.begin(), tensors.end());
  ASSERT_TRUE(WriteSafetensors(folder / "reversed", tensors, theirs->metadata()).ok());
  EXPECT_EQ(ReadFile(folder / "reversed").value(), ours) << "the bytes depend on the order given";
}

TEST(Safetensors, RandomRoundTrip) {
  const TestFolder folder;
  Philox random(RandomKey(1).With("safetensors"));
  const std::vector<std::string> types = {"BOOL", "U8",  "F8_E4M3", "BF16", "F16",
                                          "I32",  "F32", "F64",     "C64"};
  for (int round = 0; round < 30; ++round) {
    std::map<std::string, std::pair<TensorView, std::string>> expected;
    for (uint64_t i = random.Below(20); i > 0; --i) {
      auto& [tensor, bytes] = expected[absl::StrCat("layer.", random.Below(1000), ".\"\xc3\xa4\\")];
      tensor = {types[random.Below(types.size())], {}, {}};
      int64_t size = *SafetensorsElementBytes(tensor.dtype);
      for (uint64_t axes = random.Below(4); axes > 0; --axes) {
        tensor.shape.push_back(static_cast<int64_t>(random.Below(8)));
        size *= tensor.shape.back();
      }
      bytes = RandomBytes(random, static_cast<size_t>(size));
    }
    std::vector<std::pair<std::string, TensorView>> tensors;
    for (const auto& [name, held] : expected) {
      tensors.emplace_back(name, TensorView{held.first.dtype, held.first.shape, held.second});
    }
    ASSERT_TRUE(WriteSafetensors(folder / "model", tensors, {{"a \"b\"", "\n"}}).ok());
    const auto file = SafetensorsFile::Open(folder / "model");
    ASSERT_TRUE(file.ok()) << file.status();
    EXPECT_EQ((*file)->metadata().at("a \"b\""), "\n");
    ASSERT_EQ((*file)->tensors().size(), expected.size());
    for (const auto& [name, tensor] : (*file)->tensors()) {
      EXPECT_EQ(tensor.dtype, expected.at(name).first.dtype);
      EXPECT_EQ(tensor.shape, expected.at(name).first.shape);
      EXPECT_EQ(tensor.bytes, expected.at(name).second);
      const auto element = static_cast<uintptr_t>(*SafetensorsElementBytes(tensor.dtype));
      EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.bytes.data()) % element, 0u) << "not aligned";
    }
  }
}

TEST(Safetensors, WriterRefusesWhatNoFileCanHold) {
  const TestFolder folder;
  const std::string four(4, '\0');
  const auto message = [&](std::vector<std::pair<std::string, TensorView>> tensors,
                           std::map<std::string, std::string> metadata = {}) {
    const absl::Status status = WriteSafetensors(folder / "model", tensors, metadata);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(folder / "model"));
    return std::string(status.message());
  };
  EXPECT_THAT(message({{"w", {"F32", {2}, four}}}),
              HasSubstr("'w': shape [2] of F32 needs 8 bytes, it has 4"));
  EXPECT_THAT(message({{"w", {"float", {1}, four}}}), HasSubstr("type 'float'"));
  EXPECT_THAT(message({{"w", {"F32", {-1}, four}}}), HasSubstr("[-1]"));
  EXPECT_THAT(message({{"w", {"F32", {1}, four}}, {"w", {"F32", {1}, four}}}), HasSubstr("twice"));
  EXPECT_THAT(message({{"__metadata__", {"F32", {1}, four}}}), HasSubstr("__metadata__"));
  EXPECT_THAT(message({{"w\xff", {"F32", {1}, four}}}), HasSubstr("UTF-8"));
  EXPECT_THAT(message({}, {{"key", "\xff"}}), HasSubstr("UTF-8"));
  EXPECT_EQ(folder.CountFiles(), 0);
}

TEST(Safetensors, ReaderNamesTheFileAndTheMistake) {
  const TestFolder folder;
  const auto message = [&](const std::string& bytes) {
    WriteRaw(folder / "model", bytes);
    const auto file = SafetensorsFile::Open(folder / "model");
    EXPECT_TRUE(absl::IsDataLoss(file.status())) << bytes << ' ' << file.status();
    EXPECT_THAT(std::string(file.status().message()), HasSubstr(folder / "model"));
    return std::string(file.status().message());
  };
  const auto entry = [&](const std::string& text) {
    return message(FileOf("{\"w\":" + text + "}", "01234567"));
  };
  EXPECT_THAT(message(""), HasSubstr("0 bytes are too few"));
  EXPECT_THAT(message("\xff\xff\xff\xff\xff\xff\xff\xff{}"), HasSubstr("18446744073709551615"));
  EXPECT_THAT(message(FileOf("[]", "")), HasSubstr("'{'"));
  EXPECT_THAT(message(FileOf(" {}", "")), HasSubstr("'{'"));
  EXPECT_THAT(message(FileOf("{", "")), HasSubstr("no JSON object"));
  EXPECT_THAT(message(FileOf("{} x", "")), HasSubstr("no JSON object"));
  EXPECT_THAT(message(FileOf("{\"\xff\":1}", "")), HasSubstr("no JSON object"));
  EXPECT_THAT(message(FileOf("{}", "x")), HasSubstr("has 1 bytes"));
  EXPECT_THAT(message(FileOf(R"({"__metadata__":7})", "")), HasSubstr("__metadata__"));
  EXPECT_THAT(message(FileOf(R"({"__metadata__":{"a":7}})", "")), HasSubstr("'a'"));
  EXPECT_THAT(message(FileOf("{\"w\":" + std::string(200000, '['), "")), HasSubstr("too deep"));
  const std::string good = R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
  EXPECT_THAT(message(FileOf("{\"w\":" + good + ",\"w\":" + good + "}", "01234567")),
              HasSubstr("'w' is there twice"));
  EXPECT_THAT(message(FileOf("{\"w\":" + good + ",\"v\":" + good + "}", "01234567")),
              HasSubstr("must begin at 8"));
  EXPECT_THAT(entry(R"({"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]})"),
              HasSubstr("twice"));
  EXPECT_THAT(entry("7"), HasSubstr("no object"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[2]})"), HasSubstr("lacks"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1})"), HasSubstr("'x'"));
  EXPECT_THAT(entry(R"({"dtype":4,"shape":[2],"data_offsets":[0,8]})"), HasSubstr("dtype"));
  EXPECT_THAT(entry(R"({"dtype":"F4","shape":[2],"data_offsets":[0,8]})"), HasSubstr("'F4'"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":2,"data_offsets":[0,8]})"), HasSubstr("shape"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})"), HasSubstr("-2"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[2.0],"data_offsets":[0,8]})"), HasSubstr("2.0"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]})"),
              HasSubstr("9223372036854775808"));
  // 2^62 + 2 elements of 4 bytes are 8 bytes modulo 2^64; and with a zero the product is 0 anyway.
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[4611686018427387906],"data_offsets":[0,8]})"),
              HasSubstr("impossible"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]})"),
              HasSubstr("impossible"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})"),
              HasSubstr("needs 12 bytes, it has 8"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[2],"data_offsets":[0]})"),
              HasSubstr("data_offsets"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[2],"data_offsets":[-8,0]})"),
              HasSubstr("data_offsets"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})"),
              HasSubstr("before its begin"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[1],"data_offsets":[4,8]})"),
              HasSubstr("must begin at 0"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})"),
              HasSubstr("which has 8 bytes"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[3],"data_offsets":[0,12]})"),
              HasSubstr("end within 8"));
  EXPECT_THAT(entry(R"({"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551616]})"),
              HasSubstr("data_offsets"));
  EXPECT_TRUE(absl::IsNotFound(SafetensorsFile::Open(folder / "none").status()));
  EXPECT_FALSE(SafetensorsFile::Open(folder.path()).ok());
}

// What opens is consistent and all of it can be read. Returns whether it opens.
bool OpensOrStatus(const std::string& path) {
  const auto file = SafetensorsFile::Open(path);
  if (!file.ok()) {
    EXPECT_THAT(std::string(file.status().message()), HasSubstr(path));
    return false;
  }
  size_t total = 0;
  for (const auto& [name, tensor] : (*file)->tensors()) {
    int64_t size = SafetensorsElementBytes(tensor.dtype).value();
    for (const int64_t axis : tensor.shape) size *= axis;
    EXPECT_EQ(static_cast<int64_t>(std::string(tensor.bytes).size()), size) << name;
    total += tensor.bytes.size();
  }
  EXPECT_EQ(total, 39u);
  return true;
}

TEST(Safetensors, TruncationAtEveryByte) {
  const TestFolder folder;
  ForEachTruncation(Golden(), [&](const std::string& cut) {
    WriteRaw(folder / "model", cut);
    ASSERT_FALSE(OpensOrStatus(folder / "model"));
  });
}

TEST(Safetensors, RandomBytesAreAnError) {
  const TestFolder folder;
  Philox random(RandomKey(1).With("random weights"));
  for (int i = 0; i < 2000; ++i) {
    WriteRaw(folder / "model", RandomBytes(random, random.Below(200)));
    ASSERT_FALSE(OpensOrStatus(folder / "model")) << i;
    // A header of the right length that holds anything.
    const size_t size = 1 + random.Below(100);
    std::string header(8, '\0');
    header[0] = static_cast<char>(size);
    WriteRaw(folder / "model", header + RandomBytes(random, size));
    ASSERT_FALSE(OpensOrStatus(folder / "model")) << i;
  }
}

TEST(Safetensors, Flips) {
  const TestFolder folder;
  int opened = 0;
  ForEachFlip(Golden(), 6000, [&](const std::string& damaged, size_t place) {
    WriteRaw(folder / "model", damaged);
    const bool opens = OpensOrStatus(folder / "model");
    // The format has no checksum: damage within the data cannot be seen, that of the length always
    // is.
    if (place >= Golden().size() - 39) {
      EXPECT_TRUE(opens);
    }
    if (place < 8) {
      EXPECT_FALSE(opens);
    }
    opened += opens;
  });
  EXPECT_LT(opened, 6000 / 2);
}

}  // namespace
}  // namespace t2t
