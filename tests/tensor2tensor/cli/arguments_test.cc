// What the command line and the configuration say when they are asked, and when they are wrong.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/problems/scratch_folder.h"
#include "tests/tensor2tensor/cli/run_t2t.h"
#include "tests/tensor2tensor/cli/tiny_run.h"

namespace t2t {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

TEST(Arguments, EveryCommandHasItsHelp) {
  const std::map<std::string, std::vector<std::string>> options = {
      {"list", {"family", "--from", "--to", "--language", "--licence", "--max-size", "--by"}},
      {"describe", {"name", "--sample", "--data"}},
      {"datagen",
       {"problem", "--data", "--cache", "--source", "--offline", "--skip-broken", "--limit",
        "--data-seed", "--again"}},
      {"train",
       {"--problem", "--model", "--config", "--set", "--out", "--steps", "--max-time", "--device",
        "--dump-config", "--force", "--data", "--limit"}},
      {"eval",
       {"run", "--split", "--problem", "--baselines", "--eval-limit", "--set", "--checkpoint",
        "--device", "--threads", "--json", "--data"}},
      {"decode",
       {"run", "--problem", "--in", "--file", "--split", "--limit", "--want", "--set",
        "--checkpoint", "--device", "--threads", "--json", "--data"}},
      {"inspect",
       {"problem", "--split", "--first", "--count", "--save", "--statistics", "--verify",
        "--data"}},
      {"average", {"run", "--out", "--last", "--checkpoint"}},
      {"report", {"run"}},
  };
  const std::string all = ExpectWorks(RunT2t({"--help"}));
  for (const auto& [command, names] : options) {
    EXPECT_THAT(all, ContainsRegex("\n  " + command + " +[a-z]"));
    const Outcome outcome = RunT2t({command, "--help"});
    const std::string help = ExpectWorks(outcome);
    EXPECT_EQ(outcome.err, "");
    for (const std::string& name : names)
      EXPECT_THAT(help, ContainsRegex("\n  (-h,)?" + name + "[^\n]*\n? *[^ \n]")) << command;
    EXPECT_THAT(help, HasSubstr("--plugin")) << command;
  }
}

TEST(Arguments, AnUnknownNameIsRefusedWithTheNearest) {
  const ScratchFolder scratch;
  struct Case {
    std::vector<std::string> arguments;
    std::string wrong, nearest;
  };
  const std::vector<std::string> train = {"train", "--problem", "copy", "--dump-config"};
  const auto with = [&](const std::string& option, const std::string& value) {
    std::vector<std::string> arguments = train;
    arguments.insert(arguments.end(), {option, value});
    return arguments;
  };
  for (const Case& wrong : std::vector<Case>{
           {{"trian", "--problem", "copy"}, "unknown command 'trian'", "'train'"},
           {{"train", "--problm", "copy"}, "unknown option '--problm'", "'--problem'"},
           {{"eval", "nowhere", "--splt=test"}, "unknown option '--splt'", "'--split'"},
           {{"list", "problms"}, "'problms'", "'problems'"},
           {{"list", "--from", "imgae"}, "--from: unknown modality 'imgae'", "'image'"},
           {{"list", "problems", "--to", "lable"}, "--to: unknown modality 'lable'", "'label'"},
           {{"describe", "revers"}, "'revers'", "'reverse'"},
           {{"describe", "transformer_tinny"}, "'transformer_tinny'", "'transformer_tiny'"},
           {{"datagen", "copi", "--data", scratch.path()}, "'copi'", "'copy'"},
           {{"datagen", "copy:lenght=3", "--data", scratch.path()}, "'lenght'", "'length'"},
           {{"inspect", "image_stripe"}, "'image_stripe'", "'image_stripes'"},
           {{"train", "--problem", "adition", "--dump-config"}, "'adition'", "'addition'"},
           {with("--model", "transformer_tinny"), "'transformer_tinny'", "'transformer_tiny'"},
           {with("--config", "quickstat"), "'quickstat'", "'quickstart'"},
           {with("--set", "trainer.stpes=3"), "'trainer.stpes'", "'steps'"},
           {with("--set", "trianer.steps=3"), "'trianer'", "'trainer'"},
           {with("--set", "model.d_modle=16"), "'model.d_modle'", "'d_model'"},
           {with("--set", "model.body=transfomer"), "'transfomer'", "'transformer'"},
           {with("--set", "optimizer.name=adamv"), "adamv", "'adamw'"},
           {with("--set", "ports.copy.txt.vocab.kind=char"), "'ports.copy.txt", "'text'"},
           {with("--set", "ports.copy.text.vocab.knd=char"), "vocab.knd'", "'kind'"},
       }) {
    SCOPED_TRACE(testing::PrintToString(wrong.arguments));
    ExpectFails(RunT2t(wrong.arguments), 2, {wrong.wrong, "did you mean " + wrong.nearest});
  }
  EXPECT_TRUE(Contents(scratch.path()).empty());
}

TEST(Arguments, WhatIsMissingOrMalformedIsSaid) {
  struct Case {
    std::vector<std::string> arguments;
    std::string said;
  };
  for (const Case& wrong : std::vector<Case>{
           {{}, "subcommand is required"},
           {{"train", "--dump-config"}, "--problem NAME"},
           {{"train", "--problem", "copy"}, "--out FOLDER is missing"},
           {{"decode"}, "run is required"},
           {{"average", "somewhere"}, "--out is required"},
           {{"list", "--max-size", "small"}, "small: is no size such as"},
           {{"list", "--licence", "none of any"}, "no problem is of this kind"},
           {{"list", "metrics", "--from", "text"}, "choose problems, not metrics"},
           {{"train", "--problem", "copy", "--steps", "many"}, "--steps"},
           {{"train", "--problem", "copy", "--set", "trainer.steps"},
            "must read section.key=value"},
           {{"train", "--problem", "copy", "--set", "trainer.steps=few"}, "must be a whole number"},
           {{"train", "--problem", "copy", "--set", "trainer.steps=-1"}, "must not be negative"},
           {{"average", "run", "--out", "averaged", "--last", "-1"}, "--last"},
           {{"inspect", "copy", "--count", "-1"}, "--count"},
           {{"decode", "run", "--limit", "-1"}, "--limit"},
           {{"train", "--problem", "copy", "--max-time", "soon"}, "'soon' is not a duration"},
           {{"train", "--problem", "copy", "--set", "model.heads=3", "--set", "model.d_model=16"},
            "must divide d_model = 16"},
           {{"datagen", "copy", "--source", "words"}, "must read NAME=PATH"},
           // An option that may be repeated takes one word at a time, not the run behind it.
           {{"eval", "--set", "method=beam", "nowhere"}, "nowhere: is not a run"},
           {{"decode", "--set", "method=beam", "nowhere", "--text", "a"}, "nowhere: is not a run"},
           {{"average", "--checkpoint", "last", "nowhere", "--out", "x"}, "nowhere"},
           {{"train", "--model", "transformer_base", "--config", "quickstart", "--dump-config"},
            "quickstart extends transformer_tiny"},
           {{"train", "--problem", "copy", "--set", "model.layout=encoder_only", "--out", "x"},
            "copy.copied: the scheme 'autoregressive' needs a body that can run step by step"},
       }) {
    SCOPED_TRACE(testing::PrintToString(wrong.arguments));
    ExpectFails(RunT2t(wrong.arguments), 2, {wrong.said});
  }
}

// --set before file before preset before default; what is printed says so, and is itself a
// configuration.
TEST(Arguments, DumpConfigTellsWhereEveryValueComesFrom) {
  const ScratchFolder scratch;
  const std::string file = scratch.Write("run.yaml",
                                         "model: {heads: 2, layers: 9}\n"
                                         "\n"
                                         "schedule: {warmup_steps: 7, learning_rate: 0.5}\n");
  const std::string dump = ExpectWorks(RunT2t(
      {"train", "--problem", "copy", "--problem", "reverse", "--model", "transformer_tiny",
       "--config", file, "--set", "schedule.learning_rate=0.25", "--set", "problems.reverse=3",
       "--set", "model.layout=decoder_only", "--steps", "11", "--dump-config"}));
  EXPECT_THAT(dump, ContainsRegex("(^|\n)problems: \\{copy: 1, reverse: 3\\}  # "));
  EXPECT_THAT(dump, ContainsRegex("\n  steps: 11  # [^\n]* \\[--steps\\]\n"));
  EXPECT_THAT(dump, ContainsRegex("\n  learning_rate: 0.25  # [^\n]* \\[--set\\]\n"));
  EXPECT_THAT(dump, ContainsRegex("\n  warmup_steps: 7  # [^\n]* \\[" + file + ":3:12\\]\n"));
  EXPECT_THAT(dump, ContainsRegex("\n  heads: 2  # [^\n]* \\[" + file + ":1:9\\]\n"));
  EXPECT_THAT(dump, ContainsRegex("\n  layers: 9  # [^\n]* \\[" + file + ":1:19\\]\n"));
  EXPECT_THAT(dump,
              ContainsRegex("\n  d_model: 128  # [^\n]* \\[transformer_tiny:[0-9]+:[0-9]+\\]\n"));
  EXPECT_THAT(dump, ContainsRegex("\n  tie_embeddings: true  # [^\n]* \\[default\\]\n"));
  EXPECT_THAT(dump, ContainsRegex("\n        kind: byte  # [^\n]* \\[problem copy:1:[0-9]+\\]\n"));
  // The preset's own layers of an encoder are inherited, and said to be of no use.
  EXPECT_THAT(dump,
              HasSubstr("\n# inherited and not used: model.encoder_layers [transformer_tiny:"));

  const auto values = [](const std::string& text) {
    std::vector<std::string> lines;
    for (const std::string& line : Lines(text)) {
      if (line[0] != '#') lines.push_back(line.substr(0, line.find("  # ")));
    }
    return lines;
  };
  const std::string again =
      ExpectWorks(RunT2t({"train", "--config", scratch.Write("dump.yaml", dump), "--dump-config"}));
  EXPECT_EQ(values(again), values(dump));
  EXPECT_THAT(again, Not(HasSubstr("not used")));
}

// Said by the run's own file or by --set, but of a part that was not chosen.
TEST(Arguments, AKeyThatIsNotReadIsRefused) {
  const ScratchFolder scratch;
  for (const auto& [key, why] : std::map<std::string, std::string>{
           {"optimizer.momentum=0.5", "'optimizer.momentum' is not"},
           {"model.layers=3", "'model.layers' is not"},
           {"model.max_positions=100", "'model.max_positions' is not"},
           {"ports.reverse.text.vocab.kind=char", "'ports.reverse"}}) {
    SCOPED_TRACE(key);
    ExpectFails(RunT2t({"train", "--problem", "copy", "--set", key, "--dump-config"}), 2,
                {"--set: ", why});
  }
  const std::string file = scratch.Write("run.yaml", "problems: {copy: 1}\nmodel: {layers: 3}\n");
  ExpectFails(RunT2t({"train", "--config", file, "--dump-config"}), 2,
              {file + ":2:9: 'model.layers' is not"});
}

TEST(Arguments, ListAndDescribeTellWhatThereIs) {
  const std::string all = ExpectWorks(RunT2t({"list"}));
  for (const char* name : {"\n  copy ", "\n  image_fashion_mnist ", "\n  transformer_tiny ",
                           "\n  text ", "\n  transformer ", "\n  autoregressive ", "\n  chrf "})
    EXPECT_THAT(all, HasSubstr(name));
  EXPECT_THAT(all,
              ContainsRegex("\n  image_stripes +image -> label .* the direction of drawn stripes"));
  EXPECT_THAT(ExpectWorks(RunT2t({"list", "metrics"})), Not(HasSubstr("transformer_tiny")));

  const ScratchFolder scratch;
  const std::string problem = ExpectWorks(RunT2t({"describe", kBars, "--data", scratch.path()}));
  EXPECT_THAT(problem, ContainsRegex("\nparameters +count=[0-9]+ .1 to 1000000."));
  EXPECT_THAT(problem, ContainsRegex("\ninput +image: image, "));
  EXPECT_THAT(problem, ContainsRegex("\ntarget +caption: text, .*scheme autoregressive"));
  EXPECT_THAT(problem, HasSubstr("t2t datagen " + std::string(kBars)));
  // Pre-norm blocks of the width 128 with an inner width of 512: 2 of an encoder, 2 of a decoder.
  const std::string preset = ExpectWorks(RunT2t({"describe", "transformer_tiny"}));
  EXPECT_THAT(preset, ContainsRegex("\nparameters +[0-9.]+ million in the body"));
  EXPECT_THAT(preset, ContainsRegex("\nmemory +[0-9]+ MiB of weights"));
}

}  // namespace
}  // namespace t2t
