// TrainingWorld: the data sets, tasks and models of some problems in a scratch folder.
#ifndef T2T_TESTS_TRAINER_TRAINING_WORLD_H_
#define T2T_TESTS_TRAINER_TRAINING_WORLD_H_

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "problems/shards/manifest.h"
#include "problems/shards/prepare.h"
#include "problems/shards/shard_reader.h"
#include "tensor2tensor/library/library.h"
#include "tensor2tensor/models/task.h"
#include "tests/problems/scratch_folder.h"
#include "trainer/trainer.h"

namespace t2t {

class TrainingWorld {
 public:
  // `sets`: as of --set, over a body of 16 units.
  explicit TrainingWorld(const std::vector<std::string>& sets = {}) {
    at::set_num_threads(1);  // of tensors so small threads would only wait for each other
    EXPECT_TRUE(RegisterAll(library_).ok());
    EXPECT_TRUE(config_
                    .MergeYaml("model: {d_model: 16, heads: 2, ff: 32, encoder_layers: 1, "
                               "decoder_layers: 1, layers: 1, dropout: 0.2}",
                               Origin::kPreset, "test")
                    .ok());
    for (const std::string& set : sets) EXPECT_TRUE(config_.Set(set).ok()) << set;
  }

  // A registered problem, such as "copy:count=100".
  void Add(const std::string& instance) {
    auto problem = MakeProblem(library_.problems, instance);
    ASSERT_TRUE(problem.ok()) << problem.status();
    Add(**problem);
  }
  void Add(const Problem& problem) {
    const auto manifest = PrepareData(problem, {}, folder_ / "data");
    ASSERT_TRUE(manifest.ok()) << manifest.status();
    auto task = MakeTask(problem.Spec(), library_.modalities, library_.schemes, config_);
    ASSERT_TRUE(task.ok()) << task.status();
    tasks_.push_back(*std::move(task));
  }

  const Task& task(const std::string& name) const {
    for (const Task& candidate : tasks_) {
      if (candidate.spec.name == name) return candidate;
    }
    ADD_FAILURE() << name;
    return tasks_.at(0);
  }
  std::shared_ptr<const SplitReader> Split(const std::string& name,
                                           const std::string& split = "train") const {
    auto reader = SplitReader::Open(DatasetFolder(folder_ / "data", name), split);
    EXPECT_TRUE(reader.ok()) << reader.status();
    return reader.ok() ? *std::move(reader) : nullptr;
  }
  // `bodies`: in place of the library's.
  std::shared_ptr<Model> NewModel(const Registry<BodyFactory>* bodies = nullptr) {
    ModelRegistries registries = library_.model_registries();
    if (bodies != nullptr) registries.bodies = bodies;
    auto model = Model::Make(tasks_, registries, config_, 1);
    EXPECT_TRUE(model.ok()) << model.status();
    return *std::move(model);
  }

  // Trains a new model on all problems, which take turns, in the run folder `run`; quick and quiet.
  TrainSetup Setup(const std::string& run) {
    TrainSetup setup;
    setup.run_folder = folder_ / run;
    setup.data_folder = folder_ / "data";
    setup.tasks = &tasks_;
    for (const Task& task : tasks_) setup.rates[task.spec.name] = 1;
    setup.model = NewModel();
    setup.trainer.steps = 8;
    setup.trainer.log_every = 1;
    setup.trainer.checkpoint_every = 1000;
    setup.trainer.tensorboard = false;
    setup.trainer.probe = false;
    setup.validation.every = 0;
    setup.validation.decoded = false;
    setup.data.batching.tokens_per_batch = 200;
    setup.data.window = 30;
    setup.schedule.kind = "constant";
    setup.schedule.warmup_steps = 0;
    return setup;
  }
  std::string data_folder() const { return folder_ / "data"; }
  const Registry<ProblemFactory>& problems() const { return library_.problems; }
  // To put a codec of a test's own in.
  std::vector<Task>& tasks() { return tasks_; }

 private:
  ScratchFolder folder_;
  Library library_;
  Config config_;
  std::vector<Task> tasks_;
};

// Everything a batch holds, as bytes: two batches are equal when these are.
inline std::string Bytes(const Batch& batch) {
  std::string bytes = batch.problem + "\n";
  const auto add = [&](const at::Tensor& tensor) {
    if (!tensor.defined()) return;
    for (int64_t size : tensor.sizes()) bytes += std::to_string(size) + ",";
    const at::Tensor data = tensor.contiguous();
    bytes.append(static_cast<const char*>(data.const_data_ptr()), data.nbytes());
  };
  for (const int64_t row : batch.packed_rows) bytes += std::to_string(row) + "/";
  for (size_t i = 0; i < batch.examples.size(); ++i) {
    bytes += std::to_string(batch.examples[i]) + ":" + std::to_string(batch.keys[i]) + " ";
  }
  for (const auto* ports : {&batch.inputs, &batch.targets}) {
    for (const auto& [name, units] : *ports) {
      bytes += name;
      add(units.ids);
      add(units.frames);
      add(units.positions);
      for (int64_t length : units.lengths) bytes += std::to_string(length) + ";";
    }
  }
  for (const auto& [name, rows] : batch.unseen) {
    bytes += name;
    for (const bool row : rows) bytes += row ? '1' : '0';
  }
  return bytes;
}

}  // namespace t2t

#endif  // T2T_TESTS_TRAINER_TRAINING_WORLD_H_
