// FixedProblem: a problem of given ports and examples, and its data set on disk.
#ifndef T2T_TESTS_TENSOR2TENSOR_EVALUATION_FIXED_PROBLEM_H_
#define T2T_TESTS_TENSOR2TENSOR_EVALUATION_FIXED_PROBLEM_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "problems/problem.h"
#include "problems/shards/manifest.h"
#include "problems/shards/prepare.h"
#include "problems/shards/shard_reader.h"
#include "registry/status_macros.h"

namespace t2t {

class FixedProblem : public Problem {
 public:
  using Splits = std::map<std::string, std::vector<Example>>;
  FixedProblem(ProblemSpec spec, Splits splits)
      : spec_(std::move(spec)), splits_(std::move(splits)) {}
  ProblemSpec Spec() const override { return spec_; }
  absl::Status Generate(const GenerateOptions&, ExampleSink& sink) const override {
    for (const auto& [split, examples] : splits_) {
      for (const Example& example : examples) T2T_RETURN_IF_ERROR(sink.Add(split, example));
    }
    return absl::OkStatus();
  }

 private:
  ProblemSpec spec_;
  Splits splits_;
};

// The examples as the split "test" of a data set under `data_folder`.
inline std::unique_ptr<SplitReader> WriteSplit(ProblemSpec spec, std::vector<Example> examples,
                                               const std::string& data_folder) {
  spec.splits = {"test"};
  const std::string folder = DatasetFolder(data_folder, spec.name);
  const auto manifest = PrepareData(FixedProblem(spec, {{"test", std::move(examples)}}), {},
                                    data_folder, {.again = true});
  EXPECT_TRUE(manifest.ok()) << manifest.status();
  auto reader = SplitReader::Open(folder, "test");
  EXPECT_TRUE(reader.ok()) << reader.status();
  return *std::move(reader);
}

}  // namespace t2t

#endif  // T2T_TESTS_TENSOR2TENSOR_EVALUATION_FIXED_PROBLEM_H_
