#include "files/tfrecord.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "files/checksum.h"
#include "files/little_endian.h"
#include "tests/files/damage.h"

namespace t2t {
namespace {

using testing::HasSubstr;

void WriteRecords(const std::string& path, const std::vector<std::string>& records) {
  auto writer = RecordWriter::Create(path).value();
  for (const std::string& record : records) ASSERT_TRUE(writer->Append(record).ok());
  EXPECT_EQ(writer->size(), static_cast<int64_t>(records.size()));
  ASSERT_TRUE(writer->Commit().ok());
}

void ExpectRecords(const std::string& path, const std::vector<std::string>& records) {
  const auto reader = RecordReader::Open(path);
  ASSERT_TRUE(reader.ok()) << reader.status();
  ASSERT_EQ((*reader)->size(), static_cast<int64_t>(records.size()));
  for (int64_t i = 0; i < (*reader)->size(); ++i) {
    EXPECT_EQ((*reader)->Read(i).value(), records[static_cast<size_t>(i)]);
  }
}

std::vector<std::string> SomeRecords() { return {"first", "", std::string(60, 'x'), "\0\1\2\3"}; }

// Written by tensorboard 2.21 (tensorboard.summary.writer.record_writer).
TEST(TfRecord, GoldenBytes) {
  const std::string golden =
      absl::HexStringToBytes("0d000000000000003c37b83474656e736f723274656e736f7253fa1058");
  EXPECT_EQ(FrameRecord("tensor2tensor"), golden);
  const TestFolder folder;
  WriteRecords(folder / "a", {"tensor2tensor"});
  EXPECT_EQ(ReadFile(folder / "a").value(), golden);
  std::string index = "T2TINDEX" + absl::HexStringToBytes(
                                       "01000000"
                                       "0100000000000000"
                                       "0000000000000000"
                                       "1d00000000000000");
  AppendLittleEndian<uint32_t>(Crc32c(index), &index);
  EXPECT_EQ(ReadFile(folder / "a.index").value(), index);
}

TEST(TfRecord, RoundTripWithAndWithoutIndex) {
  const TestFolder folder;
  Philox random(RandomKey(1).With("records"));
  for (const int count : {0, 1, 300}) {
    std::vector<std::string> records;
    for (int i = 0; i < count; ++i) records.push_back(RandomBytes(random, random.Below(3000)));
    WriteRecords(folder / "shard", records);
    ExpectRecords(folder / "shard", records);
    std::filesystem::remove(folder / "shard.index");
    ExpectRecords(folder / "shard", records);
  }
}

TEST(TfRecord, ReadsFromSeveralThreads) {
  const TestFolder folder;
  std::vector<std::string> records;
  for (int i = 0; i < 500; ++i) records.push_back(absl::StrCat("record ", i));
  WriteRecords(folder / "shard", records);
  const auto reader = RecordReader::Open(folder / "shard").value();
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = 0; i < records.size(); ++i) {
        const size_t k = (i * 7 + t * 131) % records.size();
        EXPECT_EQ(reader->Read(static_cast<int64_t>(k)).value(), records[k]);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(TfRecord, ErrorsNameFileRecordAndByte) {
  const TestFolder folder;
  WriteRecords(folder / "shard", {"first", "second"});
  std::string bytes = ReadFile(folder / "shard").value();
  bytes[21 + 12] ^= 1;  // The first byte of record 1.
  WriteRaw(folder / "shard", bytes);
  const auto reader = RecordReader::Open(folder / "shard").value();
  EXPECT_EQ(reader->Read(0).value(), "first");
  const absl::Status damaged = reader->Read(1).status();
  EXPECT_TRUE(absl::IsDataLoss(damaged));
  EXPECT_THAT(std::string(damaged.message()), HasSubstr(folder / "shard: record 1 at byte 21"));
  for (const int64_t i : {-1, 2}) {
    EXPECT_TRUE(absl::IsOutOfRange(reader->Read(i).status())) << i;
  }
  EXPECT_TRUE(absl::IsNotFound(RecordReader::Open(folder / "none").status()));
}

TEST(TfRecord, RewritingAShardReplacesBothFiles) {
  const TestFolder folder;
  WriteRecords(folder / "shard", {"a", "b", "c"});
  WriteRecords(folder / "shard", {"other"});
  ExpectRecords(folder / "shard", {"other"});
  EXPECT_EQ(folder.CountFiles(), 2);
}

TEST(TfRecord, AnIndexOfAnotherFileIsRefused) {
  const TestFolder folder;
  WriteRecords(folder / "a", {"one", "two"});
  WriteRecords(folder / "b", {"one"});
  std::filesystem::copy_file(folder / "b.index", folder / "a.index",
                             std::filesystem::copy_options::overwrite_existing);
  const absl::Status status = RecordReader::Open(folder / "a").status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("a.index"));
}

// A whole index that puts the records elsewhere: its checksum fits, the records' own lengths do
// not.
TEST(TfRecord, AFalseButWholeIndexGivesNoFalseRecord) {
  const TestFolder folder;
  WriteRecords(folder / "a", {std::string(20, 'a'), std::string(30, 'b')});
  WriteRecords(folder / "b", {std::string(30, 'b'), std::string(20, 'a')});
  std::filesystem::copy_file(folder / "b.index", folder / "a.index",
                             std::filesystem::copy_options::overwrite_existing);
  const auto reader = RecordReader::Open(folder / "a").value();
  EXPECT_TRUE(absl::IsDataLoss(reader->Read(0).status()));
  EXPECT_TRUE(absl::IsDataLoss(reader->Read(1).status()));
}

// Lengths near 2^64 with a checksum that fits.
TEST(TfRecord, AHugeLengthIsRefusedByTheScan) {
  const TestFolder folder;
  for (const uint64_t length : {~uint64_t{0}, ~uint64_t{0} - 15, uint64_t{1} << 62, uint64_t{5}}) {
    std::string bytes;
    AppendLittleEndian<uint64_t>(length, &bytes);
    AppendLittleEndian<uint32_t>(MaskCrc32c(Crc32c(bytes)), &bytes);
    bytes += std::string(8, 'x');
    WriteRaw(folder / "shard", bytes);
    const absl::Status status = RecordReader::Open(folder / "shard").status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << length << ' ' << status;
  }
}

// Counts and offsets near 2^64 in an index whose checksum fits.
TEST(TfRecord, AnImpossibleIndexIsRefused) {
  const TestFolder folder;
  WriteRecords(folder / "shard", {"0123456789"});
  const auto refused = [&](uint32_t version, uint64_t count, std::vector<uint64_t> offsets) {
    std::string index = "T2TINDEX";
    AppendLittleEndian<uint32_t>(version, &index);
    AppendLittleEndian<uint64_t>(count, &index);
    for (const uint64_t offset : offsets) AppendLittleEndian<uint64_t>(offset, &index);
    AppendLittleEndian<uint32_t>(Crc32c(index), &index);
    WriteRaw(folder / "shard.index", index);
    return absl::IsDataLoss(RecordReader::Open(folder / "shard").status());
  };
  EXPECT_FALSE(refused(1, 1, {0, 26}));
  EXPECT_TRUE(refused(2, 1, {0, 26}));
  EXPECT_TRUE(refused(1, 0, {26}));
  EXPECT_TRUE(refused(1, 2, {0, 26}));
  EXPECT_TRUE(refused(1, ~uint64_t{0}, {}));
  EXPECT_TRUE(refused(1, uint64_t{1} << 61, {0, 26}));
  EXPECT_TRUE(refused(1, 1, {1, 26}));
  EXPECT_TRUE(refused(1, 1, {0, 25}));
  EXPECT_TRUE(refused(1, 2, {0, 15, 26}));
  EXPECT_TRUE(refused(1, 2, {0, ~uint64_t{0} - 3, 26}));
}

// Opens and reads everything. A record is right or an error; returns how many are errors, -1 if the
// file does not open.
int64_t CountDamaged(const std::string& path, const std::vector<std::string>& records) {
  const auto reader = RecordReader::Open(path);
  if (!reader.ok()) {
    EXPECT_THAT(std::string(reader.status().message()), HasSubstr(path));
    return -1;
  }
  EXPECT_LE((*reader)->size(), static_cast<int64_t>(records.size()));
  int64_t damaged = 0;
  for (int64_t i = 0; i < (*reader)->size(); ++i) {
    const auto record = (*reader)->Read(i);
    if (record.ok()) {
      EXPECT_EQ(*record, records[static_cast<size_t>(i)]);
    } else {
      ++damaged;
    }
  }
  return damaged;
}

TEST(TfRecord, TruncationAtEveryByte) {
  const TestFolder folder;
  WriteRecords(folder / "indexed", SomeRecords());
  const std::string bytes = ReadFile(folder / "indexed").value();
  const std::vector<size_t> ends = {0, 21, 37,
                                    113};  // Cut here, it is a shorter file without damage.
  ForEachTruncation(bytes, [&](const std::string& cut) {
    WriteRaw(folder / "indexed", cut);
    ASSERT_EQ(CountDamaged(folder / "indexed", SomeRecords()), -1);
    WriteRaw(folder / "foreign", cut);
    const bool at_end = std::find(ends.begin(), ends.end(), cut.size()) != ends.end();
    ASSERT_EQ(CountDamaged(folder / "foreign", SomeRecords()), at_end ? 0 : -1);
  });
}

TEST(TfRecord, EveryFlipIsFound) {
  const TestFolder folder;
  WriteRecords(folder / "indexed", SomeRecords());
  const std::string bytes = ReadFile(folder / "indexed").value();
  ForEachFlip(bytes, 3000, [&](const std::string& damaged, size_t) {
    WriteRaw(folder / "indexed", damaged);
    ASSERT_EQ(CountDamaged(folder / "indexed", SomeRecords()), 1);
    WriteRaw(folder / "foreign", damaged);
    ASSERT_NE(CountDamaged(folder / "foreign", SomeRecords()), 0);
  });
}

TEST(TfRecord, RandomBytesAreAnError) {
  const TestFolder folder;
  Philox random(RandomKey(1).With("random shards"));
  for (int i = 0; i < 2000; ++i) {
    WriteRaw(folder / "foreign", RandomBytes(random, 1 + random.Below(200)));
    ASSERT_EQ(CountDamaged(folder / "foreign", {}), -1) << i;
  }
}

TEST(TfRecord, EveryDamageToTheIndexIsFound) {
  const TestFolder folder;
  WriteRecords(folder / "shard", SomeRecords());
  const std::string index = ReadFile(folder / "shard.index").value();
  const auto check = [&](const std::string& damaged) {
    WriteRaw(folder / "shard.index", damaged);
    const absl::Status status = RecordReader::Open(folder / "shard").status();
    ASSERT_TRUE(absl::IsDataLoss(status)) << status;
    ASSERT_THAT(std::string(status.message()), HasSubstr(folder / "shard.index"));
  };
  ForEachTruncation(index, check);
  ForEachFlip(index, 3000, [&](const std::string& damaged, size_t) { check(damaged); });
}

}  // namespace
}  // namespace t2t
