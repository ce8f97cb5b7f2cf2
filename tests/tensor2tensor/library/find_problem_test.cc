#include "tensor2tensor/library/find_problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kManifest[] =
    "name: plurals\n"
    "inputs: {singular: {modality: text, vocab: {kind: char}}}\n"
    "targets: {plural: {modality: text, vocab: {kind: char}, metrics: [cer]}}\n"
    "data: {train: plurals.tsv, valid: plurals.tsv, test: plurals.tsv}\n";
constexpr char kTable[] = "singular\tplural\nfish\tfish\nox\toxen\n";

class FindProblemTest : public ::testing::Test {
 protected:
  FindProblemTest() { EXPECT_TRUE(RegisterAll(library_).ok()); }

  std::string Folder(const std::string& folder, const std::string& manifest = kManifest) {
    scratch_.Write(folder + "/plurals.tsv", kTable);
    scratch_.Write(folder + "/manifest.yaml", manifest);
    return scratch_ / folder;
  }
  std::string NameOf(const std::string& name_or_folder) {
    const auto problem = FindProblem(library_, name_or_folder);
    EXPECT_TRUE(problem.ok()) << problem.status();
    return problem.ok() ? (*problem)->Spec().name : "";
  }
  std::string ErrorOf(const std::string& name_or_folder) {
    const auto problem = FindProblem(library_, name_or_folder);
    EXPECT_FALSE(problem.ok()) << name_or_folder;
    return std::string(problem.status().message());
  }

  ScratchFolder scratch_;
  Library library_;
};

TEST_F(FindProblemTest, ARegisteredNameWithItsParameters) {
  EXPECT_EQ(NameOf("copy"), "copy");
  EXPECT_EQ(NameOf("copy:length=5,count=20"), "copy:count=20,length=5");
  EXPECT_THAT(ErrorOf("cpoy"), AllOf(HasSubstr("unknown problem 'cpoy'"), HasSubstr("'copy'?")));
  EXPECT_THAT(ErrorOf("copy:lenght=5"), HasSubstr("did you mean 'length'?"));
  EXPECT_THAT(ErrorOf("copy:length=none"), HasSubstr("none"));
  EXPECT_FALSE(FindProblem(library_, "").ok());
}

TEST_F(FindProblemTest, AFolderHoweverItIsWritten) {
  const std::string folder = Folder("words");
  for (const std::string tail : {"", "/", "//", "/."}) EXPECT_EQ(NameOf(folder + tail), "plurals");
  const fs::path before = fs::current_path();
  fs::current_path(scratch_.path());
  for (const std::string path : {"words", "words/", "./words"}) EXPECT_EQ(NameOf(path), "plurals");
  fs::current_path(before);
}

TEST_F(FindProblemTest, AFolderHasTheViewsOfAnyProblem) {
  const std::string folder = Folder("words");
  EXPECT_EQ(NameOf(folder + "/_rev"), "plurals_rev");
  EXPECT_EQ(NameOf(folder + "/_rev/:limit=1"), "plurals_rev:limit=1");
  EXPECT_EQ(NameOf(folder + "/_copy"), "plurals_copy");
  const auto problem = FindProblem(library_, folder + "/_plural_to_singular");
  ASSERT_TRUE(problem.ok()) << problem.status();
  const ProblemSpec spec = (*problem)->Spec();
  EXPECT_EQ(spec.inputs.at(0).name, "plural");
  EXPECT_EQ(spec.targets.at(0).name, "singular");
  EXPECT_EQ(spec.dataset_name(), "plurals");
  EXPECT_EQ(FindProblem(library_, folder + "/_rve").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(ErrorOf(folder + "/_rve"),
              HasSubstr("_rve: no such view of the folder's problem; there are _rev, _copy and"));
  EXPECT_THAT(ErrorOf(folder + "/_plural_to_singlar"),
              HasSubstr("did you mean 'plurals_plural_to_singular'?"));
  EXPECT_THAT(ErrorOf(scratch_ / "none/_rev"), HasSubstr(scratch_ / "none/_rev/manifest.yaml"));
  // A folder may have such a name itself.
  EXPECT_EQ(NameOf(Folder("words/_rev")), "plurals");
  RunProblems problems(library_);
  EXPECT_EQ(*problems.Add(folder + "/_copy:limit=1"), "plurals_copy:limit=1");
  EXPECT_EQ(*problems.Add(folder), "plurals");
}

TEST_F(FindProblemTest, AFolderThatIsMissingOrEmptyIsNamed) {
  EXPECT_THAT(ErrorOf(scratch_ / "none/"), HasSubstr(scratch_ / "none/manifest.yaml"));
  fs::create_directories(scratch_ / "empty");
  EXPECT_THAT(ErrorOf(scratch_ / "empty"), HasSubstr(scratch_ / "empty/manifest.yaml"));
}

TEST_F(FindProblemTest, AWrongManifestIsToldWithItsPlace) {
  const std::string folder = Folder(
      "words", absl::StrReplaceAll(kManifest, {{"modality: text, vocab: {kind: char}, metrics",
                                                "modalty: text, metrics"}}));
  EXPECT_THAT(ErrorOf(folder),
              AllOf(HasSubstr(folder + "/manifest.yaml:3"), HasSubstr("modality")));
}

TEST_F(FindProblemTest, AnUnknownMetricIsToldBeforeAnythingIsTrained) {
  const std::string folder = Folder("words", absl::StrReplaceAll(kManifest, {{"[cer]", "[cre]"}}));
  EXPECT_THAT(ErrorOf(folder), AllOf(HasSubstr(folder + "/manifest.yaml"),
                                     HasSubstr("targets.plural.metrics"), HasSubstr("'cre'")));
}

// Both would have one data set.
TEST_F(FindProblemTest, AFolderMayNotHaveARegisteredName) {
  const std::string folder =
      Folder("words", absl::StrReplaceAll(kManifest, {{"plurals\n", "copy\n"}}));
  EXPECT_THAT(ErrorOf(folder),
              AllOf(HasSubstr("'copy' is a registered problem"), HasSubstr(folder)));
  RunProblems problems(library_);
  EXPECT_FALSE(problems.Add(folder).ok());
}

TEST_F(FindProblemTest, RunProblemsGiveAFolderItsName) {
  RunProblems problems(library_);
  EXPECT_EQ(*problems.Add("copy:count=5"), "copy:count=5");
  EXPECT_EQ(*problems.Add("no_such"), "no_such");  // told when it is made
  EXPECT_EQ(*problems.Add(Folder("words")), "plurals");
  const auto problem = MakeProblem(problems.registry(), "plurals");
  ASSERT_TRUE(problem.ok()) << problem.status();
  KeepingSink sink;
  ASSERT_TRUE((*problem)->Generate({}, sink).ok());
  EXPECT_EQ(sink.examples.at("train").size(), 2u);
  EXPECT_TRUE(problems.registry().Find("copy").ok());
  EXPECT_FALSE(library_.problems.Find("plurals").ok());  // the library stays as it is
  EXPECT_THAT(std::string(MakeProblem(problems.registry(), "plurals:count=5").status().message()),
              HasSubstr("unknown parameter 'count'"));
}

TEST_F(FindProblemTest, TwoFoldersOfOneNameAreAnError) {
  RunProblems problems(library_);
  ASSERT_TRUE(problems.Add(Folder("words")).ok());
  const auto second = problems.Add(Folder("other"));
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(second.status().message()),
              AllOf(HasSubstr(scratch_ / "other"), HasSubstr("'plurals'")));
}

TEST_F(FindProblemTest, ARunKeepsTheManifestAndNeedsTheFolderNoMore) {
  const std::string folder = Folder("words"), run = scratch_ / "run";
  RunProblems problems(library_);
  ASSERT_TRUE(problems.Add(folder).ok());
  const ProblemSpec spec = (*MakeProblem(problems.registry(), "plurals"))->Spec();
  ASSERT_TRUE(problems.Keep(run).ok());
  fs::remove_all(folder);
  fs::rename(run, scratch_ / "moved");
  RunProblems kept(library_);
  ASSERT_TRUE(kept.AddKept(scratch_ / "moved").ok());
  const auto problem = MakeProblem(kept.registry(), "plurals");
  ASSERT_TRUE(problem.ok()) << problem.status();
  EXPECT_EQ((*problem)->Spec().revision, spec.revision);
  EXPECT_EQ((*problem)->Spec().inputs.at(0).options, spec.inputs.at(0).options);
  EXPECT_EQ((*problem)->Spec().targets.at(0).metrics, std::vector<std::string>{"cer"});
  KeepingSink sink;
  EXPECT_EQ((*problem)->Generate({}, sink).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(FindProblemTest, WhatWasAddedGoesBeforeWhatWasKept) {
  const std::string folder = Folder("words"), run = scratch_ / "run";
  RunProblems first(library_);
  ASSERT_TRUE(first.Add(folder).ok());
  ASSERT_TRUE(first.Keep(run).ok());
  RunProblems second(library_);
  ASSERT_TRUE(second.Add(folder).ok());
  ASSERT_TRUE(second.AddKept(run).ok());
  KeepingSink sink;
  EXPECT_TRUE((*MakeProblem(second.registry(), "plurals"))->Generate({}, sink).ok());
}

TEST_F(FindProblemTest, ARunWithoutKeptProblemsHasNone) {
  RunProblems problems(library_);
  EXPECT_TRUE(problems.AddKept(scratch_ / "no run").ok());
  scratch_.Write("run/problems/notes.txt", "?");
  EXPECT_TRUE(problems.AddKept(scratch_ / "run").ok());
  EXPECT_EQ(problems.registry().Names(), library_.problems.Names());
  EXPECT_TRUE(problems.Keep(scratch_ / "run").ok());
}

}  // namespace
}  // namespace t2t
