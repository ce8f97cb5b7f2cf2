// The target tag tells a shared body what is wanted: nothing else tells two targets of one input apart whose tables are
// shared, and with their tags exchanged each gives what the other gave.
#include <gtest/gtest.h>

#include <string>

#include "random/philox.h"
#include "tensor2tensor/evaluation/predict.h"
#include "tests/trainer/training_world.h"

namespace t2t {
namespace {

// Letters to themselves and backwards.
class BothWays : public Problem {
 public:
  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = "both";
    const Port text = {.modality = "text", .options = "{share: letters, vocab: {kind: char}}"};
    spec.inputs = {text};
    spec.targets = {text, text};
    spec.inputs[0].name = "text";
    spec.targets[0].name = "copied";
    spec.targets[1].name = "reversed";
    return spec;
  }
  absl::Status Generate(const GenerateOptions&, ExampleSink& sink) const override {
    Philox random(RandomKey(1).With("both"));
    for (int i = 0; i < 600; ++i) {
      std::string word;
      for (uint64_t left = 2 + random.Below(3); left > 0; --left)
        word += static_cast<char>('a' + random.Below(5));
      Example example;
      example.key = std::to_string(i);
      example.ports["text"] = word;
      example.ports["copied"] = word;
      example.ports["reversed"] = std::string(word.rbegin(), word.rend());
      const absl::Status status = sink.Add(i < 500 ? "train" : i < 510 ? "valid" : "test", example);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }
};

TEST(TargetTag, SaysWhatIsWanted) {
  TrainingWorld world({"model.d_model=32", "model.heads=4", "model.ff=64", "model.dropout=0"});
  world.Add(BothWays());
  for (const auto* ports : {&world.tasks()[0].inputs, &world.tasks()[0].targets}) {
    for (const TaskPort& port : *ports) {
      const auto reader = world.Split("both");
      int64_t next = 0;
      const absl::Status learned = port.codec->Learn([&]() -> absl::StatusOr<std::optional<Value>> {
        if (next == reader->size()) return std::optional<Value>();
        return std::optional<Value>(reader->Read(next++)->ports.at(port.port.name));
      });
      ASSERT_TRUE(learned.ok()) << learned;
    }
  }
  TrainSetup setup = world.Setup("run");
  setup.trainer.steps = 500;
  setup.trainer.log_every = 1000;
  setup.schedule.learning_rate = 0.005;
  setup.data.batching.tokens_per_batch = 600;
  setup.data.window = 600;
  const std::shared_ptr<Model> model = setup.model;
  const auto trainer = Trainer::Make(setup);
  ASSERT_TRUE(trainer.ok()) << trainer.status();
  ASSERT_TRUE((*trainer)->Run().ok());
  model->eval();

  std::vector<Example> examples;
  const auto test = world.Split("both", "test");
  for (int64_t i = 0; i < test->size(); ++i) examples.push_back(*test->Read(i));
  // How many of the answers to `target` are the examples' own `wanted`.
  const auto right = [&](const char* target, const char* wanted) {
    PredictOptions options;
    options.decode.max_length = 8;
    const auto predictions = Predict(*model, world.tasks()[0], target, examples, options);
    EXPECT_TRUE(predictions.ok()) << predictions.status();
    int count = 0;
    for (size_t i = 0; i < examples.size(); ++i)
      count += (*predictions)[i].candidates[0].text == examples[i].ports.at(wanted).bytes();
    return count;
  };
  EXPECT_GT(right("copied", "copied"), 85);
  EXPECT_GT(right("reversed", "reversed"), 85);
  EXPECT_LT(right("copied", "reversed"), 40);
  {
    const at::NoGradGuard none;
    auto parameters = model->named_parameters();
    at::Tensor copied = parameters["ports.both.copied.tag"];
    at::Tensor reversed = parameters["ports.both.reversed.tag"];
    const at::Tensor kept = copied.clone();
    copied.copy_(reversed);
    reversed.copy_(kept);
  }
  EXPECT_GT(right("copied", "reversed"), 85);
  EXPECT_GT(right("reversed", "copied"), 85);
}

}  // namespace
}  // namespace t2t
