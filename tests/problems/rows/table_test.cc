#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "problems/rows/open_rows.h"
#include "random/philox.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Every row as "line: cell|cell", in the order of the columns, or "line! message"; an error that ends the reading is the last one.
std::vector<std::string> TableOf(const std::string& name, const std::string& bytes) {
  const ScratchFolder folder;
  auto table = OpenRows(folder.Write(name, bytes), {});
  if (!table.ok()) return {std::string(table.status().message())};
  std::vector<std::string> rows;
  Row row;
  while (true) {
    const auto more = (*table)->Next(&row);
    if (!more.ok()) rows.emplace_back(more.status().message());
    if (!more.ok() || !*more) return rows;
    const std::string line = row.place.substr(row.place.rfind(':') + 1);
    std::vector<std::string> cells;
    for (const std::string& column : (*table)->columns()) {
      if (row.status.ok()) cells.push_back(row.cells.at(column).bytes());
    }
    rows.push_back(row.status.ok() ? absl::StrCat(line, ": ", absl::StrJoin(cells, "|"))
                                   : absl::StrCat(line, "! ", row.status.message()));
  }
}

TEST(Table, TsvQuotesNothing) {
  EXPECT_THAT(TableOf("a.tsv", "x\ty\n\"a\tb\"\n"), ElementsAre("2: \"a|b\""));
}

TEST(Table, TsvTakesCrLfAByteOrderMarkEmptyLinesAndNoLastLineBreak) {
  EXPECT_THAT(TableOf("a.tsv", "\xEF\xBB\xBFx\ty\r\n1\t2\r\n\r\n\n3\t"),
              ElementsAre("2: 1|2", "5: 3|"));
}

TEST(Table, CsvFollowsRfc4180) {
  EXPECT_THAT(TableOf("a.csv", "x,\"y\"\r\n\"a, \"\"b\"\"\",\"two\nlines\"\r\n,\"\"\r\nc,d"),
              ElementsAre("2: a, \"b\"|two\nlines", "4: |", "5: c|d"));
}

TEST(Table, CsvEndsWithinARowOfEmptyCells) {
  EXPECT_THAT(TableOf("a.CSV", "x,y\n1,"), ElementsAre("2: 1|"));
}

TEST(Table, RaggedRowsAreToldAndTheNextOnesRead) {
  EXPECT_THAT(TableOf("a.tsv", "x\ty\n1\n1\t2\t3\n1\t2\n"),
              ElementsAre("2! the row has 1 cells, but the header 2",
                          "3! the row has 3 cells, but the header 2", "4: 1|2"));
}

TEST(Table, WrongQuotesAreToldAndTheNextRowsRead) {
  EXPECT_THAT(TableOf("a.csv", "x,y\na\"b,c\n\"a\"b,c\n1,2\n\"open,3\n4,5\n"),
              ElementsAre(HasSubstr("2! a quote stands within a cell"),
                          HasSubstr("3! something stands between"), "4: 1|2",
                          HasSubstr("a.csv:5: a quoted cell does not end before the file does")));
}

// The rest of the table counted as one broken row.
TEST(Table, ABrokenRowThatMayHaveSwallowedOthersEndsTheTable) {
  EXPECT_THAT(TableOf("a.csv", "x,y\n1,2\n\"open,3\n4,5\n"),
              ElementsAre("2: 1|2", HasSubstr("a.csv:3: a quoted cell does not end")));
  EXPECT_THAT(TableOf("a.csv", "x,y\n1,\"cut off"),
              ElementsAre(HasSubstr("a.csv:2: a quoted cell")));
  // The quote of one row is closed by that of another.
  EXPECT_THAT(TableOf("a.csv", "x,y\n\"a,1\nb,2\n\"c,3\n4,5\n"),
              ElementsAre(HasSubstr(
                  "a.csv:2: something stands between a closing quote and the next comma; it has "
                  "several lines")));
  EXPECT_THAT(
      TableOf("a.csv", "x,y\n\"a,1\nb,2\nc\"\n4,5\n"),
      ElementsAre(HasSubstr("a.csv:2: the row has 1 cells, but the header 2; it has several")));
  EXPECT_THAT(TableOf("a.csv", "x,y\n\"two\nlines\",1\n"), ElementsAre("2: two\nlines|1"));
  EXPECT_THAT(TableOf("a.csv", "x,y\n1\n\"a\"b,1\n4,5\n6"),
              ElementsAre(HasSubstr("2!"), HasSubstr("3!"), "4: 4|5", HasSubstr("5!")));
}

TEST(Table, BytesThatAreNotUtf8AreTold) {
  EXPECT_THAT(TableOf("a.tsv", "x\ncaf\xE9\ncaf\xC3\xA9\n"),
              ElementsAre("2! the row is not UTF-8", "3: caf\xC3\xA9"));
  EXPECT_THAT(TableOf("a.tsv", std::string("\xFF\xFEx\0\n\0", 6)),
              ElementsAre(HasSubstr("is UTF-16; save it as UTF-8")));
}

TEST(Table, RefusesAHeaderThatNamesNoColumns) {
  EXPECT_THAT(TableOf("a.tsv", ""),
              ElementsAre(HasSubstr("a.tsv: is empty; its first line must name the columns")));
  EXPECT_THAT(TableOf("a.tsv", "\n\r\n"), ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(TableOf("a.tsv", "x\t\n"), ElementsAre(HasSubstr("a.tsv:1: a column has no name")));
  EXPECT_THAT(TableOf("a.csv", "x, x\n"),
              ElementsAre(HasSubstr("a.csv:1: two columns are called 'x'")));
  EXPECT_THAT(TableOf("a.xlsx", "PK"),
              ElementsAre(HasSubstr("a.xlsx: its ending tells no format")));
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
      auto table = OpenRows(folder.Write(name, bytes), {});
      ASSERT_TRUE(table.ok()) << table.status();
      int64_t line = 1;
      for (Row row;;) {
        const auto more = (*table)->Next(&row);
        if (!more.ok() || !*more) break;
        int64_t next = 0;
        ASSERT_TRUE(absl::SimpleAtoi(row.place.substr(row.place.rfind(':') + 1), &next));
        ASSERT_GT(next, line) << seed;
        line = next;
        if (!row.status.ok()) continue;
        ASSERT_EQ(row.cells.size(), (*table)->columns().size()) << seed;
      }
    }
  }
}

}  // namespace
}  // namespace t2t
