// Sound and sequences through the whole program: a folder of one's own, trained, measured, decoded and shown.
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "files/folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/sound.h"
#include "random/philox.h"
#include "tests/problems/scratch_folder.h"
#include "tests/tensor2tensor/cli/run_t2t.h"
#include "tests/tensor2tensor/cli/tiny_run.h"

namespace t2t {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// A low or a high tone, a gene with its complement, letter by letter, and a number with its double beside the tone's pitch.
void WriteFolder(const ScratchFolder& folder) {
  Philox random(RandomKey(1).With("kinds"));
  std::string table = "clip\tgene\tnumber\tpitch\tpaired\tfacts\n";
  for (int i = 0; i < 120; ++i) {
    const bool high = i % 2 == 1;
    Sound tone{8000, {}};
    const double turn = (high ? 1500 : 300) * (0.9 + 0.2 * random.Uniform()) * 2 * M_PI / 8000;
    for (int k = 0; k < 800; ++k) {
      tone.samples.push_back(static_cast<float>(0.3 * std::sin(turn * k) + 0.05 * random.Normal()));
    }
    const std::string file = absl::StrCat("clips/", i, ".wav");
    if (i == 0) tone.samples.assign(800, 0.0f);
    folder.Write(file, *EncodeWav(tone));
    std::string gene, paired;
    for (uint64_t left = 3 + random.Below(6); left > 0; --left) {
      const size_t base = random.Below(4);
      gene += "ACGT"[base];
      paired += "tgca"[base];  // shown, and judged, in upper case
    }
    const int number = static_cast<int>(random.Below(100));
    absl::StrAppend(&table, file, "\t", gene, "\t", number, "\t", high ? "high" : "low", "\t",
                    paired, "\t", 2 * number, " ",
                    high         ? "1500"
                    : i % 3 == 0 ? "nan"
                                 : "300",
                    "\n");
  }
  folder.Write("table.tsv", table);
  folder.Write("manifest.yaml",
               "name: kinds\n"
               "inputs:\n"
               "  clip: {modality: audio, rate: 4000, bins: 8}\n"
               "  gene: {modality: dna}\n"
               "  number: {modality: vector}\n"
               "targets:\n"
               "  paired: {modality: dna, scheme: aligned, aligned_with: gene}\n"
               "  pitch: {modality: label}\n"
               "  facts: {modality: vector, missing: mark}\n"
               "data: {table: table.tsv}\n"
               "split: {by: clip, valid: 10%, test: 10%}\n");
}

// A language model: one target and no input, in one stack of blocks.
TEST(Kinds, ATextWithoutAnInputIsPricedAndContinued) {
  const ScratchFolder folder, scratch;
  Philox random(RandomKey(2).With("language"));
  const char* const kinds[] = {"cats", "dogs", "birds"};
  std::string table = "text\n";
  for (int i = 0; i < 400; ++i) {
    absl::StrAppend(&table, "the ", kinds[random.Below(3)], " of ", i, " ", kinds[random.Below(3)],
                    " sleep\n");
  }
  folder.Write("table.tsv", table);
  folder.Write("manifest.yaml",
               "name: sayings\ntargets:\n  text: {modality: text, vocab: {kind: byte}}\n"
               "data: {table: table.tsv}\nsplit: {by: text, valid: 10%, test: 10%}\n");
  const std::string run = scratch / "run", data = scratch / "data";
  ExpectWorks(
      RunT2t({"train", "--problem", folder.path(), "--out", run, "--data", data, "--steps", "300",
              "--set", "model={layout: decoder_only, d_model: 32, heads: 2, ff: 64, layers: 2}",
              "--set", "schedule={learning_rate: 0.01, warmup_steps: 10}", "--set",
              "trainer.threads=1", "--set", "data.tokens_per_batch=1024"}));
  const std::string measured =
      ExpectWorks(RunT2t({"eval", run, "--split", "test", "--baselines", "--data", data}));
  EXPECT_THAT(measured, HasSubstr("bits_per_character"));
  const nlohmann::json record = nlohmann::json::parse(MustRead(run + "/eval/test.json"));
  const nlohmann::json& target = record.at("problems").at("sayings").at("targets").at("text");
  EXPECT_EQ(target.at("primary"), "bits_per_character");
  const double bits = target.at("metrics").at("bits_per_character").at("value");
  const double xz =
      target.at("baselines").at("xz").at("metrics").at("bits_per_character").at("value");
  EXPECT_GT(bits, 0.2) << measured;  // the numbers and kinds cannot be known
  EXPECT_LT(bits, 1.5) << measured;
  EXPECT_GT(xz, 0.2) << measured;
  EXPECT_LT(xz, 3) << measured;
  EXPECT_NEAR(target.at("baselines").at("xz").at("lead").at("bits_per_character").at("value"),
              xz - bits, 1e-9);
  EXPECT_EQ(target.at("baselines").size(), 1u) << "no answer to nothing";
  const std::string said = ExpectWorks(
      RunT2t({"decode", run, "--set", "method=sample", "--set", "n_best=1", "--set", "seed=3"}));
  EXPECT_THAT(said, HasSubstr("the "));
  EXPECT_THAT(said, HasSubstr(" sleep"));
  ExpectWorks(RunT2t({"report", run}));
  const std::string page = MustRead(run + "/report.html");
  EXPECT_THAT(page,
              AllOf(HasSubstr("Bits per character"), HasSubstr("xz -9 after the training texts"),
                    HasSubstr("</b> bits per character")));
}

// A text to its tones, sample by sample: a likelihood, and a file.
TEST(Kinds, ASoundIsPricedAndMadeSampleBySample) {
  const ScratchFolder folder, scratch;
  const std::string run = scratch / "run", data = scratch / "data", made = scratch / "made";
  std::string table = "word\tsound\n";
  for (int i = 0; i < 60; ++i) {
    Sound tone{1000, {}};
    for (int t = 0; t < 30 + i / 4; ++t)
      tone.samples.push_back(static_cast<float>(0.5 * std::sin((i % 2 == 0 ? 0.3 : 1.1) * t)));
    folder.Write(absl::StrCat(i, ".wav"), *EncodeWav(tone));
    absl::StrAppend(&table, i % 2 == 0 ? "low" : "high", "\t", i, ".wav\n");
  }
  folder.Write("table.tsv", table);
  folder.Write("manifest.yaml",
               "name: tones\n"
               "inputs: {word: {modality: label}}\n"
               "targets: {sound: {modality: audio, units: samples, rate: 1000}}\n"
               "data: {table: table.tsv}\n"
               "split: {by: sound, valid: 20%, test: 20%}\n");
  ExpectWorks(RunT2t(TinyTraining({"--problem", folder.path(), "--out", run, "--data", data,
                                   "--steps", "60", "--set", "model.local_attention=16"})));
  const std::string measured = ExpectWorks(RunT2t({"eval", run, "--split", "test", "--baselines",
                                                   "--metrics", "duration_error", "--data", data}));
  EXPECT_THAT(measured, AllOf(HasSubstr("bits_per_sample"), HasSubstr("independent "),
                              HasSubstr("duration_error")));
  const nlohmann::json record = nlohmann::json::parse(MustRead(run + "/eval/test.json"));
  const nlohmann::json& target = record.at("problems").at("tones").at("targets").at("sound");
  EXPECT_EQ(target.at("primary"), "bits_per_sample");
  const double bits = target.at("metrics").at("bits_per_sample").at("value");
  EXPECT_NEAR(bits, target.at("bits_per_sample").get<double>(), 1e-6);
  EXPECT_GT(bits, 0.5);
  EXPECT_LT(bits, 9);
  ExpectWorks(RunT2t({"decode", run, "--word", "low", "--save", made, "--set", "max_length=20"}));
  const auto sound = DecodeSound(MustRead(made + "/1-sound.wav"));
  ASSERT_TRUE(sound.ok()) << sound.status();
  EXPECT_EQ(sound->rate, 1000);
  EXPECT_LE(sound->samples.size(), 20u);
}

// A label to its picture, over the data set of the other way round.
TEST(Kinds, APictureIsPricedAndDrawn) {
  const ScratchFolder scratch;
  const std::string run = scratch / "run", data = scratch / "data", drawn = scratch / "drawn";
  ExpectWorks(RunT2t(TinyTraining(
      {"--problem", "image_stripes_rev:count=60", "--out", run, "--data", data, "--steps", "20",
       "--set", "validation.every=10", "--set",
       "ports.image_stripes_rev:count=60.image={units: pixels, decode: {method: sample}}"})));
  EXPECT_TRUE(Exists(data + "/image_stripes-count=60/manifest.json"));
  EXPECT_FALSE(Exists(data + "/image_stripes_rev-count=60"));
  const std::string measured =
      ExpectWorks(RunT2t({"eval", run, "--split", "test", "--baselines", "--data", data}));
  EXPECT_THAT(measured, AllOf(HasSubstr("bits_per_dimension"), HasSubstr("bits_per_subpixel"),
                              HasSubstr("independent "), HasSubstr("png ")));
  const nlohmann::json record = nlohmann::json::parse(MustRead(run + "/eval/test.json"));
  const nlohmann::json& target =
      record.at("problems").at("image_stripes_rev:count=60").at("targets").at("image");
  EXPECT_EQ(target.at("primary"), "bits_per_dimension");
  EXPECT_NEAR(target.at("metrics").at("bits_per_dimension").at("value").get<double>(),
              target.at("bits_per_subpixel").get<double>(), 1e-6);
  for (const char* file : {"answer", "wanted"}) {
    std::string png;
    ASSERT_TRUE(absl::Base64Unescape(
        target.at("examples").at(0).at(file).at("base64").get<std::string>(), &png));
    EXPECT_EQ(DecodePixels(png, 1)->width, 16) << file;
  }
  ExpectWorks(RunT2t({"report", run}));
  EXPECT_THAT(MustRead(run + "/report.html"),
              AllOf(HasSubstr("Bits per dimension"), HasSubstr("PNG, the whole file"),
                    HasSubstr("alt=\"model of example "), HasSubstr("</b> bits per dimension")));
  const Outcome nowhere = RunT2t({"decode", run}, {.input = "horizontal\n"});
  EXPECT_NE(nowhere.code, 0);
  EXPECT_THAT(nowhere.err,
              HasSubstr("--save FOLDER: is needed, since the target 'image' is a file"));
  const std::string said = ExpectWorks(
      RunT2t({"decode", run, "--save", drawn, "--set", "method=sample", "--set", "n_best=2"},
             {.input = "horizontal\nvertical\n"}));
  EXPECT_THAT(Lines(said), testing::ElementsAre(drawn + "/1-image.png", drawn + "/1-image-2.png",
                                                drawn + "/2-image.png", drawn + "/2-image-2.png"));
  std::set<std::string> pictures;
  for (const std::string& path : Lines(said)) {
    const std::string png = MustRead(path);
    EXPECT_EQ(DecodePixels(png, 1)->height, 16) << path;
    pictures.insert(png);
  }
  EXPECT_EQ(pictures.size(), 4u);

  // A classifier of the same pictures says what they are taken for, and what the true ones are.
  const std::string classifier = scratch / "classifier", sheet = scratch / "sheet.png";
  ExpectWorks(RunT2t(TinyTraining({"--problem", "image_stripes:count=60", "--out", classifier,
                                   "--data", data, "--steps", "60"})));
  const std::string judged = ExpectWorks(RunT2t(
      {"eval", run, "--split", "valid", "--judge", classifier, "--retrieve", "5", "--data", data}));
  EXPECT_THAT(judged, AllOf(HasSubstr("judged direction, accuracy"), HasSubstr("Frechet distance"),
                            HasSubstr("retrieved, mean rank of 5")));
  const nlohmann::json valid = nlohmann::json::parse(MustRead(run + "/eval/valid.json"));
  const nlohmann::json& judge =
      valid.at("problems").at("image_stripes_rev:count=60").at("targets").at("image").at("judge");
  const std::string true_ones =
      ExpectWorks(RunT2t({"eval", classifier, "--split", "valid", "--data", data, "--json"}));
  EXPECT_EQ(judge.at("of_true").at("accuracy"), nlohmann::json::parse(true_ones)
                                                    .at("problems")
                                                    .at("image_stripes:count=60")
                                                    .at("targets")
                                                    .at("direction")
                                                    .at("metrics")
                                                    .at("accuracy"));
  EXPECT_GT(judge.at("of_true").at("accuracy").at("value"), 60);
  EXPECT_LT(judge.at("of_made").at("accuracy").at("value"),
            judge.at("of_true").at("accuracy").at("value"));
  // What was hardly trained is far from the true pictures, further than other true ones, and tells nothing of what it is of.
  EXPECT_GT(judge.at("frechet").at("made"), judge.at("frechet").at("true"));
  const nlohmann::json& retrieval = judge.at("retrieval");
  EXPECT_LT(retrieval.at("true").at("high"), retrieval.at("by_chance"));
  EXPECT_LT(retrieval.at("true").at("value"), retrieval.at("made").at("value"));
  // Of training itself there are no others.
  ExpectWorks(RunT2t({"eval", run, "--split", "train", "--eval-limit", "5", "--judge", classifier,
                      "--data", data}));
  const nlohmann::json train = nlohmann::json::parse(MustRead(run + "/eval/train.json"));
  const nlohmann::json& frechet = train.at("problems")
                                      .at("image_stripes_rev:count=60")
                                      .at("targets")
                                      .at("image")
                                      .at("judge")
                                      .at("frechet");
  EXPECT_TRUE(frechet.contains("made"));
  EXPECT_FALSE(frechet.contains("true"));
  const Outcome nobody = RunT2t({"eval", run, "--retrieve", "5", "--data", data});
  EXPECT_NE(nobody.code, 0);
  EXPECT_THAT(nobody.err, HasSubstr("--retrieve needs --judge"));
  const Outcome blind = RunT2t({"eval", run, "--judge", run, "--data", data});
  EXPECT_NE(blind.code, 0);
  EXPECT_THAT(blind.err, AllOf(HasSubstr("--judge " + run), HasSubstr("cannot judge"),
                               HasSubstr("no problem of it has an input 'image' (image)")));

  ExpectWorks(RunT2t({"decode", run, "--save", drawn, "--sheet", sheet, "--set", "n_best=3",
                      "--direction", "vertical", "--direction", "diagonal"}));
  const auto pixels = DecodePixels(MustRead(sheet), 3);
  EXPECT_EQ(pixels->height, 2 * (4 * 16 + 2) + 2);
  EXPECT_EQ(pixels->width, 3 * (4 * 16 + 2) + 2);
  const Outcome no_picture = RunT2t({"decode", classifier, "--sheet", sheet});
  EXPECT_NE(no_picture.code, 0);
  EXPECT_THAT(no_picture.err, HasSubstr("--sheet: shows one target of modality image"));
}

// The same by patches that a flow draws: a score instead of a likelihood, other pictures by another seed.
TEST(Kinds, APictureIsDrawnByAFlow) {
  const ScratchFolder scratch;
  const std::string run = scratch / "run", data = scratch / "data", drawn = scratch / "drawn";
  ExpectWorks(
      RunT2t(TinyTraining({"--problem", "image_stripes_rev:count=60", "--out", run, "--data", data,
                           "--steps", "20", "--set", "validation.every=10", "--set",
                           "ports.image_stripes_rev:count=60.image.flow.steps=3"})));
  const std::string measured =
      ExpectWorks(RunT2t({"eval", run, "--split", "test", "--baselines", "--data", data}));
  EXPECT_THAT(measured,
              AllOf(HasSubstr("flow_loss"), HasSubstr(" a decision"),
                    testing::Not(HasSubstr("nats")), testing::Not(HasSubstr("bits_per"))));
  const nlohmann::json record = nlohmann::json::parse(MustRead(run + "/eval/test.json"));
  const nlohmann::json& target =
      record.at("problems").at("image_stripes_rev:count=60").at("targets").at("image");
  EXPECT_EQ(target.at("primary"), "flow_loss");
  EXPECT_NEAR(target.at("metrics").at("flow_loss").at("value").get<double>(),
              target.at("tf_loss").get<double>(), 1e-4);
  const auto decode = [&](const std::string& seed) {
    std::vector<std::string> pictures;
    for (const std::string& path : Lines(ExpectWorks(
             RunT2t({"decode", run, "--save", drawn, "--set", "method=sample", "--set", "n_best=2",
                     "--set", "seed=" + seed, "--direction", "vertical"})))) {
      pictures.push_back(MustRead(path));
      EXPECT_EQ(DecodePixels(pictures.back(), 1)->height, 16) << path;
    }
    return pictures;
  };
  const std::vector<std::string> first = decode("1");
  ASSERT_EQ(first.size(), 2u);
  EXPECT_NE(first[0], first[1]);
  EXPECT_EQ(decode("1"), first);
  EXPECT_NE(decode("2"), first);
}

// Tones and the silence behind them to a word; a long recording of several is heard in pieces.
TEST(Kinds, ALongRecordingIsHeardInPieces) {
  const ScratchFolder folder, scratch;
  Philox random(RandomKey(3).With("tones"));
  const auto clip = [&](bool high) {
    std::vector<float> samples;
    const double turn = (high ? 1500 : 300) * (0.9 + 0.2 * random.Uniform()) * 2 * M_PI / 8000;
    for (int k = 0; k < 3200; ++k) {
      const double tone = k < 1800 ? 0.3 * std::sin(turn * k) : 0;
      samples.push_back(static_cast<float>(tone + 0.001 * random.Normal()));
    }
    return samples;
  };
  std::map<std::string, std::string> tables;
  for (int i = 0; i < 60; ++i) {
    folder.Write(absl::StrCat(i, ".wav"), *EncodeWav({8000, clip(i % 2 == 1)}));
    std::string& table = tables[i < 48 ? "train" : i < 54 ? "valid" : "test"];
    if (table.empty()) table = "clip\tword\n";
    absl::StrAppend(&table, i, ".wav\t", i % 2 == 1 ? "high" : "low", "\n");
  }
  // Of several tones, and the words that they say.
  const auto recording = [&](const std::vector<bool>& tones, std::string* said) {
    Sound sound = {8000, {}};
    for (const bool high : tones) {
      const std::vector<float> samples = clip(high);
      sound.samples.insert(sound.samples.end(), samples.begin(), samples.end());
      absl::StrAppend(said, said->empty() ? "" : " ", high ? "high" : "low");
    }
    sound.samples.resize(sound.samples.size() - 1200);  // no piece of silence at the end
    return *EncodeWav(sound);
  };
  std::string test_words, said;
  folder.Write("long.wav", recording({false, true, true}, &test_words));
  absl::StrAppend(&tables["test"], "long.wav\t", test_words, "\n");
  for (const auto& [split, table] : tables) folder.Write(split + ".tsv", table);
  folder.Write(
      "manifest.yaml",
      "name: tones\ninputs:\n  clip: {modality: audio, rate: 8000, bins: 8, max_seconds: 3}\n"
      "targets:\n  word: {modality: text, vocab: {kind: char}}\n"
      "data: {train: train.tsv, valid: valid.tsv, test: test.tsv}\n");
  const std::string run = scratch / "run", data = scratch / "data";
  // 12 positions are 480 ms.
  ExpectWorks(RunT2t(TinyTraining({"--problem", folder.path(), "--out", run, "--data", data,
                                   "--steps", "150", "--set", "data.max_length=12"})));
  const std::string path =
      scratch.Write("long.wav", recording({true, false, false, true, true}, &said));
  EXPECT_EQ(ExpectWorks(RunT2t({"decode", run, "--clip", path})), said + "\n");
  // One of a split is measured, by what is decoded.
  const std::string told = ExpectWorks(RunT2t({"eval", run, "--split", "test", "--data", data}));
  EXPECT_THAT(told, AllOf(HasSubstr("on 7 examples of test"),
                          HasSubstr("1 of them are longer than data.max_length: decoded in "
                                    "pieces, and without a loss")));
  const auto record = nlohmann::json::parse(MustRead(run + "/eval/test.json"));
  EXPECT_EQ(record.at("problems").at("tones").at("in_pieces"), 1);
  EXPECT_EQ(record["problems"]["tones"]["targets"]["word"]["metrics"]["chrf"]["value"], 100.0);
}

TEST(Kinds, SoundAndSequencesGoThroughTheProgram) {
  const ScratchFolder folder, scratch;
  WriteFolder(folder);
  const std::string run = scratch / "run", data = scratch / "data";
  ExpectWorks(RunT2t(
      TinyTraining({"--problem", folder.path(), "--out", run, "--data", data, "--steps", "500"})));
  const std::string measured = ExpectWorks(
      RunT2t({"eval", run, "--split", "test", "--baselines", "--data", data, "--json"}));
  // One silent clip; it is drawn into training by its name.
  EXPECT_EQ(JsonLines(MustRead(run + "/log.jsonl"))
                .at(100)
                .at("remarks")
                .at("kinds")
                .at("clip is silent"),
            1);
  const Outcome silent = RunT2t({"decode", run, "--clip", folder / "clips/0.wav", "--gene", "ACG",
                                 "--number", "3", "--want", "pitch"});
  ExpectWorks(silent);
  EXPECT_THAT(silent.err, HasSubstr("clips/0.wav: is silent"));
  const nlohmann::json record = nlohmann::json::parse(MustRead(run + "/eval/test.json"));
  const nlohmann::json& targets = record.at("problems").at("kinds").at("targets");
  EXPECT_EQ(targets.at("pitch").at("metrics").at("accuracy").at("value"), 100) << measured;
  // The complement of a base depends on the base alone.
  const nlohmann::json& aligned = targets.at("paired").at("baselines").at("most_frequent_aligned");
  EXPECT_EQ(aligned.at("metrics").at("cer").at("value"), 0.0);
  EXPECT_FALSE(targets.at("pitch").at("baselines").contains("most_frequent_aligned"));
  const nlohmann::json& nearest = targets.at("paired").at("baselines").at("nearest_neighbour");
  EXPECT_LT(nearest.at("metrics").at("cer").at("value"), 90) << measured;
  EXPECT_EQ(targets.at("paired").at("metrics").at("exact_match").at("value"), 100) << measured;

  // Guessing the means errs by 400 and by how the numbers are spread.
  EXPECT_LT(targets.at("facts").at("metrics").at("rmse").at("value"), 100) << measured;
  EXPECT_GT(targets.at("facts").at("metrics").at("pearson").at("value"), 0.98) << measured;
  const nlohmann::json& guessed = targets.at("facts").at("baselines");
  EXPECT_GT(guessed.at("mean").at("metrics").at("rmse").at("value"), 100) << measured;
  EXPECT_GT(guessed.at("nearest_neighbour").at("lead").at("rmse").at("value"), 0) << measured;

  const std::vector<std::string> given = {
      "--clip", folder / "clips/7.wav", "--gene", "acgtta", "--number", "50"};
  std::vector<std::string> decode = {"decode", run, "--want", "paired"};
  decode.insert(decode.end(), given.begin(), given.end());
  EXPECT_EQ(ExpectWorks(RunT2t(decode)), "TGCAAT\n");
  decode[3] = "pitch";
  EXPECT_EQ(ExpectWorks(RunT2t(decode)), "high\n");
  decode[3] = "facts";
  const std::vector<std::string> facts =
      absl::StrSplit(absl::StripAsciiWhitespace(ExpectWorks(RunT2t(decode))), ' ');
  ASSERT_EQ(facts.size(), 2u);
  EXPECT_NEAR(std::stod(facts[0]), 100, 60);
  EXPECT_NEAR(std::stod(facts[1]), 1500, 200);
  decode[3] = "pitch";
  decode[7] = "acgj";
  ExpectFails(RunT2t(decode), 2, {"'j', letter 4 of 4, is not of DNA's alphabet"});
  decode[5] = folder / "table.tsv";
  decode[7] = "acgt";
  ExpectFails(RunT2t(decode), 2, {"not a sound file"});

  ExpectWorks(RunT2t({"report", run}));
  EXPECT_THAT(MustRead(run + "/report.html"),
              AllOf(HasSubstr("<audio controls"), HasSubstr("class=\"wide\"")));
  EXPECT_THAT(ExpectWorks(RunT2t({"inspect", folder.path(), "--data", data, "--count", "1",
                                  "--save", scratch / "saved"})),
              AllOf(HasSubstr("0.10 s sound"), HasSubstr("-clip.wav")));
}

}  // namespace
}  // namespace t2t
