#include "problems/problem.h"

#include <memory>
#include <string>

#include "files/folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "problems/catalogue/register_problems.h"
#include "problems/parameters.h"
#include "problems/shards/manifest.h"
#include "problems/shards/prepare.h"
#include "problems/shards/shard_reader.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::HasSubstr;

Registry<ProblemFactory> Catalogue() {
  Registry<ProblemFactory> problems("problem");
  EXPECT_TRUE(RegisterProblems(problems).ok());
  return problems;
}

std::string ErrorOf(const std::string& instance) {
  const auto problem = MakeProblem(Catalogue(), instance);
  EXPECT_FALSE(problem.ok()) << instance;
  return std::string(problem.status().message());
}

TEST(CheckSourceNames, AnUnknownNameIsAnErrorWithTheNearest) {
  EXPECT_TRUE(CheckSourceNames({}, {}).ok());
  EXPECT_TRUE(CheckSourceNames({{"cmudict", "/x"}}, {"fashion_mnist", "cmudict"}).ok());
  EXPECT_EQ(CheckSourceNames({{"cmudict", "/x"}, {"cmudct", "/y"}}, {"fashion_mnist", "cmudict"})
                .message(),
            "--source cmudct=/y: no source is called 'cmudct'; did you mean 'cmudict'?");
  EXPECT_THAT(std::string(CheckSourceNames({{"x", "/y"}}, {}).message()),
              HasSubstr("no source that can be given"));
}

TEST(MakeProblem, EveryRegisteredProblemDeclaresItself) {
  const Registry<ProblemFactory> problems = Catalogue();
  EXPECT_EQ(problems.Names().size(), 38u);
  for (const std::string& name : problems.Names()) {
    const auto problem = MakeProblem(problems, name);
    ASSERT_TRUE(problem.ok()) << problem.status();
    const ProblemSpec spec = (*problem)->Spec();
    EXPECT_EQ(spec.name, name);
    EXPECT_FALSE(spec.summary.empty()) << name;
    EXPECT_FALSE(spec.targets.empty()) << name;
    EXPECT_FALSE(spec.provenance.licence.empty()) << name;
    for (const Port& port : spec.inputs)
      EXPECT_EQ(spec.FindPort(port.name)->modality, port.modality);
    EXPECT_EQ(spec.FindPort("no_such_port"), nullptr);
  }
}

TEST(MakeProblem, TheOtherWayRoundReadsTheSameDataSet) {
  const auto forward = MakeProblem(Catalogue(), "reverse:length=3,count=4");
  const auto problem = MakeProblem(Catalogue(), "reverse_rev:length=3,count=4");
  ASSERT_TRUE(problem.ok()) << problem.status();
  const ProblemSpec there = (*forward)->Spec(), back = (*problem)->Spec();
  EXPECT_EQ(back.name, "reverse_rev:count=4,length=3");
  EXPECT_EQ(back.dataset_name(), there.name);
  EXPECT_EQ(there.dataset_name(), there.name);
  EXPECT_EQ((*problem)->dataset().Spec().name, there.name);
  EXPECT_EQ(back.inputs[0].name, there.targets[0].name);
  EXPECT_EQ(back.targets[0].name, there.inputs[0].name);
  EXPECT_EQ(back.revision, there.revision);
  const ScratchFolder folder;
  const auto made = PrepareData(**problem, {}, folder.path());
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->problem, there.name);
  EXPECT_FALSE(Exists(DatasetFolder(folder.path(), back.name)));
  const auto same = PrepareData(**forward, {}, folder.path());
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(same->date, made->date);
  EXPECT_EQ(same->splits[0].Fingerprint(), made->splits[0].Fingerprint());
}

// What is said of a target is of the way that it is made; what is aligned stays so.
TEST(MakeProblem, TheOtherWayRoundKeepsWhatIsAligned) {
  const ProblemSpec spec = (*MakeProblem(Catalogue(), "trna_structure_rev"))->Spec();
  EXPECT_EQ(spec.targets[0].name, "rna");
  EXPECT_EQ(spec.targets[0].aligned_with, "structure");
  EXPECT_EQ(spec.targets[0].scheme, "");
  EXPECT_EQ(spec.inputs[0].aligned_with, "");
  EXPECT_TRUE(spec.inputs[0].metrics.empty());
  EXPECT_THAT(ErrorOf("lm_debian_rev"), HasSubstr("no other way round"));
  EXPECT_THAT(ErrorOf("nothing_rev"), HasSubstr("nothing_rev"));
}

TEST(MakeProblem, AnyPortToAnyOtherOne) {
  const ProblemSpec whole = (*MakeProblem(Catalogue(), "tuxpaint_spoken:lang=fr"))->Spec();
  ASSERT_EQ(whole.targets.size(), 2u);
  const std::vector<std::string> ports = {"picture", "caption", "speech"};
  for (const std::string& from : ports) {
    for (const std::string& to : ports) {
      const std::string name = "tuxpaint_spoken_" + from + "_to_" + to + ":lang=fr";
      const auto problem = MakeProblem(Catalogue(), name);
      ASSERT_TRUE(problem.ok()) << problem.status();
      const ProblemSpec spec = (*problem)->Spec();
      EXPECT_EQ(spec.name, name);
      EXPECT_EQ(spec.dataset_name(), whole.name);
      ASSERT_EQ(spec.inputs.size() + spec.targets.size(), 2u);
      EXPECT_EQ(spec.inputs[0].name, from);
      EXPECT_EQ(spec.targets[0].name, from == to ? to + "_again" : to);
      EXPECT_EQ(spec.targets[0].modality, whole.FindPort(to)->modality);
      EXPECT_EQ(spec.aliases.size(), from == to ? 1u : 0u);
    }
  }
  // What was made in a way of its own is so only along the input that it needs.
  const ProblemSpec same = (*MakeProblem(Catalogue(), "trna_structure_rna_to_structure"))->Spec();
  EXPECT_EQ(same.targets[0].aligned_with, "rna");
  EXPECT_EQ(same.targets[0].scheme, "aligned");
  EXPECT_THAT(ErrorOf("tuxpaint_spoken_picture_to_capton"),
              HasSubstr("did you mean 'tuxpaint_spoken_picture_to_caption'?"));
  EXPECT_THAT(ErrorOf("text_to_image"), HasSubstr("text_to_image"));
}

// A port that is input and target has its values twice.
TEST(MakeProblem, APortToItselfIsReadTwice) {
  const auto problem = MakeProblem(Catalogue(), "reverse_text_to_text:length=3,count=4");
  ASSERT_TRUE(problem.ok()) << problem.status();
  const ScratchFolder folder;
  ASSERT_TRUE(PrepareData(**problem, {}, folder.path()).ok());
  const auto reader = SplitReader::Open(folder.path(), (*problem)->Spec(), "train");
  ASSERT_TRUE(reader.ok()) << reader.status();
  for (int64_t i = 0; i < 4; ++i) {
    const Example example = *(*reader)->Read(i);
    EXPECT_EQ(example.ports.at("text_again"), example.ports.at("text"));
  }
}

TEST(MakeProblem, ParametersArePartOfTheNameInTheOrderOfTheirKeys) {
  const auto problem = MakeProblem(Catalogue(), "reverse:length=12,count=20");
  ASSERT_TRUE(problem.ok()) << problem.status();
  EXPECT_EQ((*problem)->Spec().name, "reverse:count=20,length=12");
}

TEST(MakeProblem, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(ErrorOf("revers"), HasSubstr("did you mean 'reverse'?"));
  EXPECT_THAT(ErrorOf("reverse:lenth=3"),
              HasSubstr("unknown parameter 'lenth'; did you mean 'length'?"));
  EXPECT_THAT(ErrorOf("image_fashion_mnist:size=3"), HasSubstr("the problem has none"));
  EXPECT_THAT(ErrorOf("g2p_cmudict:stress=maybe"), HasSubstr("'maybe' is not one of: no, yes"));
  EXPECT_THAT(ErrorOf("caption_emoji:lang=../../x"), HasSubstr("is not a language"));
}

TEST(MakeProblem, RefusesMalformedParameters) {
  for (const char* bad : {"reverse:", "reverse:length", "reverse:=3", "reverse:length=",
                          "reverse:length=3,", "reverse:,", "reverse::", "reverse:length 3"}) {
    EXPECT_THAT(ErrorOf(bad), HasSubstr("is not key=value")) << bad;
  }
  EXPECT_THAT(ErrorOf("reverse:length=3,length=4"), HasSubstr("'length' is given twice"));
  for (const char* bad :
       {"reverse:length=0", "reverse:length=x", "reverse:length=1e3", "reverse:length=-1",
        "reverse:alphabet=27", "addition:digits=99999999999999999999"}) {
    EXPECT_THAT(ErrorOf(bad), HasSubstr("is not a whole number from")) << bad;
  }
  EXPECT_THAT(ErrorOf("addition:digits=1"),
              HasSubstr("2400 distinct examples are wanted, but there are only 100"));
}

}  // namespace
}  // namespace t2t
