#include "problems/folder/table.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "random/philox.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Every row as "line: cell|cell" or "line! message".
std::vector<std::string> RowsOf(const std::string& name, const std::string& bytes) {
  const ScratchFolder folder;
  auto table = TableReader::Open(folder.Write(name, bytes));
  if (!table.ok()) return {std::string(table.status().message())};
  std::vector<std::string> rows;
  for (TableRow row; table->Next(&row);) {
    rows.push_back(row.status.ok() ? absl::StrCat(row.line, ": ", absl::StrJoin(row.cells, "|"))
                                   : absl::StrCat(row.line, "! ", row.status.message()));
  }
  return rows;
}

TEST(Table, TsvQuotesNothing) {
  EXPECT_THAT(RowsOf("a.tsv", "x\ty\n\"a\tb\"\n"), ElementsAre("2: \"a|b\""));
}

TEST(Table, TsvTakesCrLfAByteOrderMarkEmptyLinesAndNoLastLineBreak) {
  EXPECT_THAT(RowsOf("a.tsv", "\xEF\xBB\xBFx\ty\r\n1\t2\r\n\r\n\n3\t"),
              ElementsAre("2: 1|2", "5: 3|"));
}

TEST(Table, CsvFollowsRfc4180) {
  EXPECT_THAT(RowsOf("a.csv", "x,\"y\"\r\n\"a, \"\"b\"\"\",\"two\nlines\"\r\n,\"\"\r\nc,d"),
              ElementsAre("2: a, \"b\"|two\nlines", "4: |", "5: c|d"));
}

TEST(Table, CsvEndsWithinARowOfEmptyCells) {
  EXPECT_THAT(RowsOf("a.CSV", "x,y\n1,"), ElementsAre("2: 1|"));
}

TEST(Table, RaggedRowsAreToldAndTheNextOnesRead) {
  EXPECT_THAT(RowsOf("a.tsv", "x\ty\n1\n1\t2\t3\n1\t2\n"),
              ElementsAre("2! the row has 1 cells, but the header 2",
                          "3! the row has 3 cells, but the header 2", "4: 1|2"));
}

TEST(Table, WrongQuotesAreToldAndTheNextRowsRead) {
  EXPECT_THAT(RowsOf("a.csv", "x,y\na\"b,c\n\"a\"b,c\n1,2\n\"open,3\n4,5\n"),
              ElementsAre(HasSubstr("2! a quote stands within a cell"),
                          HasSubstr("3! something stands between"), "4: 1|2",
                          HasSubstr("5! a quoted cell does not end before the file does")));
}

// The rest of the table counted as one broken row.
TEST(Table, ABrokenRowThatMayHaveSwallowedOthersEndsTheTable) {
  const auto codes = [](const std::string& bytes) {
    const ScratchFolder folder;
    auto table = TableReader::Open(folder.Write("a.csv", bytes));
    std::vector<absl::StatusCode> seen;
    for (TableRow row; table->Next(&row);) seen.push_back(row.status.code());
    return seen;
  };
  constexpr auto kOk = absl::StatusCode::kOk, kBroken = absl::StatusCode::kDataLoss,
                 kEnd = absl::StatusCode::kOutOfRange;
  EXPECT_THAT(codes("x,y\n1,2\n\"open,3\n4,5\n"), ElementsAre(kOk, kEnd));
  EXPECT_THAT(codes("x,y\n1,\"cut off"), ElementsAre(kEnd));
  // The quote of one row is closed by that of another.
  EXPECT_THAT(codes("x,y\n\"a,1\nb,2\n\"c,3\n4,5\n"), ElementsAre(kEnd, kOk));
  EXPECT_THAT(codes("x,y\n\"a,1\nb,2\nc\"\n4,5\n"), ElementsAre(kEnd, kOk));
  EXPECT_THAT(codes("x,y\n\"two\nlines\",1\n"), ElementsAre(kOk));
  EXPECT_THAT(codes("x,y\n1\n\"a\"b,1\n4,5\n6"), ElementsAre(kBroken, kBroken, kOk, kBroken));
}

TEST(Table, BytesThatAreNotUtf8AreTold) {
  EXPECT_THAT(RowsOf("a.tsv", "x\ncaf\xE9\ncaf\xC3\xA9\n"),
              ElementsAre("2! the row is not UTF-8", "3: caf\xC3\xA9"));
  EXPECT_THAT(RowsOf("a.tsv", std::string("\xFF\xFEx\0\n\0", 6)),
              ElementsAre(HasSubstr("is UTF-16; save it as UTF-8")));
}

TEST(Table, RefusesAHeaderThatNamesNoColumns) {
  EXPECT_THAT(RowsOf("a.tsv", ""),
              ElementsAre(HasSubstr("a.tsv: is empty; its first line must name the columns")));
  EXPECT_THAT(RowsOf("a.tsv", "\n\r\n"), ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(RowsOf("a.tsv", "x\t\n"), ElementsAre(HasSubstr("a.tsv:1: a column has no name")));
  EXPECT_THAT(RowsOf("a.csv", "x, x\n"),
              ElementsAre(HasSubstr("a.csv:1: two columns are called 'x'")));
  EXPECT_THAT(RowsOf("a.xlsx", "PK"),
              ElementsAre(HasSubstr("a table's name ends with .tsv or .csv")));
}

TEST(Table, AColumnThatIsMissingHasANearName) {
  const ScratchFolder folder;
  const auto table = TableReader::Open(folder.Write("a.tsv", "photo\tcaptoin\n"));
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(*table->FindColumn("photo"), 0u);
  EXPECT_THAT(std::string(table->FindColumn("caption").status().message()),
              HasSubstr("a.tsv: has no column 'caption'; did you mean 'captoin'?"));
}

// Whatever the bytes are, reading ends, and the lines of rows rise.
TEST(Table, AnyBytesAreReadToTheEnd) {
  const ScratchFolder folder;
  const std::string letters = "ab,\t\n\r\"\xC3\xA9\xEF\xBB\xBF";
  for (uint64_t seed = 0; seed < 60; ++seed) {
    Philox random(RandomKey(seed).With("table"));
    std::string bytes = "x,y\n";
    for (uint64_t i = random.Below(60); i > 0; --i) bytes += letters[random.Below(letters.size())];
    for (const char* name : {"a.csv", "a.tsv"}) {
      auto table = TableReader::Open(folder.Write(name, bytes));
      ASSERT_TRUE(table.ok()) << table.status();
      int64_t line = 1;
      for (TableRow row; table->Next(&row);) {
        ASSERT_GT(row.line, line) << seed;
        line = row.line;
        if (!row.status.ok()) continue;
        ASSERT_EQ(row.cells.size(), table->columns().size()) << seed;
      }
    }
  }
}

}  // namespace
}  // namespace t2t
