#include "tests/tensor2tensor/library/small_run.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "random/philox.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/predict.h"
#include "tensor2tensor/runs/codec_store.h"
#include "tests/tensor2tensor/evaluation/fixed_problem.h"
#include "trainer/trainer.h"

namespace t2t {
namespace {

constexpr char kSmallest[] =
    "model: {d_model: 16, heads: 2, ff: 24, encoder_layers: 1, decoder_layers: 1, layers: 1}\n"
    "trainer: {threads: 1, device: cpu, tensorboard: false, probe: false}\n";

absl::StatusOr<Value> ExampleValue(const TaskPort& port, int64_t i) {
  if (port.modality->sample) return port.modality->sample(*port.codec, i);
  return absl::UnimplementedError(absl::StrCat(port.port.name, ": the modality '",
                                               port.port.modality,
                                               "' has no `sample` at its registration"));
}

// As many units as `length` says, all the first of `value`; its first character where the codec has not learned yet.
absl::StatusOr<Value> OfLength(const TaskPort& port, const Value& value, int64_t length) {
  if (port.codec->needs_learning())
    return Value(std::string(static_cast<size_t>(length), value.bytes().at(0)));
  T2T_ASSIGN_OR_RETURN(Units units, port.codec->Encode(value, {}));
  units.ids.assign(static_cast<size_t>(length), units.ids.at(0));
  return port.codec->Decode(units);
}

}  // namespace

SmallRun::SmallRun(const std::string& preset) {
  at::set_num_threads(1);
  EXPECT_TRUE(RegisterAll(library).ok());
  if (!preset.empty()) {
    const absl::Status status = MergeConfiguration(library, preset, Origin::kPreset, config);
    EXPECT_TRUE(status.ok()) << status;
  }
  SetInherited(kSmallest);
}

void SmallRun::AddProblem(const ProblemSpec& spec) {
  const auto make = [spec](const ProblemParameters&) {
    return std::make_unique<FixedProblem>(spec, FixedProblem::Splits());
  };
  const absl::Status status =
      library.problems.Add(spec.name, {.summary = "made up", .tags = {}, .value = make});
  EXPECT_TRUE(status.ok()) << status;
  Set(absl::StrCat("problems.", spec.name, "=1"));
}

void SmallRun::Set(const std::string& assignment) {
  const absl::Status status = config.Set(assignment);
  EXPECT_TRUE(status.ok()) << status;
}

void SmallRun::SetInherited(const std::string& yaml) {
  const absl::Status status = config.MergeYaml(yaml, Origin::kPreset, "smallest");
  EXPECT_TRUE(status.ok()) << status;
}

absl::Status SmallRun::PrepareTask(const Task& task) const {
  T2T_ASSIGN_OR_RETURN(const auto problem, MakeProblem(library.problems, task.spec.name));
  const std::string& dataset = task.spec.dataset_name();
  const std::string name = dataset.substr(0, dataset.find(':'));
  const std::vector<std::string>& tags = library.problems.entries().at(name).tags;
  if (std::find(tags.begin(), tags.end(), "generated") != tags.end()) {
    GenerateOptions generate;
    generate.limit = examples;
    generate.offline = true;
    return PrepareData(*problem, generate, data_folder()).status();
  }
  const ProblemSpec spec = problem->dataset().Spec();
  FixedProblem::Splits splits;
  for (const std::string& split : task.spec.splits) {
    for (int64_t i = 0; i < examples; ++i) {
      Example example;
      example.key = absl::StrCat(split, "-", i);
      for (const Task& view : tasks) {  // of the same data set
        if (view.spec.dataset_name() != dataset) continue;
        for (const auto* ports : {&view.inputs, &view.targets}) {
          for (const TaskPort& port : *ports) {
            if (spec.FindPort(port.port.name) == nullptr) continue;  // an alias
            if (example.ports.count(port.port.name) > 0) continue;
            T2T_ASSIGN_OR_RETURN(example.ports[port.port.name], ExampleValue(port, i));
          }
        }
      }
      for (const Task& view : tasks) {
        if (view.spec.dataset_name() != dataset) continue;
        for (const TaskPort& port : view.targets) {
          if (port.guide.empty() && port.port.aligned_with.empty()) continue;
          if (port.codec->gives_frames()) continue;  // samples have frames enough
          int64_t length = 1;                        // what lies along any input
          if (!port.port.aligned_with.empty()) {
            const TaskPort& guide = *view.Find(port.port.aligned_with);
            T2T_ASSIGN_OR_RETURN(const Units units,
                                 guide.codec->Encode(example.ports[guide.port.name], {}));
            length = units.length();
          }
          Value& value = example.ports[port.port.name];
          T2T_ASSIGN_OR_RETURN(value, OfLength(port, value, length));
        }
      }
      splits[split].push_back(std::move(example));
    }
  }
  return PrepareData(FixedProblem(spec, std::move(splits)), {}, data_folder()).status();
}

absl::Status SmallRun::MakeTasks() {
  T2T_ASSIGN_OR_RETURN(tasks, BindRun(library, library.problems, config, &options));
  for (const Task& task : tasks) T2T_RETURN_IF_ERROR(PrepareTask(task));
  return LearnCodecs(run_folder(), tasks, data_folder(), [](const std::string&) {});
}

absl::Status SmallRun::Make() {
  T2T_RETURN_IF_ERROR(MakeTasks());
  T2T_ASSIGN_OR_RETURN(model, Model::Make(tasks, library.model_registries(), config, 1));
  return config.Finish();
}

absl::Status SmallRun::Train(int64_t steps) {
  T2T_RETURN_IF_ERROR(MakeFolders(run_folder()));
  T2T_RETURN_IF_ERROR(WriteFileAtomically(run_folder() + "/config.yaml", config.Dump(false)));
  TrainSetup setup;
  setup.run_folder = run_folder();
  setup.data_folder = data_folder();
  setup.tasks = &tasks;
  setup.rates = options.problems;
  setup.mixture = options.mixture;
  setup.model = model;
  setup.trainer = options.trainer;
  setup.trainer.steps = steps;
  setup.validation = options.validation;
  setup.data = options.data;
  setup.optimizer = options.optimizer;
  setup.schedule = options.schedule;
  T2T_ASSIGN_OR_RETURN(const auto trainer, Trainer::Make(std::move(setup)));
  return trainer->Run();
}

std::vector<Example> SmallRun::Examples(const Task& task) const {
  const auto reader = SplitReader::Open(data_folder(), task.spec, "train");
  EXPECT_TRUE(reader.ok()) << reader.status();
  std::vector<Example> read;
  for (int64_t i = 0; i < (*reader)->size(); ++i) read.push_back(*(*reader)->Read(i));
  return read;
}

void ExpectTrainsAndDecodes(SmallRun& run) {
  std::vector<Batch> batches;
  for (const Task& task : run.tasks) {
    std::vector<EncodedExample> encoded;
    std::vector<int64_t> rows;
    for (const Example& example : run.Examples(task)) {
      auto one = EncodePorts(task, example, /*with_targets=*/true, 0);
      ASSERT_TRUE(one.ok()) << one.status();
      rows.push_back(static_cast<int64_t>(encoded.size()));
      encoded.push_back(*std::move(one));
      encoded.back().key = RandomKey(2).With(example.key).value();
    }
    ASSERT_EQ(static_cast<int64_t>(rows.size()), SmallRun::kExamples);
    batches.push_back(MakeBatch(task, encoded, rows, /*with_targets=*/true));
  }
  const auto optimizer = Optimizer::Make(run.options.optimizer, run.model->named_parameters());
  ASSERT_TRUE(optimizer.ok()) << optimizer.status();
  // The same rows have the same dropout, so that the loss is the same function before and after.
  const auto loss = [&] {
    (*optimizer)->ZeroGrad();
    const auto losses = AccumulateGradients(*run.model, batches, run.options.trainer.loss, 1);
    EXPECT_TRUE(losses.ok()) << losses.status();
    double sum = 0;
    for (const auto& [port, plain] : losses->plain) sum += plain;
    return sum;
  };
  const double before = loss();
  for (const auto& parameter : run.model->named_parameters()) {
    ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key() << " has no gradient";
  }
  ClipByGlobalNorm(run.model->parameters(), run.options.trainer.clip_norm);
  (*optimizer)->Step(1e-3);
  EXPECT_LT(loss(), before);
  PredictOptions predict;
  predict.decode.max_length = 1;
  for (const Task& task : run.tasks) {
    for (const TaskPort& target : task.targets) {
      const std::vector<Example> examples = run.Examples(task);
      const auto found = Predict(*run.model, task, target.port.name, examples, predict);
      ASSERT_TRUE(found.ok()) << found.status();
      ASSERT_EQ(found->size(), examples.size());
      for (const Prediction& prediction : *found) {
        ASSERT_EQ(prediction.candidates.size(), 1u);
        if (target.codec->vocabulary_size() == 0) continue;  // numbers have none
        EXPECT_TRUE(std::isfinite(prediction.candidates[0].log_probability));
        EXPECT_LE(prediction.candidates[0].log_probability, 0);
      }
    }
  }
}

ProblemSpec OneToOne(const std::string& name, Port given, Port wanted) {
  given.name = "given";
  wanted.name = "wanted";
  ProblemSpec spec;
  spec.name = name;
  if (!wanted.aligned_with.empty()) wanted.aligned_with = given.name;
  spec.inputs = {std::move(given)};
  spec.targets = {std::move(wanted)};
  return spec;
}

}  // namespace t2t
