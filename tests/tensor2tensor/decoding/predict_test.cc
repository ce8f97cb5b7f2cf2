// Predict, as far as its batches go.
#include "tensor2tensor/evaluation/predict.h"

#include <gtest/gtest.h>

#include "tests/tensor2tensor/models/model_kit.h"

namespace t2t {
namespace {

std::vector<Example> Texts(const std::vector<std::string>& texts) {
  std::vector<Example> examples;
  for (const std::string& text : texts) {
    examples.emplace_back();
    examples.back().key = text;
    examples.back().ports["text"] = text;
  }
  return examples;
}

// Tables of 40 positions: the target of a long text, and of no other one, is cut short by them.
TEST(Predict, ALongExampleLeavesTheOthersTheirLength) {
  const ModelKit kit = MakeKit({"copy"}, "{layout: decoder_only, positions: learned}");
  PredictOptions options;
  const auto predict = [&](const std::vector<std::string>& texts) {
    const auto found = Predict(*kit.model, kit.task("copy"), "copied", Texts(texts), options);
    EXPECT_TRUE(found.ok()) << found.status();
    return *found;
  };
  const std::vector<std::string> texts = {"ab", std::string(30, 'x'), "abc", "q"};
  for (const char* method : {"greedy", "beam"}) {
    options.decode.method = method;
    const auto together = predict(texts);
    for (size_t i = 0; i < texts.size(); ++i) {
      const auto alone = predict({texts[i]});
      EXPECT_EQ(together[i].candidates[0].text, alone[0].candidates[0].text) << texts[i];
      EXPECT_NEAR(together[i].candidates[0].score, alone[0].candidates[0].score, 1e-4);
    }
  }
}

// Lengths of inputs alone would put all 40 rows into one batch, with four beams of 100 slots each.
TEST(Predict, BatchesAreBoundedByWhatIsDecodedToo) {
  const ModelKit kit = MakeKit({"copy"}, "{}");
  PredictOptions options;
  options.batching.tokens_per_batch = 200;
  options.decode.max_length = 98;
  const std::vector<Example> examples = Texts(std::vector<std::string>(40, "ab"));
  std::vector<int64_t> batches;
  int64_t before = 0;
  options.progress = [&](int64_t done, int64_t total) {
    EXPECT_EQ(total, 40);
    batches.push_back(done - before);
    before = done;
  };
  // 8 x 200 slots, 100 a row.
  ASSERT_TRUE(Predict(*kit.model, kit.task("copy"), "copied", examples, options).ok());
  EXPECT_EQ(batches, (std::vector<int64_t>{16, 16, 8}));
  batches.clear();
  before = 0;
  options.decode.method = "beam";
  ASSERT_TRUE(Predict(*kit.model, kit.task("copy"), "copied", examples, options).ok());
  EXPECT_EQ(batches, std::vector<int64_t>(10, 4));
}

}  // namespace
}  // namespace t2t
