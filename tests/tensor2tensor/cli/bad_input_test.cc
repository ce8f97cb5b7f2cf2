// Files that are missing, empty, of another kind, damaged, or do not fit on the disk.
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "problems/shards/manifest.h"
#include "tests/problems/scratch_folder.h"
#include "tests/tensor2tensor/cli/run_t2t.h"
#include "tests/tensor2tensor/cli/tiny_run.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

class BadInput : public testing::Test {
 protected:
  // A copy of the shared run that may be damaged.
  std::string Run() {
    const std::string run = scratch_ / absl::StrCat("run", runs_++);
    CopyFolder(SharedRun().run, run);
    return run;
  }
  static Outcome Decode(const std::string& run,
                        const std::vector<std::string>& more = {"--text", "ab"}) {
    std::vector<std::string> arguments = {"decode", run, "--problem", kReverse};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunT2t(arguments);
  }
  Outcome GoOn(const std::string& run) {
    return RunT2t(TinyTraining({"--problem", kReverse, "--problem", kBars, "--out", run, "--data",
                                SharedRun().data, "--steps", "161", "--force", "--set",
                                "trainer.checkpoint_every=100"}));
  }
  // Files of the newest checkpoint: of `best` where that is another one, too.
  void Damage(const std::string& run, const std::string& file,
              const std::function<std::string(std::string)>& change) {
    for (const auto& entry : fs::directory_iterator(run + "/checkpoints")) {
      if (entry.is_symlink()) continue;
      const std::string path = entry.path() / file;
      ASSERT_TRUE(WriteFileAtomically(path, change(MustRead(path))).ok());
    }
  }

  const ScratchFolder scratch_;
  int runs_ = 0;
};

TEST_F(BadInput, FilesThatAreNotWhatTheyShouldBe) {
  const std::string run = SharedRun().run;
  const auto picture = [&](const std::string& path) {
    return RunT2t({"decode", run, "--problem", kBars, "--image", path});
  };
  const std::string missing = scratch_ / "missing.png";
  ExpectFails(picture(missing), 2, {missing, "No such file"});
  const std::string empty = scratch_.Write("empty.png", "");
  ExpectFails(picture(empty), 2, {empty, "is empty"});
  const std::string text = scratch_.Write("text.png", "this is no picture\n");
  ExpectFails(picture(text), 2, {text, "not an image (PNG, ", "looks like text"});
  ExpectFails(picture(scratch_.path()), 1, {scratch_.path(), "directory"});
  const std::string list = scratch_.Write("list.txt", missing + "\n");
  ExpectFails(RunT2t({"decode", run, "--problem", kBars, "--file", list}), 2,
              {list + ":1: ", missing});
  ExpectFails(Decode(run, {"--file", missing}), 2, {missing, "No such file"});

  for (const auto& [yaml, said] :
       std::map<std::string, std::string>{{"model: [", "not valid YAML"},
                                          {"model: {heads: 2, heads: 2}", "stands there twice"},
                                          {"just words", "must hold keys and values"},
                                          {std::string("\x89PNG\r\n\x1a\n\0\0", 10), ""}}) {
    const std::string file = scratch_.Write("config.yaml", yaml);
    ExpectFails(RunT2t({"train", "--problem", "copy", "--config", file, "--dump-config"}), 2,
                {file, said});
  }
  const std::string no_config = scratch_ / "no.yaml";
  ExpectFails(RunT2t({"train", "--problem", "copy", "--config", no_config, "--dump-config"}), 2,
              {no_config, "No such file"});
  ExpectFails(RunT2t({"--plugin", missing, "list"}), 2, {missing, "no such file"});
  ExpectFails(RunT2t({"--plugin", text, "list"}), 2, {text, "cannot be loaded"});
}

TEST_F(BadInput, AFolderThatIsNoRun) {
  const std::string nowhere = scratch_ / "nowhere", empty = scratch_ / "empty";
  fs::create_directory(empty);
  for (const std::string& folder : {nowhere, empty}) {
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{{"decode", folder, "--text", "a"},
                                               {"eval", folder},
                                               {"average", folder, "--out", scratch_ / "out"}}) {
      ExpectFails(RunT2t(command), 2, {folder});
    }
    ExpectFails(RunT2t({"report", folder}), 2, {folder});
  }
  ExpectFails(RunT2t({"describe", empty}), 2, {empty, "is not a run"});
  EXPECT_TRUE(Contents(scratch_.path()).empty());
  // A run that was stopped before its first checkpoint.
  const std::string run = Run();
  fs::remove_all(run + "/checkpoints");
  ExpectFails(Decode(run), 2, {run, "the run has saved none yet"});
}

TEST_F(BadInput, ACheckpointOfAnotherShape) {
  const std::string run = Run();
  std::string config = MustRead(run + "/config.yaml");
  const size_t at = config.find("ff: 32");
  ASSERT_NE(at, std::string::npos) << config;
  ASSERT_TRUE(WriteFileAtomically(run + "/config.yaml", config.replace(at, 6, "ff: 40")).ok());
  ExpectFails(Decode(run), 2,
              {"step-00000160", "of another shape", "file [32, 16], model [40, 16]"});
}

TEST_F(BadInput, ADamagedCheckpoint) {
  struct Case {
    std::string file, said;
    std::function<std::string(std::string)> change;
  };
  const auto half = [](const std::string& bytes) { return bytes.substr(0, bytes.size() / 2); };
  const auto none = [](const std::string&) { return ""; };
  for (const Case& damage : std::vector<Case>{
           {"model.safetensors", "", half},
           {"model.safetensors", "", none},
           {"model.safetensors", "", [](const std::string&) { return std::string(100, '\xff'); }},
           {"state.json", "is not JSON", half},
           {"state.json", "is not JSON", none},
           {"state.json", "", [](const std::string&) { return "[1]"; }}}) {
    const std::string run = Run();
    Damage(run, damage.file, damage.change);
    for (const Outcome& outcome : {Decode(run), GoOn(run)}) {
      EXPECT_TRUE(outcome.code == 1 || outcome.code == 2) << outcome;
      ExpectFails(outcome, outcome.code, {damage.file, damage.said});
    }
    const std::string out = scratch_ / "averaged";
    const Outcome average = RunT2t({"average", run, "--out", out});
    ExpectFails(average, average.code, {damage.file, damage.said});
    EXPECT_NE(average.code, 0);
    EXPECT_FALSE(fs::exists(out));
    ExpectNothingHalfWritten(scratch_.path());
  }
  // Only going on reads what only training needs.
  const std::string run = Run();
  Damage(run, "optimizer.safetensors", half);
  Damage(run, "state.json", [](std::string json) {
    const size_t at = json.find("\"drawn\": {");
    EXPECT_NE(at, std::string::npos) << json;
    return json.replace(at, 10, "\"drawn\": 3, \"was\": {");
  });
  ExpectWorks(Decode(run));
  ExpectFails(GoOn(run), 1, {"optimizer.safetensors"});
  fs::remove_all(run);
  const std::string other = Run();
  Damage(other, "state.json", [](std::string json) {
    return json.replace(json.find("\"drawn\": {"), 10, "\"drawn\": 3, \"was\": {");
  });
  const Outcome outcome = GoOn(other);
  EXPECT_NE(outcome.code, 0);
  ExpectFails(outcome, outcome.code, {"state.json", "drawn"});
}

TEST_F(BadInput, DamagedData) {
  const std::string data = scratch_ / "data";
  ExpectWorks(RunT2t({"datagen", kReverse, "--data", data}));
  const std::string folder = DatasetFolder(data, kReverse);
  const auto manifest = ReadManifest(folder);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  const std::string shard = folder + "/" + manifest->FindSplit("train")->shards[0].file;
  std::string bytes = MustRead(shard);
  for (size_t i = 10; i < bytes.size(); i += 20) bytes[i] = static_cast<char>(~bytes[i]);
  ASSERT_TRUE(WriteFileAtomically(shard, bytes).ok());
  const std::vector<std::string> training = TinyTraining(
      {"--problem", kReverse, "--out", scratch_ / "run", "--data", data, "--steps", "2"});
  ExpectFails(RunT2t(training), 1, {shard});
  EXPECT_FALSE(fs::exists(scratch_ / "run/checkpoints/last"));
  // One that was cut is seen, and made anew.
  ASSERT_TRUE(WriteFileAtomically(shard, bytes.substr(0, 100)).ok());
  ExpectWorks(RunT2t(training));

  ASSERT_TRUE(WriteFileAtomically(folder + "/manifest.json", "{").ok());
  ExpectFails(RunT2t({"inspect", kReverse, "--data", data}), 1, {"manifest.json", "not JSON"});
}

// One byte of one record of each split: what can be read is used, where that is asked for. The captions' vocabulary is
// learned from those records too.
TEST_F(BadInput, ADamagedRecordIsSkippedOnRequest) {
  const std::string data = scratch_ / "data";
  for (const std::string problem : {kReverse, kBars}) {
    SCOPED_TRACE(problem);
    ExpectWorks(RunT2t({"datagen", problem, "--data", data}));
    const std::string folder = DatasetFolder(data, problem);
    const auto manifest = ReadManifest(folder);
    ASSERT_TRUE(manifest.ok()) << manifest.status();
    for (const char* split : {"train", "valid"}) {
      const std::string shard = folder + "/" + manifest->FindSplit(split)->shards[0].file;
      std::string bytes = MustRead(shard);
      bytes[20] = static_cast<char>(~bytes[20]);
      ASSERT_TRUE(WriteFileAtomically(shard, bytes).ok());
    }
    const std::string stopped = scratch_ / ("stopped-" + problem), run = scratch_ / problem;
    const auto training = [&](const std::string& out, const std::string& on_error) {
      return RunT2t(TinyTraining({"--problem", problem, "--out", out, "--data", data, "--steps",
                                  "2", "--set", "data.on_error=" + on_error}));
    };
    ExpectFails(training(stopped, "stop"), 1, {"train-00000", "record 0"});
    ExpectWorks(training(run, "skip"));
    ExpectWorks(RunT2t({"eval", run, "--data", data, "--baselines"}));
    const auto record = nlohmann::json::parse(MustRead(run + "/eval/valid.json"));
    EXPECT_EQ(record.at("problems").at(problem).at("broken"), 1);
  }
}

// Both were cleared away: a problem's own folder below --data, and what lay in --out.
TEST_F(BadInput, FoldersOfTheUsersOwnAreLeftAlone) {
  const std::string data = scratch_ / "data", birds = data + "/birds";
  scratch_.Write("data/birds/manifest.yaml",
                 "name: birds\ninputs: {song: {modality: text}}\n"
                 "targets: {bird: {modality: text}}\ndata: {table: birds.tsv}\n");
  scratch_.Write("data/birds/birds.tsv", "song\tbird\ntwit\towl\ncaw\tcrow\n");
  const auto before = Contents(birds);
  ExpectFails(RunT2t({"datagen", birds, "--data", data}), 2,
              {birds, "holds 'birds.tsv'", "--data"});
  EXPECT_EQ(Contents(birds), before);

  const std::string tree = scratch_ / "tree";
  for (const char* mine : {"tree/ports/list.txt", "tree/notes.tmp-12", "tree/last"})
    scratch_.Write(mine, "mine");
  const auto files = Contents(tree);
  ExpectFails(RunT2t(TinyTraining({"--problem", kReverse, "--data", SharedRun().data, "--out", tree,
                                   "--steps", "1"})),
              2, {"--out " + tree, "is no run", "holds 'last'"});
  EXPECT_EQ(Contents(tree), files);
}

TEST_F(BadInput, AProblemsFolderThatHoldsNothing) {
  const std::string folder = scratch_ / "plurals", data = scratch_ / "data";
  const auto datagen = [&] { return RunT2t({"datagen", folder, "--data", data}); };
  const std::string manifest = folder + "/manifest.yaml", table = folder + "/plurals.tsv";
  ExpectFails(RunT2t({"datagen", folder + "/", "--data", data}), 2, {manifest});
  scratch_.Write("plurals/manifest.yaml", "");
  ExpectFails(datagen(), 2, {manifest});
  scratch_.Write("plurals/manifest.yaml",
                 "name: plurals\ninputs: {singular: {modality: text}}\n"
                 "targets: {plural: {modality: text}}\ndata: {table: plurals.tsv}\n");
  ExpectFails(datagen(), 2, {manifest, table});
  scratch_.Write("plurals/plurals.tsv", "");
  ExpectFails(datagen(), 2, {table, "is empty; its first line must name the columns"});
  scratch_.Write("plurals/plurals.tsv", "singular\tplural\n");
  ExpectFails(datagen(), 1, {folder, "split 'train' has no example"});
  scratch_.Write("plurals/plurals.tsv", "singular\tplural\ncat\n");
  ExpectFails(datagen(), 1, {table + ":2", "the row has 1 cells, but the header 2"});
  ExpectFails(RunT2t(TinyTraining({"--problem", folder, "--data", data, "--out", scratch_ / "run",
                                   "--steps", "1"})),
              1, {table + ":2"});
  EXPECT_FALSE(fs::exists(scratch_ / "run"));
  EXPECT_FALSE(fs::exists(DatasetFolder(data, "plurals")));
  ExpectNothingHalfWritten(scratch_.path());
}

// A limit on the size of files stands for the full disk: the write fails in the middle.
TEST_F(BadInput, AFullDisk) {
  const std::string run = Run(), data = SharedRun().data, reverse = kReverse;
  const auto full = [&](const std::vector<std::string>& arguments, int64_t bytes) {
    SCOPED_TRACE(testing::PrintToString(arguments));
    return RunT2t(arguments, {.largest_file = bytes});
  };
  const auto before = Contents(run);
  const std::string other = scratch_ / "other", new_data = scratch_ / "data";
  ExpectFails(full({"datagen", reverse, "--data", new_data}, 1000), 1, {"File too large"});
  EXPECT_FALSE(fs::exists(DatasetFolder(new_data, reverse)));
  // Large enough for the log and the vocabularies, too small for the weights.
  const auto training = TinyTraining(
      {"--problem", reverse, "--problem", kBars, "--data", data, "--out", other, "--steps", "2"});
  ExpectFails(full(training, 16 << 10), 1, {"model.safetensors", "File too large"});
  EXPECT_FALSE(fs::exists(other + "/checkpoints/last"));
  ExpectFails(full({"average", run, "--out", scratch_ / "averaged"}, 16 << 10), 1,
              {"model.safetensors", "File too large"});
  EXPECT_FALSE(fs::exists(scratch_ / "averaged"));
  ExpectFails(full({"eval", run, "--data", data, "--json"}, 2000), 1,
              {"valid.json", "File too large"});
  EXPECT_TRUE(fs::is_empty(run + "/eval"));
  ExpectFails(full({"report", run}, 2000), 1, {"report.html", "File too large"});
  EXPECT_THAT(Differing(Contents(run), before), IsEmpty());
  ExpectNothingHalfWritten(scratch_.path());
  // When there is room again, the same command goes on.
  ExpectWorks(RunT2t(training));
  EXPECT_TRUE(fs::exists(other + "/checkpoints/last"));

  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"list"},
                                             {"decode", run, "--problem", reverse, "--text", "ab"},
                                             {"inspect", reverse, "--data", data},
                                             {"train", "--problem", "copy", "--dump-config"}}) {
    ExpectFails(RunT2t(command, {.output = "/dev/full"}), 1, {"stdout could not be written"});
  }
}

}  // namespace
}  // namespace t2t
