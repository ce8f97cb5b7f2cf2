#include "problems/problem.h"

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "problems/catalogue/register_problems.h"
#include "problems/parameters.h"

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
  EXPECT_EQ(problems.Names().size(), 19u);
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
