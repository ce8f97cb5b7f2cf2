#include "files/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "files/atomic_file.h"
#include "tests/files/damage.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(NamesIn, AreSortedAndNoneWhereThereIsNoFolder) {
  const TestFolder folder;
  ASSERT_TRUE(MakeFolders(folder / "a/inner").ok());
  for (const char* name : {"b", ".hidden"})
    ASSERT_TRUE(WriteFileAtomically(folder / name, "").ok());
  EXPECT_THAT(*NamesIn(folder / "."), ElementsAre(".hidden", "a", "b"));
  EXPECT_THAT(*NamesIn(folder / "none"), IsEmpty());
  const auto file = NamesIn(folder / "b");
  ASSERT_FALSE(file.ok());
  EXPECT_THAT(std::string(file.status().message()), HasSubstr(folder / "b"));
}

// Where std::filesystem throws.
TEST(Exists, ANameThatNoFileCanHaveDoesNot) {
  const TestFolder folder;
  const std::string endless(5000, 'x');
  EXPECT_FALSE(Exists(endless));
  EXPECT_FALSE(NamesIn(endless).ok());
  ASSERT_TRUE(WriteFileAtomically(folder / "a", "").ok());
  EXPECT_TRUE(Exists(folder / "a"));
  EXPECT_TRUE(Exists(folder / "."));
  EXPECT_FALSE(Exists(folder / "b"));
}

}  // namespace
}  // namespace t2t
