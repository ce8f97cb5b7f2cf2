// What registered problems give, for their tests.
#ifndef T2T_TESTS_PROBLEMS_CATALOGUE_KIT_H_
#define T2T_TESTS_PROBLEMS_CATALOGUE_KIT_H_

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "problems/catalogue/register_problems.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {

inline std::unique_ptr<Problem> MakeRegistered(const std::string& instance) {
  Registry<ProblemFactory> problems("problem");
  EXPECT_TRUE(RegisterProblems(problems).ok());
  auto problem = MakeProblem(problems, instance);
  EXPECT_TRUE(problem.ok()) << problem.status();
  return *std::move(problem);
}

inline KeepingSink Generate(const std::string& instance, const GenerateOptions& options = {}) {
  KeepingSink sink;
  const auto problem = MakeRegistered(instance);
  EXPECT_EQ(CheckSourceNames(options.source_paths, problem->Spec().sources), absl::OkStatus());
  const absl::Status status = problem->Generate(options, sink);
  EXPECT_TRUE(status.ok()) << status;
  return sink;
}

// The split of every example by its key.
inline std::map<std::string, std::string> SplitsOf(const KeepingSink& sink) {
  std::map<std::string, std::string> splits;
  for (const auto& [split, examples] : sink.examples) {
    for (const Example& example : examples) splits[example.key] = split;
  }
  return splits;
}

}  // namespace t2t

#endif  // T2T_TESTS_PROBLEMS_CATALOGUE_KIT_H_
