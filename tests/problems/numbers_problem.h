// Numbers: a problem of numbers, whose generation a test can watch, stop and end in its own way.
#ifndef T2T_TESTS_PROBLEMS_NUMBERS_PROBLEM_H_
#define T2T_TESTS_PROBLEMS_NUMBERS_PROBLEM_H_

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "problems/problem.h"

namespace t2t {

// Gives `count` training examples and one of the test split; calls `before` for each.
class Numbers : public Problem {
 public:
  explicit Numbers(int64_t count) : count_(count) {}
  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = "numbers:base=10";
    spec.summary = "numbers";
    spec.revision = revision;
    spec.targets = {{.name = "number", .modality = "text"}};
    return spec;
  }
  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    ++generated;
    if (options.source_used) options.source_used({"here", "made up", "", ""});
    for (int64_t i = 0; i < count_; ++i) {
      if (before) before(i);
      Example example;
      example.key = absl::StrCat("n", i);
      example.ports["number"] = std::to_string(options.seed * 1000 + static_cast<uint64_t>(i));
      const absl::Status status = sink.Add(i + 1 < count_ ? "train" : "test", example);
      if (!status.ok()) return status;
    }
    return last ? last(sink) : absl::OkStatus();
  }

  int64_t revision = 1;
  std::function<void(int64_t)> before;
  std::function<absl::Status(ExampleSink&)> last;
  mutable int generated = 0;

 private:
  int64_t count_;
};

}  // namespace t2t

#endif  // T2T_TESTS_PROBLEMS_NUMBERS_PROBLEM_H_
