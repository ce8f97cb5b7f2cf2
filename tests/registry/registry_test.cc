#include "registry/registry.h"

#include <gtest/gtest.h>

namespace t2t {
namespace {

TEST(RegistryTest, FindsWhatWasAdded) {
  Registry<int> numbers("number");
  ASSERT_TRUE(numbers.Add("two", {.summary = "after one", .tags = {"even"}, .value = 2}).ok());
  ASSERT_TRUE(numbers.Add("one", {.summary = "", .tags = {}, .value = 1}).ok());
  const auto two = numbers.Find("two");
  ASSERT_TRUE(two.ok()) << two.status();
  EXPECT_EQ((*two)->value, 2);
  EXPECT_EQ((*two)->summary, "after one");
  EXPECT_EQ(numbers.Names(), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(numbers.family(), "number");
}

TEST(RegistryTest, AnUnknownNameGetsTheNearest) {
  Registry<int> modalities("modality");
  ASSERT_TRUE(modalities.Add("text", {.summary = "", .tags = {}, .value = 1}).ok());
  const absl::Status status = modalities.Find("txet").status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_EQ(status.message(), "unknown modality 'txet'; did you mean 'text'?");
}

TEST(RegistryTest, ANameTakenTwiceIsAnErrorAndKeepsTheFirst) {
  Registry<int> problems("problem");
  ASSERT_TRUE(problems.Add("copy", {.summary = "", .tags = {}, .value = 1}).ok());
  const absl::Status status = problems.Add("copy", {.summary = "", .tags = {}, .value = 2});
  EXPECT_TRUE(absl::IsAlreadyExists(status));
  EXPECT_EQ(status.message(), "problem 'copy' is registered twice");
  EXPECT_EQ((*problems.Find("copy"))->value, 1);
}

TEST(RegistryTest, NamesAreSnakeCase) {
  Registry<int> problems("problem");
  for (const char* name :
       {"", "Copy", "2copy", "_copy", "co-py", "co py", "co:py", "copy\n", "k\xc3\xb6pie"}) {
    const absl::Status status = problems.Add(name, {.summary = "", .tags = {}, .value = 1});
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << name;
  }
  for (const char* name : {"c", "copy2", "g2p_cmudict", "a__b"}) {
    EXPECT_TRUE(problems.Add(name, {.summary = "", .tags = {}, .value = 1}).ok()) << name;
  }
}

}  // namespace
}  // namespace t2t
