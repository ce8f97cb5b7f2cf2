// t2t decode: where inputs come from, what comes out and in which order, and what a run folder
// needs.
#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/problems/scratch_folder.h"
#include "tests/tensor2tensor/cli/run_t2t.h"
#include "tests/tensor2tensor/cli/tiny_run.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> Decode(const std::string& problem, const std::vector<std::string>& more,
                                const std::string& input = "",
                                const std::string& run = SharedRun().run) {
  std::vector<std::string> arguments = {"decode", run, "--problem", problem, "--threads", "1"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return Lines(ExpectWorks(RunT2t(arguments, {.input = input})));
}

// More lines than are decoded together, in no order of length, so that sorting and cutting show.
TEST(Decode, LinesKeepTheirOrderHoweverTheyCome) {
  const std::vector<std::string> words = {"d", "abcd", "ba", "cab", "", "dddd", "ac", "bdca", "cc"};
  std::vector<std::string> options;
  for (size_t i = 0; i < words.size(); ++i) {
    switch (i % 3) {
      case 0:
        options.insert(options.end(), {"--text", words[i]});
        break;
      case 1:
        options.insert(options.end(), {"--in", "text=" + words[i]});
        break;
      default:
        options.push_back("--text=" + words[i]);
    }
  }
  const std::vector<std::string> answers = Decode(kReverse, options);
  ASSERT_EQ(answers.size(), words.size());
  EXPECT_GE(std::set<std::string>(answers.begin(), answers.end()).size(), 4u)
      << "answers that are all alike show no order: " << absl::StrJoin(answers, " ");

  std::vector<std::string> lines, expected;
  for (size_t i = 0; i < 599; ++i) {
    lines.push_back(words[i * i % 7 + i % 3]);
    expected.push_back(answers[i * i % 7 + i % 3]);
  }
  const std::string text = absl::StrJoin(lines, "\n");  // the last line has no end
  EXPECT_EQ(Decode(kReverse, {}, text + "\n"), expected);
  EXPECT_EQ(Decode(kReverse, {}, text), expected);
  const ScratchFolder scratch;
  EXPECT_EQ(Decode(kReverse, {"--file", scratch.Write("words.txt", text)}), expected);
  EXPECT_TRUE(Decode(kReverse, {}, "").empty());
  // Values that could be taken for commands and options.
  EXPECT_EQ(Decode(kReverse, {"--text", "list", "--text", "-1", "--text=--json"}),
            Decode(kReverse, {}, "list\n-1\n--json\n"));
}

// From a picture to its caption and then from the caption to its letters the other way round: as by two calls.
TEST(Decode, OneProblemGoesOnWithWhatAnotherSays) {
  const std::string &run = SharedRun().run, &data = SharedRun().data;
  const std::vector<std::string> split = {"--split", "valid", "--limit", "5", "--data", data};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), split.begin(), split.end());
    return more;
  };
  const std::vector<std::string> captions = Decode(kBars, with({}));
  ASSERT_EQ(captions.size(), 5u);
  const std::vector<std::string> reversed =
      Decode(kReverse, {}, absl::StrJoin(captions, "\n") + "\n");
  EXPECT_EQ(Decode(kBars, with({"--then", kReverse})), reversed);
  const auto records =
      JsonLines(absl::StrJoin(Decode(kBars, with({"--then", kReverse, "--json"})), "\n") + "\n");
  ASSERT_EQ(records.size(), 5u);
  for (size_t i = 0; i < records.size(); ++i) {
    ASSERT_EQ(records[i].at("through").size(), 1u);
    EXPECT_EQ(records[i]["through"][0].at("problem"), kBars);
    EXPECT_EQ(records[i]["through"][0].at("text"), captions[i]);
    EXPECT_FALSE(records[i].contains("references"));
  }
  ExpectFails(RunT2t({"decode", run, "--problem", kReverse, "--text", "ab", "--then", kBars}), 2,
              {"--then caption_bars", "which no target of reverse", "has"});
  ExpectFails(RunT2t({"decode", run, "--problem", kReverse, "--text", "ab", "--then", "revrse"}), 2,
              {"--then: ", "was not trained on 'revrse'"});
}

TEST(Decode, AProblemMayHaveTwoInputsOrNone) {
  const ScratchFolder scratch;
  scratch.Write("joins/manifest.yaml",
                "name: joins\ninputs: {first: {modality: text}, second: {modality: text}}\n"
                "targets: {both: {modality: text}}\ndata: {table: joins.tsv}\n"
                "split: {valid: 20%, test: 20%}\n");
  scratch.Write("names/manifest.yaml",
                "name: names\ninputs: {}\ntargets: {name: {modality: text}}\n"
                "data: {table: names.tsv}\nsplit: {valid: 20%, test: 20%}\n");
  std::string joins = "first\tsecond\tboth\n", names = "name\n";
  for (const char a : std::string("abcdef")) {
    for (const char b : std::string("uvwxyz")) {
      absl::StrAppend(&joins, std::string(1, a), "\t", std::string(1, b), "\t", std::string({a, b}),
                      "\n");
      absl::StrAppend(&names, std::string({a, b}), "\n");
    }
  }
  scratch.Write("joins/joins.tsv", joins);
  scratch.Write("names/names.tsv", names);
  const std::string run = scratch / "run", data = scratch / "data";
  ExpectWorks(RunT2t(TinyTraining({"--problem", scratch / "joins", "--problem", scratch / "names",
                                   "--data", data, "--out", run, "--steps", "4"})));
  const auto lines = Decode("joins", {}, "a\tu\nbc\tv\n", run);
  EXPECT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines,
            Decode("joins", {"--first", "a", "--second", "u", "--first", "bc", "--in", "second=v"},
                   "", run));
  ExpectFails(RunT2t({"decode", run, "--problem", "joins"}, {.input = "a\tu\nalone\n"}), 2,
              {"stdin:2: 1 fields, but the problem has 2 inputs"});
  EXPECT_EQ(Decode("names", {}, "", run).size(), 1u);
  const std::string table = ExpectWorks(RunT2t({"eval", run, "--data", data, "--baselines"}));
  const std::string of_names = table.substr(table.find("names.name on "));
  EXPECT_THAT(table.substr(0, table.size() - of_names.size()), HasSubstr("nearest_neighbour"));
  EXPECT_THAT(of_names, HasSubstr("bits_per_character"));
  EXPECT_THAT(of_names,
              testing::AllOf(HasSubstr(" xz "), testing::Not(HasSubstr("most_frequent"))));
}

// Lines of a Windows file: the same answers.
TEST(Decode, ALineMayEndWithACarriageReturn) {
  const ScratchFolder scratch;
  const std::string unix_file = scratch.Write("a.txt", "abc\nba\n"),
                    windows_file = scratch.Write("b.txt", "abc\r\nba\r\n");
  const auto decode = [](const std::string& file) {
    return ExpectWorks(RunT2t({"decode", SharedRun().run, "--problem", kReverse, "--file", file}));
  };
  EXPECT_EQ(decode(windows_file), decode(unix_file));
}

TEST(Decode, JsonHoldsTheBestWithTheirScores) {
  const std::vector<std::string> beam = {"--set",  "method=beam", "--set",  "beam=5",
                                         "--text", "abca",        "--text", "d"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.end(), beam.begin(), beam.end());
    return Decode(kReverse, more);
  };
  const auto records = JsonLines(absl::StrJoin(with({"--set", "n_best=3", "--json"}), "\n") + "\n");
  ASSERT_EQ(records.size(), 2u);
  std::vector<std::string> best;
  for (const auto& record : records) {
    const auto& candidates = record.at("reversed");
    ASSERT_EQ(candidates.size(), 3u) << record;
    std::set<std::string> texts;
    for (size_t i = 0; i < 3; ++i) {
      texts.insert(candidates[i].at("text").get<std::string>());
      if (i > 0) {
        EXPECT_LE(candidates[i].at("score"), candidates[i - 1].at("score"));
      }
      EXPECT_LE(candidates[i].at("log_probability"), 0.0);
      EXPECT_TRUE(candidates[i].at("finished").is_boolean());
    }
    EXPECT_EQ(texts.size(), 3u) << record;
    best.push_back(candidates[0].at("text"));
  }
  EXPECT_EQ(records[0].at("key"), "1");
  EXPECT_EQ(records[1].at("key"), "2");
  EXPECT_EQ(with({}), best);
  // A plain n best is a line a candidate.
  EXPECT_EQ(with({"--set", "n_best=3"}).size(), 6u);
}

TEST(Decode, PicturesComeByTheirFiles) {
  const ScratchFolder scratch;
  ExpectWorks(RunT2t({"inspect", kBars, "--split", "valid", "--data", SharedRun().data, "--save",
                      scratch.path()}));
  std::vector<std::string> pictures, options;
  for (int i = 0; i < 5; ++i) {
    pictures.push_back(scratch / absl::StrCat("valid-", i, "-image.png"));
    options.insert(options.end(), {"--image", pictures.back()});
  }
  const std::vector<std::string> captions = Decode(kBars, options);
  EXPECT_EQ(captions.size(), 5u);
  EXPECT_EQ(Decode(kBars, {}, absl::StrJoin(pictures, "\n") + "\n"), captions);

  // The same pictures from the data set, in which the captions stand.
  const std::vector<std::string> split =
      Decode(kBars, {"--split", "valid", "--json", "--data", SharedRun().data});
  const auto records = JsonLines(absl::StrJoin(split, "\n") + "\n");
  ASSERT_EQ(records.size(), 5u);
  const char* const kCounts[] = {"one bar", "two bars", "three bars", "four bars", "five bars"};
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(records[i].at("key"), absl::StrCat("valid-00000", i));
    EXPECT_EQ(records[i].at("caption")[0].at("text"), captions[i]);
    EXPECT_EQ(records[i].at("references").at("caption"), nlohmann::json({kCounts[i]}));
  }
  EXPECT_EQ(Decode(kBars, {"--split", "valid", "--limit", "2", "--data", SharedRun().data}),
            std::vector<std::string>(captions.begin(), captions.begin() + 2));
}

// Neither its place nor its data matter, and decoding writes nothing into it.
TEST(Decode, ARunFolderCanBeMovedAndMadeReadOnly) {
  const ScratchFolder scratch;
  const std::string original = scratch / "made/here", moved = scratch / "kept/elsewhere";
  ExpectWorks(RunT2t(TinyTraining({"--problem", "caption_bars:count=10", "--steps", "3", "--out",
                                   original, "--data", scratch / "data"})));
  ExpectWorks(RunT2t({"inspect", "caption_bars:count=10", "--count", "1", "--data",
                      scratch / "data", "--save", scratch.path()}));
  const std::vector<std::string> picture = {"--image", scratch / "train-0-image.png"};
  const auto caption = Decode("", picture, "", original);
  CopyFolder(original, moved);
  fs::remove_all(scratch / "made");
  fs::remove_all(scratch / "data");
  for (const auto& entry : fs::recursive_directory_iterator(moved)) {
    if (!entry.is_symlink())
      fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::remove);
  }
  fs::permissions(moved, fs::perms::owner_write, fs::perm_options::remove);
  const auto before = Contents(moved);  // a superuser can write nevertheless
  EXPECT_EQ(Decode("", picture, "", moved), caption);
  EXPECT_THAT(ExpectWorks(RunT2t({"describe", moved})), HasSubstr("caption_bars:count=10"));
  EXPECT_THAT(Differing(Contents(moved), before), IsEmpty());
  for (const auto& entry : fs::recursive_directory_iterator(moved)) {
    if (entry.is_directory()) fs::permissions(entry.path(), fs::perms::owner_all);
  }
  fs::permissions(moved, fs::perms::owner_all);
}

TEST(Decode, WhatDoesNotFitTheRunIsRefused) {
  const auto refused = [](std::vector<std::string> arguments,
                          const std::vector<std::string>& said) {
    arguments.insert(arguments.begin(), {"decode", SharedRun().run});
    SCOPED_TRACE(testing::PrintToString(arguments));
    ExpectFails(RunT2t(arguments), 2, said);
  };
  const std::string reverse = kReverse, bars = kBars;
  refused({"--text", "ab"}, {"--problem", reverse, bars});
  refused({"--problem", "revers", "--text", "ab"}, {"was not trained on 'revers'", reverse});
  refused({"--problem", reverse, "--txt", "ab"}, {"--txt", "did you mean 'text'"});
  refused({"--problem", reverse, "--limt", "3"}, {"--limt", "did you mean 'limit'"});
  refused({"--problem", reverse, "--text"}, {"--text: has no value"});
  refused({"--problem", reverse, "--in", "ab"}, {"must read PORT=VALUE"});
  refused({"--problem", reverse, "ab"}, {"'ab' is not an option"});
  refused({"--problem", reverse, "--text", "ab", "--split", "test"}, {"--split"});
  refused({"--problem", reverse, "--text", "ab", "--want", "reversd"}, {"reversd", "reversed"});
  refused({"--problem", reverse, "--text", "ab", "--set", "methd=beam"}, {"methd", "'method'"});
  refused({"--problem", reverse, "--text", "ab", "--set", "method=beem"}, {"beem", "'beam'"});
  refused({"--problem", reverse, "--text", "ab", "--set", "beam=3"}, {"'beam' is not"});
  refused({"--problem", reverse, "--text", "ab", "--checkpoint", "50"},
          {"has no checkpoint '50'", "100, 160"});
  refused({"--problem", reverse, "--split", "tset", "--data", SharedRun().data}, {"tset", "test"});
  refused({"--problem", reverse, "--split", "test", "--data", "/nowhere"}, {"/nowhere"});
}

// The bug: parameters in another order than the problem's own ended with "map::at".
TEST(Decode, AProblemsParametersMayStandInAnyOrder) {
  const ScratchFolder scratch;
  const std::string run = scratch / "run", name = "reverse:length=3,count=20,alphabet=4";
  ExpectWorks(RunT2t(
      TinyTraining({"--problem", name, "--steps", "2", "--out", run, "--data", scratch / "data"})));
  EXPECT_EQ(Decode(name, {"--text", "a"}, "", run),
            Decode("reverse:alphabet=4,count=20,length=3", {"--text", "a"}, "", run));
  EXPECT_THAT(ExpectWorks(RunT2t({"eval", run, "--problem", name, "--data", scratch / "data"})),
              HasSubstr("reverse:alphabet=4,count=20,length=3.reversed on 2 examples"));
}

TEST(Decode, AProblemsParametersMayBeLeftOutWhereOneFits) {
  const auto decode = [](const std::string& problem) {
    return ExpectWorks(RunT2t({"decode", SharedRun().run, "--problem", problem, "--text", "abc"}));
  };
  EXPECT_EQ(decode("reverse"), decode(kReverse));
}

TEST(Decode, ACheckpointCanBeChosen) {
  const auto answers = [](const std::string& checkpoint) {
    return Decode(kReverse, {"--text", "abcd", "--json", "--checkpoint", checkpoint});
  };
  EXPECT_EQ(answers("160"), answers("last"));
  EXPECT_NE(answers("100"), answers("last"));  // their log-probabilities differ
}

}  // namespace
}  // namespace t2t
