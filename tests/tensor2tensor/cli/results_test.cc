// What is made of a run: eval, report, average.
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "files/safetensors.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/problems/scratch_folder.h"
#include "tests/tensor2tensor/cli/run_t2t.h"
#include "tests/tensor2tensor/cli/tiny_run.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::HasSubstr;

// A word and its initial, of a problem that is a folder.
void WriteInitials(const ScratchFolder& scratch) {
  scratch.Write("initials/manifest.yaml",
                "name: initials\ninputs: {word: {modality: text, vocab: {kind: char}}}\n"
                "targets: {initial: {modality: text, vocab: {kind: char}}}\n"
                "data: {table: words.tsv}\nsplit: {valid: 20%, test: 20%}\n");
  std::string table = "word\tinitial\n";
  for (const char a : std::string("abcdefgh")) {
    for (const char b : std::string("uvwxyz"))
      absl::StrAppend(&table, std::string({a, b}), "\t", std::string(1, a), "\n");
  }
  scratch.Write("initials/words.tsv", table);
}

TEST(Results, EvalPrintsATableAndKeepsTheRecord) {
  const ScratchFolder scratch;
  const std::string run = scratch / "run";
  CopyFolder(SharedRun().run, run);
  const std::vector<std::string> eval = {
      "eval", run, "--split", "valid", "--data", SharedRun().data, "--baselines"};
  const std::string table = ExpectWorks(RunT2t(eval));
  EXPECT_THAT(table, HasSubstr(absl::StrCat(kReverse, ".reversed on 8 examples of valid\n")));
  EXPECT_THAT(table, HasSubstr(absl::StrCat(kBars, ".caption on 5 examples of valid\n")));
  EXPECT_THAT(table, ContainsRegex("\n  teacher-forced loss +[0-9.]+ nats a decision\n"));
  EXPECT_THAT(table, ContainsRegex("\n  exact_match +[0-9.]+  \\[[0-9.]+, [0-9.]+\\]"));

  const nlohmann::json record = nlohmann::json::parse(MustRead(run + "/eval/valid.json"));
  EXPECT_EQ(record.at("split"), "valid");
  EXPECT_EQ(record.at("step"), 160);
  ASSERT_EQ(record.at("problems").size(), 2u);
  const auto& bars = record["problems"][kBars]["targets"]["caption"];
  EXPECT_EQ(bars.at("examples").size(), 5u);
  for (const auto& example : bars["examples"])
    EXPECT_TRUE(example.at("inputs").at("image").contains("base64"));
  // Each of the five captions once: the most frequent one of the training split is right once.
  EXPECT_DOUBLE_EQ(
      bars.at("baselines").at("most_frequent").at("metrics").at("exact_match").at("value"), 20.0);
  EXPECT_EQ(bars["baselines"]["nearest_neighbour"]["examples"], 5);
  // A line for each target and call, without the examples.
  ExpectWorks(
      RunT2t({"eval", run, "--split", "test", "--data", SharedRun().data, "--problem", kBars}));
  const auto lines = JsonLines(MustRead(run + "/eval/measurements.jsonl"));
  ASSERT_EQ(lines.size(), 3u);
  for (const auto& line : lines) {
    const auto& of = line.at("split") == "valid"
                         ? record
                         : nlohmann::json::parse(MustRead(run + "/eval/test.json"));
    const auto& entry = of.at("problems").at(line.at("problem").get<std::string>());
    EXPECT_EQ(line.at("metrics"),
              entry.at("targets").at(line.at("target").get<std::string>()).at("metrics"));
    EXPECT_EQ(line.at("data").at("sha256"), entry.at("data").at("sha256"));
    EXPECT_EQ(line.at("revision"), entry.at("revision"));
    EXPECT_EQ(line.at("examples"), entry.at("examples"));
  }
  const double right = bars["metrics"]["exact_match"]["value"];
  const auto& lead = bars["baselines"]["most_frequent"]["lead"]["exact_match"];
  EXPECT_DOUBLE_EQ(lead.at("value"), right - 20);
  EXPECT_LE(lead.at("low"), lead.at("value"));
  EXPECT_GE(lead.at("high"), lead.at("value"));
  EXPECT_THAT(table, ContainsRegex("most_frequent 20[.]00 [(]lead -?[0-9.]+ \\[-?[0-9.]+, "));
  const auto& shown = record["problems"][kReverse]["targets"]["reversed"]["examples"];
  ASSERT_EQ(shown.size(), 8u);
  for (const auto& example : shown) {
    const std::string word = example.at("inputs").at("text").at("text");
    EXPECT_EQ(example.at("references"), nlohmann::json({std::string(word.rbegin(), word.rend())}));
  }

  // The same as JSON, of the one problem that is asked for.
  const auto json = JsonLines(ExpectWorks(RunT2t(
      {"eval", run, "--data", SharedRun().data, "--problem", kBars, "--json", "--baselines"})));
  ASSERT_EQ(json.size(), 1u);
  EXPECT_EQ(json[0].at("problems").at(kBars).at("targets"), record["problems"][kBars]["targets"]);

  // What was decoded otherwise does not stand beside it.
  ExpectWorks(RunT2t({"eval", run, "--data", SharedRun().data, "--problem", kBars, "--set",
                      "method=beam", "--set", "beam=2"}));
  const auto beamed = nlohmann::json::parse(MustRead(run + "/eval/valid.json"));
  EXPECT_EQ(beamed.at("decode").at("beam"), "2");
  EXPECT_EQ(beamed["problems"][kBars]["targets"]["caption"]["decode"]["beam"], "2");
  EXPECT_FALSE(beamed.at("problems").contains(kReverse));
  ExpectWorks(RunT2t({"eval", run, "--data", SharedRun().data, "--baselines"}));
  EXPECT_EQ(nlohmann::json::parse(MustRead(run + "/eval/valid.json"))["problems"].size(), 2u);
  EXPECT_EQ(record["run"]["seed"], 1);
  EXPECT_EQ(record["problems"][kBars]["run"]["revision"], record["run"]["revision"]);

  EXPECT_EQ(ExpectWorks(RunT2t({"report", run})), run + "/report.html\n");
  const std::string page = MustRead(run + "/report.html");
  for (const char* name : {kReverse, kBars}) EXPECT_THAT(page, HasSubstr(name));
  EXPECT_THAT(page, HasSubstr("data:image/png;base64,"));
  EXPECT_THAT(page, HasSubstr("</html>"));
  ExpectFails(RunT2t({"eval", run, "--data", SharedRun().data, "--split", "tset"}), 2,
              {"tset", "'test'"});
}

// The run's configuration says how a target is decoded; options at the call go over it, a method begins anew.
TEST(Results, ATargetIsDecodedAsTheRunSays) {
  const ScratchFolder scratch;
  const std::string run = scratch / "run", &data = SharedRun().data;
  CopyFolder(SharedRun().run, run);
  ExpectWorks(RunT2t(TinyTraining(
      {"--problem", kReverse, "--problem", kBars, "--out", run, "--data", data, "--steps", "160",
       "--set", "trainer.checkpoint_every=100", "--force", "--set",
       absl::StrCat("ports.", kBars, ".caption.decode={method: beam, beam: 3, n_best: 2}")})));
  ExpectWorks(RunT2t({"eval", run, "--data", data}));
  const auto record = nlohmann::json::parse(MustRead(run + "/eval/valid.json"));
  const auto decode_of = [&](const char* problem, const char* target) {
    return record.at("problems").at(problem).at("targets").at(target).at("decode");
  };
  EXPECT_EQ(decode_of(kBars, "caption").at("beam"), "3");
  EXPECT_EQ(decode_of(kReverse, "reversed").at("method"), "greedy");
  EXPECT_EQ(record.at("decode").at(absl::StrCat(kBars, ".caption")).at("method"), "beam");
  EXPECT_THAT(ExpectWorks(RunT2t({"describe", run})),
              HasSubstr("decoded      caption_bars:count=50.caption: method beam, beam 3"));

  const auto candidates = [&](const std::string& problem, const std::vector<std::string>& more) {
    std::vector<std::string> call = {"decode",  run, "--problem", problem,  "--split", "valid",
                                     "--limit", "1", "--json",    "--data", data};
    call.insert(call.end(), more.begin(), more.end());
    const auto lines = JsonLines(ExpectWorks(RunT2t(call)));
    return lines.at(0).at(problem == kBars ? "caption" : "reversed").size();
  };
  EXPECT_EQ(candidates(kBars, {}), 2u);
  EXPECT_EQ(candidates(kReverse, {}), 1u);
  EXPECT_EQ(candidates(kBars, {"--set", "n_best=3"}), 3u);
  EXPECT_EQ(candidates(kBars, {"--set", "method=greedy"}), 1u);
  ExpectFails(RunT2t({"decode", run, "--problem", kBars, "--split", "valid", "--data", data,
                      "--set", "temperature=2"}),
              2, {"temperature"});
}

// The weights of two checkpoints' mean, name by name.
TEST(Results, AnAverageIsTheMeanAndDecodes) {
  const ScratchFolder scratch;
  const std::string out = scratch / "averaged", run = SharedRun().run;
  scratch.Write("averaged.partial/checkpoints/left by an interrupted one", "");
  const Outcome outcome = RunT2t({"average", run, "--out", out + "/"});
  ExpectWorks(outcome);
  EXPECT_THAT(outcome.err, HasSubstr("averaged steps 100, 160 into"));
  ExpectNothingHalfWritten(scratch.path());
  const auto open = [](const std::string& path) {
    auto file = SafetensorsFile::Open(path);
    EXPECT_TRUE(file.ok()) << file.status();
    return *std::move(file);
  };
  const auto values = [](const SafetensorsFile& file, const std::string& name) {
    const TensorView& view = file.tensors().at(name);
    EXPECT_EQ(view.dtype, "F32");
    std::vector<float> numbers(view.bytes.size() / sizeof(float));
    std::memcpy(numbers.data(), view.bytes.data(), view.bytes.size());
    return numbers;
  };
  const auto a = open(run + "/checkpoints/step-00000100/model.safetensors");
  const auto b = open(run + "/checkpoints/step-00000160/model.safetensors");
  const auto mean = open(out + "/checkpoints/last/model.safetensors");
  ASSERT_EQ(mean->tensors().size(), a->tensors().size());
  for (const auto& [name, view] : mean->tensors()) {
    const auto first = values(*a, name), second = values(*b, name), averaged = values(*mean, name);
    ASSERT_EQ(averaged.size(), first.size());
    for (size_t i = 0; i < averaged.size(); ++i)
      EXPECT_FLOAT_EQ(averaged[i], (first[i] + second[i]) / 2) << name << "[" << i << "]";
  }
  EXPECT_EQ(
      Lines(ExpectWorks(RunT2t({"decode", out, "--problem", kReverse, "--text", "ab"}))).size(),
      1u);
  ExpectFails(RunT2t({"average", run, "--out", out}), 2, {out, "is already there"});
  ExpectFails(RunT2t({"average", run, "--out", scratch / "x", "--checkpoint", "50"}), 2,
              {"has no checkpoint '50'"});

  // Of one checkpoint it is that checkpoint.
  const std::string one = scratch / "one";
  ExpectWorks(RunT2t({"average", run, "--out", one, "--last", "1"}));
  EXPECT_TRUE(MustRead(one + "/checkpoints/step-00000160/model.safetensors") ==
              MustRead(run + "/checkpoints/step-00000160/model.safetensors"));
}

// The bug: the manifests that a run keeps of folder problems were not copied, and the average could
// not be opened.
TEST(Results, AnAverageOfAFolderProblemsRunNeedsNothingElse) {
  const ScratchFolder scratch;
  WriteInitials(scratch);
  const std::string run = scratch / "run", out = scratch / "averaged";
  ExpectWorks(
      RunT2t(TinyTraining({"--problem", scratch / "initials", "--data", scratch / "data", "--out",
                           run, "--steps", "30", "--set", "trainer.checkpoint_every=20"})));
  ExpectWorks(RunT2t({"average", run, "--out", out}));
  for (const char* gone : {"run", "initials"}) fs::remove_all(scratch / gone);
  EXPECT_EQ(Lines(ExpectWorks(RunT2t({"decode", out, "--word", "cu"}))).size(), 1u);
  EXPECT_THAT(ExpectWorks(RunT2t({"eval", out, "--data", scratch / "data"})),
              HasSubstr("initials.initial on "));
}

}  // namespace
}  // namespace t2t
