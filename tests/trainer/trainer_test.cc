// The loop in process, over generated problems.
#include "trainer/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "files/atomic_file.h"
#include "tensor2tensor/models/transformer_body.h"
#include "tests/trainer/training_world.h"

namespace t2t {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kCopy[] = "copy:count=60", kStripes[] = "image_stripes:count=40";

class TrainerTest : public testing::Test {
 protected:
  TrainerTest() {
    world_.Add(kCopy);
    world_.Add(kStripes);
  }
  static absl::Status Train(TrainSetup setup) {
    auto trainer = Trainer::Make(std::move(setup));
    return trainer.ok() ? (*trainer)->Run() : trainer.status();
  }
  // Trains with one problem alone.
  TrainSetup CopyAlone(const std::string& run) {
    if (world_.tasks().size() > 1) world_.tasks().pop_back();
    TrainSetup setup = world_.Setup(run);
    setup.validation.every = 1;
    setup.validation.best = std::string(kCopy) + ".copied.tf_loss";
    return setup;
  }
  static std::vector<nlohmann::json> Log(const TrainSetup& setup, const std::string& kind) {
    std::vector<nlohmann::json> records;
    const auto text = ReadFile(setup.run_folder + "/log.jsonl");
    EXPECT_TRUE(text.ok()) << text.status();
    for (absl::string_view line : absl::StrSplit(text.value_or(""), '\n', absl::SkipEmpty())) {
      nlohmann::json record = nlohmann::json::parse(line);
      for (const char* key :
           {"seconds", "tokens_per_second", "decisions_per_second", "validation_seconds"})
        record.erase(key);
      if (record["kind"] == kind) records.push_back(std::move(record));
    }
    return records;
  }
  static Checkpoint Last(const TrainSetup& setup) {
    const CheckpointFolder folder(setup.run_folder);
    auto checkpoint = folder.Load(folder.Steps().back(), true);
    EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
    return *std::move(checkpoint);
  }
  static void ExpectSame(const NamedTensors& a, const NamedTensors& b) {
    ASSERT_EQ(a.size(), b.size());
    for (const auto& [name, tensor] : a) EXPECT_TRUE(tensor.equal(b.at(name))) << name;
  }

  TrainingWorld world_;
};

TEST_F(TrainerTest, AResumedRunOfTwoProblemsHasTheSameWeights) {
  const auto setup = [&](const std::string& run, int64_t steps) {
    TrainSetup made = world_.Setup(run);
    made.trainer.steps = steps;
    made.trainer.micro_batches = 3;
    made.trainer.average_decay = 0.9;
    return made;
  };
  const TrainSetup whole = setup("whole", 9);
  ASSERT_TRUE(Train(whole).ok());
  for (const int64_t steps : {1, 4, 9}) ASSERT_TRUE(Train(setup("parts", steps)).ok());
  const TrainSetup parts = setup("parts", 9);
  const Checkpoint a = Last(whole), b = Last(parts);
  ExpectSame(a.model, b.model);
  ExpectSame(a.optimizer, b.optimizer);
  ExpectSame(a.average, b.average);
  EXPECT_EQ(a.state["problems"], b.state["problems"]);
  EXPECT_EQ(a.state["drawn"], b.state["drawn"]);
  EXPECT_EQ(Log(whole, "train"), Log(parts, "train"));
  EXPECT_EQ(Log(whole, "valid").back(), Log(parts, "valid").back());
  EXPECT_FALSE(
      a.model.begin()->second.equal(world_.NewModel()->named_parameters()[a.model.begin()->first]));
}

TEST_F(TrainerTest, ExamplesThatShareRowsAreTrainedAndGoneOnWith) {
  const auto setup = [&](const std::string& run, int64_t steps) {
    TrainSetup made = world_.Setup(run);
    made.trainer.steps = steps;
    made.trainer.probe = true;
    made.data.pack = 80;
    return made;
  };
  ASSERT_EQ(Train(setup("whole", 8)), absl::OkStatus());
  ASSERT_EQ(Train(setup("parts", 3)), absl::OkStatus());
  ASSERT_EQ(Train(setup("parts", 8)), absl::OkStatus());
  ExpectSame(Last(setup("whole", 8)).model, Last(setup("parts", 8)).model);
}

// A body that reads each row by itself.
class UnpackingBody : public TransformerBody {
 public:
  using TransformerBody::TransformerBody;
  bool packs() const override { return false; }
};

TEST_F(TrainerTest, ABodyThatDoesNotPackIsRefused) {
  Registry<BodyFactory> bodies("body");
  ASSERT_TRUE(
      bodies
          .Add("transformer",
               {.summary = "reads rows by themselves",
                .tags = {},
                .value = [](Binder& b, int64_t axes) -> absl::StatusOr<std::shared_ptr<Body>> {
                  TransformerOptions options;
                  options.Bind(b);
                  return std::make_shared<UnpackingBody>(options, axes);
                }})
          .ok());
  TrainSetup setup = world_.Setup("run");
  setup.model = world_.NewModel(&bodies);
  setup.data.pack = 80;
  const absl::Status status = Train(std::move(setup));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("data.pack = 80: this body does not pack"));
}

TEST_F(TrainerTest, FrozenParametersStayWhileTheOthersLearn) {
  TrainSetup setup = world_.Setup("frozen");
  // All of one problem, and the body.
  setup.trainer.freeze = {"body.*", absl::StrCat("ports.", kStripes, ".*")};
  setup.trainer.micro_batches = 2;
  std::map<std::string, at::Tensor> before;
  for (const auto& item : setup.model->named_parameters())
    before[item.key()] = item.value().detach().clone();
  ASSERT_TRUE(Train(setup).ok());
  int64_t frozen = 0, trained = 0;
  for (const auto& [name, now] : Last(setup).model) {
    const auto parameter = before.find(name);
    if (parameter == before.end()) continue;
    const bool stays =
        absl::StartsWith(name, "body.") || absl::StartsWith(name, absl::StrCat("ports.", kStripes));
    EXPECT_TRUE(!stays || now.equal(parameter->second)) << name;
    frozen += stays ? 1 : 0;
    trained += !stays && !now.equal(parameter->second) ? 1 : 0;
  }
  EXPECT_GT(frozen, 10);
  EXPECT_GT(trained, 0);
  for (const auto& [name, state] : Last(setup).optimizer)
    EXPECT_THAT(name, Not(HasSubstr("body."))) << name;
  setup = world_.Setup("wrong");
  setup.trainer.freeze = {"boby.*"};
  EXPECT_THAT(std::string(Train(setup).message()),
              HasSubstr("trainer.freeze: 'boby.*' fits no parameter"));
  setup = world_.Setup("all");
  setup.trainer.freeze = {"*"};
  EXPECT_THAT(std::string(Train(setup).message()), HasSubstr("leaves nothing to be trained"));
}

// The bug: a damaged record met in the middle threw away what was trained since the last checkpoint.
TEST_F(TrainerTest, ABrokenRecordSavesTheStepsBeforeIt) {
  const auto setup = [&](const std::string& run) {
    TrainSetup made = CopyAlone(run);
    made.validation.every = 0;
    made.trainer.steps = 40;
    made.trainer.checkpoint_every = 1000;
    made.data.window = 10;
    return made;
  };
  const TrainSetup whole = setup("whole");
  ASSERT_TRUE(Train(whole).ok());
  const std::string folder = DatasetFolder(whole.data_folder, kCopy);
  const std::string shard = folder + "/" + ReadManifest(folder)->FindSplit("train")->shards[0].file;
  const std::string bytes = *ReadFile(shard);
  std::string damaged = bytes;
  damaged[bytes.size() / 2] = static_cast<char>(~damaged[bytes.size() / 2]);
  ASSERT_TRUE(WriteFileAtomically(shard, damaged).ok());
  const absl::Status stopped = Train(setup("stopped"));
  ASSERT_TRUE(absl::IsDataLoss(stopped)) << stopped;
  ASSERT_TRUE(std::filesystem::exists(setup("stopped").run_folder + "/checkpoints/last"));
  const nlohmann::json state = Last(whole).state;
  const nlohmann::json kept = Last(setup("stopped")).state;
  const int64_t step = kept["step"];
  ASSERT_GT(step, 0);
  ASSERT_LT(step, 40);
  EXPECT_THAT(stopped.message(), HasSubstr(absl::StrCat("; step ", step, " before it is saved")));
  // What was drawn for the step that failed is drawn again.
  EXPECT_EQ(kept["drawn"][kCopy], step);
  ASSERT_TRUE(WriteFileAtomically(shard, bytes).ok());
  ASSERT_TRUE(Train(setup("stopped")).ok());
  ExpectSame(Last(setup("stopped")).model, Last(whole).model);
  EXPECT_EQ(Last(setup("stopped")).state["problems"], state["problems"]);
}

// Without learning every evaluation is as good as the first.
TEST_F(TrainerTest, PatienceEndsTheRun) {
  TrainSetup setup = CopyAlone("run");
  setup.trainer.steps = 100;
  setup.trainer.patience = 3;
  setup.validation.every = 2;
  setup.schedule.learning_rate = 0;
  ASSERT_TRUE(Train(setup).ok());
  std::vector<int64_t> evaluated;
  for (const auto& record : Log(setup, "valid")) evaluated.push_back(record["step"]);
  EXPECT_THAT(evaluated, ElementsAre(2, 4, 6, 8));
  EXPECT_EQ(Last(setup).state["step"], 8);
  // Nor does it go on when it is started again.
  setup.model = world_.NewModel();
  ASSERT_TRUE(Train(setup).ok());
  EXPECT_EQ(Last(setup).state["step"], 8);
}

TEST_F(TrainerTest, MaxTimeStopsEvaluatesAndSaves) {
  TrainSetup setup = CopyAlone("run");
  setup.trainer.steps = 1 << 30;
  setup.trainer.max_seconds = 0.2;
  setup.validation.every = 0;
  ASSERT_TRUE(Train(setup).ok());
  const int64_t step = Last(setup).state["step"];
  EXPECT_GT(step, 0);
  EXPECT_LT(step, setup.trainer.steps);
  EXPECT_EQ(Log(setup, "valid").back()["step"], step);
  // The time is used up.
  setup.model = world_.NewModel();
  ASSERT_TRUE(Train(setup).ok());
  EXPECT_EQ(Last(setup).state["step"], step);
}

// The gradient is followed upwards, so that each evaluation is worse than the one before: the second best one is never
// "better", and was not saved.
TEST_F(TrainerTest, KeepsTheBestK) {
  TrainSetup setup = CopyAlone("run");
  setup.trainer.steps = 5;
  setup.trainer.keep_best = 2;
  setup.trainer.keep_last = 1;
  setup.schedule.learning_rate = -0.01;
  ASSERT_TRUE(Train(setup).ok());
  const auto records = Log(setup, "valid");
  for (size_t i = 1; i < records.size(); ++i)
    ASSERT_LT(records[i]["chosen"].get<double>(), records[i - 1]["chosen"].get<double>());
  const CheckpointFolder folder(setup.run_folder);
  EXPECT_THAT(folder.Steps(), ElementsAre(1, 2, 5));
  EXPECT_EQ(folder.Resolve("best").value_or(-1), 1);
}

TEST_F(TrainerTest, TheLinkBestFollowsTheBest) {
  TrainSetup setup = CopyAlone("run");
  setup.trainer.keep_last = 1;
  setup.trainer.steps = 6;
  setup.schedule.learning_rate = 0.01;
  ASSERT_TRUE(Train(setup).ok());
  const CheckpointFolder folder(setup.run_folder);
  int64_t best = 1;
  double value = -1e9;
  for (const auto& record : Log(setup, "valid")) {
    if (record["chosen"].get<double>() > value) best = record["step"];
    value = std::max(value, record["chosen"].get<double>());
  }
  EXPECT_GT(best, 1);
  EXPECT_EQ(folder.Resolve("best").value_or(-1), best);
}

// A process that was killed between saving and marking left it so.
TEST_F(TrainerTest, ADanglingLinkBestIsMendedWhenTheRunGoesOn) {
  TrainSetup setup = CopyAlone("run");
  setup.trainer.steps = 2;
  setup.schedule.learning_rate = 0.01;
  ASSERT_TRUE(Train(setup).ok());
  const CheckpointFolder folder(setup.run_folder);
  const int64_t best = folder.Resolve("best").value_or(-1);
  ASSERT_GT(best, 0);
  ASSERT_TRUE(folder.MarkBest(77).ok());
  ASSERT_FALSE(folder.Resolve("best").ok());
  setup.model = world_.NewModel();
  ASSERT_TRUE(Trainer::Make(setup).ok());
  EXPECT_EQ(folder.Resolve("best").value_or(-1), best);
}

// Sends SIGTERM to its process when it encodes for an evaluation (training augments), once.
class SignallingCodec : public Codec {
 public:
  explicit SignallingCodec(std::shared_ptr<Codec> inner) : inner_(std::move(inner)) {}
  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions& options) const override {
    if (!options.augment && !sent_) {
      sent_ = true;
      std::raise(SIGTERM);
    }
    return inner_->Encode(value, options);
  }
  std::string Show(const Value& value) const override { return inner_->Show(value); }
  int64_t vocabulary_size() const override { return inner_->vocabulary_size(); }
  bool reversible() const override { return inner_->reversible(); }
  std::string raw_unit() const override { return inner_->raw_unit(); }
  std::string Describe() const override { return inner_->Describe(); }

 private:
  std::shared_ptr<Codec> inner_;
  mutable bool sent_ = false;
};

TEST_F(TrainerTest, AnEvaluationThatASignalCutShortIsMadeUpFor) {
  const auto setup = [&](const std::string& run) {
    TrainSetup made = CopyAlone(run);
    made.trainer.steps = 6;
    made.validation.every = 2;
    return made;
  };
  const TrainSetup whole = setup("whole");
  ASSERT_TRUE(Train(whole).ok());

  std::shared_ptr<Codec>& codec = world_.tasks()[0].targets[0].codec;
  const std::shared_ptr<Codec> quiet = codec;
  codec = std::make_shared<SignallingCodec>(quiet);
  const TrainSetup cut = setup("cut");
  const absl::Status stopped = Train(cut);
  EXPECT_TRUE(absl::IsCancelled(stopped)) << stopped;
  EXPECT_EQ(Last(cut).state["step"], 2);
  EXPECT_TRUE(Log(cut, "valid").empty());
  codec = quiet;
  ASSERT_TRUE(Train(setup("cut")).ok());
  EXPECT_EQ(Log(cut, "valid"), Log(whole, "valid"));
  EXPECT_EQ(Last(cut).state["best"], Last(whole).state["best"]);
  ExpectSame(Last(cut).model, Last(whole).model);
}

TEST_F(TrainerTest, AnEvaluationThatIsNoNumberIsNotTheBest) {
  TrainSetup setup = CopyAlone("run");
  setup.trainer.steps = 1;
  setup.schedule.learning_rate = 1e30;
  ASSERT_TRUE(Train(setup).ok());
  ASSERT_TRUE(Log(setup, "valid").back()["chosen"].is_null());
  const nlohmann::json state = Last(setup).state;
  EXPECT_TRUE(state["best"].empty()) << state;
  EXPECT_EQ(state["since_better"], 1);
  setup.model = world_.NewModel();
  EXPECT_TRUE(Trainer::Make(setup).ok());
}

TEST_F(TrainerTest, ADamagedStateIsAnErrorThatNamesTheFile) {
  TrainSetup setup = world_.Setup("run");
  setup.trainer.steps = 1;
  ASSERT_TRUE(Train(setup).ok());
  const std::string path = CheckpointFolder(setup.run_folder).PathOf(1) + "/state.json";
  nlohmann::json state = Last(setup).state;
  state["problems"][kCopy]["epoch"] = -3;
  ASSERT_TRUE(WriteFileAtomically(path, state.dump()).ok());
  setup.model = world_.NewModel();
  EXPECT_THAT(Trainer::Make(setup).status().message(),
              AllOf(HasSubstr(path), HasSubstr("epoch"), HasSubstr("-3")));
}

TEST_F(TrainerTest, GoesOnOnlyWithTheDataItWasTrainedOn) {
  TrainSetup setup = world_.Setup("run");
  setup.trainer.steps = 20;  // beyond the first window of 30 examples
  ASSERT_TRUE(Train(setup).ok());
  const std::string folder = DatasetFolder(setup.data_folder, kCopy);
  const auto generate = [&](int64_t limit) {
    const auto problem = MakeProblem(world_.problems(), kCopy);
    ASSERT_TRUE(PrepareData(**problem, {.limit = limit}, setup.data_folder, {.again = true}).ok());
  };
  generate(8);
  setup.model = world_.NewModel();
  setup.trainer.steps = 22;
  const absl::Status refused = Trainer::Make(setup).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(refused.message(), AllOf(HasSubstr(folder), HasSubstr(setup.run_folder)));
  setup.data_may_differ = true;
  ASSERT_TRUE(Train(setup).ok());  // from the first window of the epoch it had come to
  const nlohmann::json state = Last(setup).state;
  EXPECT_EQ(state["problems"][kCopy]["window"], 0);
  setup.data_may_differ = false;
  setup.trainer.steps = 24;
  EXPECT_TRUE(Train(setup).ok());  // the new set is its own now
  // A checkpoint of an older program says nothing of the data.
  nlohmann::json older = Last(setup).state;
  older["problems"][kCopy].erase("data");
  ASSERT_TRUE(WriteFileAtomically(CheckpointFolder(setup.run_folder).PathOf(24) + "/state.json",
                                  older.dump())
                  .ok());
  generate(0);
  setup.trainer.steps = 26;
  EXPECT_TRUE(Train(setup).ok());
}

// Else the problem whose rate has grown had every turn until its share of the past was made up for.
TEST_F(TrainerTest, ChangedRatesBeginTheCountsAnew) {
  TrainSetup setup = world_.Setup("run");
  setup.trainer.steps = 20;
  ASSERT_TRUE(Train(setup).ok());
  EXPECT_EQ(Last(setup).state["drawn"], nlohmann::json({{kCopy, 10}, {kStripes, 10}}));
  setup.model = world_.NewModel();
  setup.rates = {{kCopy, 3}, {kStripes, 1}};
  setup.trainer.steps = 28;
  ASSERT_TRUE(Train(setup).ok());
  EXPECT_EQ(Last(setup).state["drawn"], nlohmann::json({{kCopy, 6}, {kStripes, 2}}));
}

TEST_F(TrainerTest, TheLargestBatchesAreTriedBeforeTheFirstStep) {
  TrainSetup setup = world_.Setup("run");
  setup.trainer.probe = true;
  setup.trainer.micro_batches = setup.trainer.workers = 2;
  {
    const at::NoGradGuard no_grad;
    for (const at::Tensor& parameter : setup.model->parameters())
      parameter.fill_(std::numeric_limits<float>::quiet_NaN());
  }
  EXPECT_THAT(Train(setup).message(),
              AllOf(HasSubstr(absl::StrCat("trying the largest batch of ", kCopy, " (")),
                    HasSubstr("is not finite")));
  EXPECT_FALSE(std::filesystem::exists(setup.run_folder + "/log.jsonl") &&
               !Log(setup, "train").empty());
}

TEST_F(TrainerTest, TheLogAndTheBarTellLossSpeedAndPadding) {
  TrainSetup setup = world_.Setup("run");
  setup.trainer.log_every = 4;
  setup.validation.limit = 3;
  testing::internal::CaptureStderr();
  const absl::Status status = Train(setup);
  const std::string shown = testing::internal::GetCapturedStderr();
  ASSERT_TRUE(status.ok()) << status;
  const auto lines = Log(setup, "train");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0]["step"], 4);
  EXPECT_EQ(lines[1]["loss"].size(), 2u);
  EXPECT_EQ(lines[1]["share"], nlohmann::json({{kCopy, 0.5}, {kStripes, 0.5}}));
  for (const char* name : {kCopy, kStripes}) {
    EXPECT_GT(lines[0]["tokens"][name], 0);
    EXPECT_GT(lines[1]["tokens"][name], lines[0]["tokens"][name]);
    EXPECT_EQ(Last(setup).state["problems"][name]["tokens"], lines[1]["tokens"][name]);
  }
  EXPECT_THAT(shown, ContainsRegex(" \\(100%, [1-9][0-9]*\\)"));  // share and tokens
  EXPECT_EQ(Log(setup, "valid").at(0)["examples"], nlohmann::json({{kCopy, 3}, {kStripes, 3}}));
  for (const std::string& part : {std::string(kCopy) + ".copied ",
                                  std::string(" tokens/s  padding "), std::string("step 1 ")})
    EXPECT_THAT(shown, HasSubstr(part));
}

TEST_F(TrainerTest, AGradientThatIsNotFiniteNamesAllBatches) {
  TrainSetup setup = world_.Setup("run");
  setup.trainer.micro_batches = 2;
  setup.trainer.loss.weights[std::string(kStripes) + ".direction"] = 1e300;  // no float
  EXPECT_THAT(Train(setup).message(),
              AllOf(HasSubstr("step 1: the gradient is not finite"),
                    HasSubstr(absl::StrCat("examples of '", kCopy, "': numbers ")),
                    HasSubstr(absl::StrCat("examples of '", kStripes, "': numbers "))));
}

TEST_F(TrainerTest, NamesOfTargetsAndMetricsAreCheckedBeforeTraining) {
  TrainSetup setup = world_.Setup("run");
  setup.validation.best = std::string(kCopy) + ".copied.tf_los";
  EXPECT_THAT(Train(setup).message(),
              AllOf(HasSubstr("validation.best"), HasSubstr("did you mean"), HasSubstr("tf_loss")));
  setup.validation.best = std::string(kStripes) + ".direction.accuracy";
  EXPECT_THAT(Train(setup).message(), HasSubstr("is not measured"));
  setup.validation.decoded = true;
  EXPECT_TRUE(Trainer::CheckNames(*setup.tasks, setup.trainer, setup.validation).ok());
  setup.validation.decode.usual.utility = "chf";
  EXPECT_THAT(Train(setup).message(),
              AllOf(HasSubstr("validation.decode.utility"), HasSubstr("chrf")));
  setup.validation.decode.usual.utility = "chrf";
  const std::string place = std::string(kCopy) + ".copied";
  setup.validation.decode.own[place].utility = "wre";
  EXPECT_THAT(Train(setup).message(),
              AllOf(HasSubstr("ports." + place + ".decode.utility"), HasSubstr("'wer'")));
  setup.validation.decode.own.clear();
  setup.trainer.loss.weights[std::string(kCopy) + ".copy"] = 2;
  EXPECT_THAT(Train(setup).message(),
              AllOf(HasSubstr("trainer.loss_weights."), HasSubstr(std::string(kCopy) + ".copied")));
  EXPECT_FALSE(std::filesystem::exists(setup.run_folder));
}

TEST_F(TrainerTest, AnEvaluationSaysWhatItLeavesOut) {
  TrainSetup setup = CopyAlone("run");
  setup.trainer.steps = 1;
  setup.data.batching.max_length = 5;
  testing::internal::CaptureStderr();
  ASSERT_TRUE(Train(setup).ok());
  const std::string said = testing::internal::GetCapturedStderr();
  const auto split = world_.Split(kCopy, "valid");
  int64_t fit = 0;
  for (int64_t i = 0; i < split->size(); ++i)
    fit += split->Read(i)->ports.at("text").bytes().size() <= 5;
  ASSERT_LT(fit, split->size());
  const nlohmann::json record = Log(setup, "valid").back();
  EXPECT_EQ(record["examples"][kCopy], fit);
  EXPECT_EQ(record["left_out"][kCopy], split->size() - fit);
  EXPECT_THAT(said, HasSubstr(absl::StrCat("without ", split->size() - fit, " of ", split->size(),
                                           " valid examples")));
  EXPECT_THAT(said, HasSubstr("examples so far are longer than data.max_length = 5"));
}

TEST_F(TrainerTest, ASignalIsAskedForBeforeEveryBatchOfAnEvaluation) {
  const auto model = world_.NewModel();
  EvaluateOptions options;
  options.batching.examples_per_batch = 5;
  options.decode.usual.max_length = 3;
  const auto split = world_.Split(kCopy);  // 60 examples: 12 batches, teacher-forced and decoded
  for (const int last : {1, 3, 12, 13, 24}) {
    int asked = 0;
    options.interrupted = [&] { return ++asked == last; };
    EXPECT_TRUE(
        absl::IsCancelled(EvaluateTask(*model, world_.task(kCopy), *split, options).status()))
        << last;
    EXPECT_EQ(asked, last);
  }
  int asked = 0;
  options.interrupted = [&] { return ++asked > 24; };
  EXPECT_TRUE(EvaluateTask(*model, world_.task(kCopy), *split, options).ok());
  EXPECT_EQ(asked, 24);
}

}  // namespace
}  // namespace t2t
