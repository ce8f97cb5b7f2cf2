#include "tensor2tensor/library/plugin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tensor2tensor/library/run_config.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

class PluginTest : public ::testing::Test {
 protected:
  PluginTest() { EXPECT_TRUE(RegisterAll(library_).ok()); }
  // The message of an error, after which nothing is registered.
  std::string Refused(const std::string& path) {
    const size_t presets = library_.presets.Names().size();
    const absl::Status status = LoadPlugin(path, library_);
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(library_.presets.Names().size(), presets);
    return std::string(status.message());
  }
  Library library_;
};

TEST_F(PluginTest, RegistersWhatItBrings) {
  const absl::Status status = LoadPlugin(T2T_SAMPLE_PLUGIN, library_);
  ASSERT_TRUE(status.ok()) << status;
  Config config;
  ASSERT_TRUE(MergeConfiguration(library_, "of_a_plugin", Origin::kPreset, config).ok());
  Binder model = config.Root().Section("model");
  int64_t d_model = 0, ff = 0;
  model.Field("d_model", &d_model, "");
  model.Field("ff", &ff, "");
  EXPECT_EQ(d_model, 128);  // of what it extends
  EXPECT_EQ(ff, 7);
}

TEST_F(PluginTest, APathWithoutASlashIsOfTheWorkingFolder) {
  const std::filesystem::path path = T2T_SAMPLE_PLUGIN, before = std::filesystem::current_path();
  std::filesystem::current_path(path.parent_path());
  const absl::Status status = LoadPlugin(path.filename().string(), library_);
  std::filesystem::current_path(before);
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(PluginTest, WhatItsBodyReturnsIsTold) {
  ASSERT_TRUE(LoadPlugin(T2T_SAMPLE_PLUGIN, library_).ok());
  const absl::Status again = LoadPlugin(T2T_SAMPLE_PLUGIN, library_);
  EXPECT_EQ(again.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(again.message()),
              AllOf(HasSubstr(T2T_SAMPLE_PLUGIN), HasSubstr("'of_a_plugin' is registered twice")));
  Library other;  // the error of one does not stay
  ASSERT_TRUE(RegisterAll(other).ok());
  EXPECT_TRUE(LoadPlugin(T2T_SAMPLE_PLUGIN, other).ok());
}

TEST_F(PluginTest, OneOfAnotherStampIsRefusedWithBoth) {
  EXPECT_THAT(
      Refused(T2T_OTHER_STAMP_PLUGIN),
      AllOf(HasSubstr(T2T_OTHER_STAMP_PLUGIN), HasSubstr("tensor2tensor 0.0.1, LibTorch 1.0"),
            HasSubstr(T2T_PLUGIN_STAMP), HasSubstr("build the plug-in anew")));
}

TEST_F(PluginTest, OneThatLacksAFunctionIsRefusedBeforeItIsCalled) {
  EXPECT_THAT(Refused(T2T_UNLINKED_PLUGIN),
              AllOf(HasSubstr(T2T_UNLINKED_PLUGIN), HasSubstr("cannot be loaded"),
                    HasSubstr("WasNeverLinked")));
}

TEST_F(PluginTest, TheStampTellsVersionsThatMustAgree) {
  EXPECT_THAT(
      T2T_PLUGIN_STAMP,
      AllOf(HasSubstr("tensor2tensor " T2T_PLUGIN_VERSION), ContainsRegex("headers [0-9a-f]{12},"),
            HasSubstr("C++ ABI 1"), HasSubstr("LibTorch " TORCH_VERSION), HasSubstr("Abseil 2")));
}

TEST_F(PluginTest, ALibraryThatIsNoneIsRefused) {
  EXPECT_THAT(Refused(T2T_NO_PLUGIN), AllOf(HasSubstr(T2T_NO_PLUGIN), HasSubstr("is not a plug-in"),
                                            HasSubstr("T2T_PLUGIN")));
}

TEST_F(PluginTest, AFileThatIsNoLibraryIsRefused) {
  const ScratchFolder folder;
  for (const std::string bytes : {"", "a text file\n",
                                  "\x7f"
                                  "ELF"}) {
    const std::string path = folder.Write("plugin.so", bytes);
    EXPECT_THAT(Refused(path), AllOf(HasSubstr(path), HasSubstr("cannot be loaded")));
  }
}

TEST_F(PluginTest, AMissingFileOrAFolderIsNotFound) {
  const ScratchFolder folder;
  for (const std::string& path : {folder / "none.so", folder.path(), std::string()}) {
    EXPECT_EQ(LoadPlugin(path, library_).code(), absl::StatusCode::kNotFound) << path;
    EXPECT_THAT(Refused(path), HasSubstr(path));
  }
}

}  // namespace
}  // namespace t2t
