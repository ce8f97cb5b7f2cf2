#include "trainer/mixture_unit.h"

#include <gmock/gmock.h>

#include "tests/trainer/training_world.h"

namespace t2t {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(MixtureUnitTest, CountsWhatABatchHolds) {
  TrainingWorld world;
  world.Add("copy:count=20");
  world.Add("image_stripes:count=20");
  for (const Task& task : world.tasks()) {
    StreamOptions options;
    const auto split = world.Split(task.spec.name);
    const auto stream = BatchStream::Open(task, split, options, 1, {});
    ASSERT_TRUE(stream.ok()) << stream.status();
    const Batch batch = *(*stream)->Next();
    int64_t bytes = 0;
    for (const int64_t number : batch.examples) {
      const Example example = *split->Read(number);
      // copy: the text and its copy; stripes: a grey picture of 16 x 16, and a label that is no data.
      bytes += task.spec.name == "copy:count=20"
                   ? 2 * static_cast<int64_t>(example.ports.at("text").bytes().size())
                   : 16 * 16;
    }
    EXPECT_EQ(AmountOf("batches", task, batch), 1);
    EXPECT_EQ(AmountOf("examples", task, batch), batch.rows());
    EXPECT_EQ(AmountOf("tokens", task, batch), batch.real_positions());
    EXPECT_EQ(AmountOf("bytes", task, batch), bytes);
    for (const char* unit : {"batches", "examples", "tokens", "bytes"})
      EXPECT_TRUE(CheckMixtureUnit(unit, task).ok()) << unit;
    EXPECT_THAT(std::string(CheckMixtureUnit("seconds", task).message()),
                AllOf(HasSubstr("mixture.unit = seconds"), HasSubstr(task.spec.name),
                      HasSubstr("batches, examples and tokens")));
  }
}

TEST(MixtureUnitTest, SoundsHaveSeconds) {
  TrainingWorld world;
  world.Add("pairs:from=audio,to=rna");
  const Task& task = world.tasks()[0];
  ASSERT_TRUE(CheckMixtureUnit("seconds", task).ok());
  const auto stream = BatchStream::Open(task, world.Split(task.spec.name), {}, 1, {});
  ASSERT_TRUE(stream.ok()) << stream.status();
  const Batch batch = *(*stream)->Next();
  for (const TaskPort& port : task.inputs) {
    if (port.codec->raw_unit() != "sample") continue;
    const int64_t samples = batch.inputs.at(port.port.name).raw_units;
    const int64_t rate = port.codec->raw_units_per_second();
    EXPECT_GT(rate, 0);
    EXPECT_DOUBLE_EQ(AmountOf("seconds", task, batch),
                     static_cast<double>(samples) / static_cast<double>(rate));
    EXPECT_EQ(AmountOf("bytes", task, batch),
              2 * samples + batch.targets.at(task.targets[0].port.name).raw_units);
  }
}

}  // namespace
}  // namespace t2t
