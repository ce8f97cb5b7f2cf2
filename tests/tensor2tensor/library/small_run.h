// SmallRun: a run of the smallest size over any problems, without a download: examples of those that would
// need one are made up, of the kinds that their ports name.
//
//   SmallRun run;
//   run.Set("problems.g2p_cmudict=1");
//   ASSERT_TRUE(run.Make().ok());
//   ExpectTrainsAndDecodes(run);
#ifndef T2T_TESTS_TENSOR2TENSOR_LIBRARY_SMALL_RUN_H_
#define T2T_TESTS_TENSOR2TENSOR_LIBRARY_SMALL_RUN_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tensor2tensor/library/library.h"
#include "tensor2tensor/library/run_config.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {

class SmallRun {
 public:
  static constexpr int64_t kExamples = 6;  // of each split, where `examples` says nothing else

  // Over a preset, and over what it extends.
  explicit SmallRun(const std::string& preset = "");

  // Registers a problem of these ports and names it in the configuration.
  void AddProblem(const ProblemSpec& spec);
  void Set(const std::string& assignment);     // as of --set
  void SetInherited(const std::string& yaml);  // as of a preset: need not be read
  // Binds the configuration; makes data, vocabularies and the model.
  absl::Status Make();
  absl::Status MakeTasks();  // the same without the model
  // Leaves a run folder behind, as `t2t train` does.
  absl::Status Train(int64_t steps);

  std::string run_folder() const { return folder_ / "run"; }
  std::string data_folder() const { return folder_ / "data"; }
  std::vector<Example> Examples(const Task& task) const;  // of the train split

  int64_t examples = kExamples;
  Library library;
  Config config;
  RunOptions options;
  std::vector<Task> tasks;
  std::shared_ptr<Model> model;

 private:
  absl::Status PrepareTask(const Task& task) const;

  ScratchFolder folder_;
};

// One step of the optimizer over all tasks at once, whose loss falls; one decoded unit of every target.
void ExpectTrainsAndDecodes(SmallRun& run);

// A spec with one input and one target, whose ports are called "given" and "wanted".
// A target that is aligned is so with that input.
ProblemSpec OneToOne(const std::string& name, Port given, Port wanted);

}  // namespace t2t

#endif  // T2T_TESTS_TENSOR2TENSOR_LIBRARY_SMALL_RUN_H_
