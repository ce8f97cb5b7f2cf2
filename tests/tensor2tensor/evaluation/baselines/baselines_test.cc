#include "tensor2tensor/evaluation/baselines/baselines.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/audio_codec.h"
#include "modalities/codecs/image_codec.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/sequence_codec.h"
#include "modalities/codecs/sound.h"
#include "problems/shards/manifest.h"
#include "problems/shards/prepare.h"
#include "random/philox.h"
#include "tensor2tensor/evaluation/baselines/xz_size.h"
#include "tensor2tensor/evaluation/metrics/cost.h"
#include "tensor2tensor/evaluation/metrics/edit_distance.h"
#include "tests/modalities/codecs/codec_testing.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// Examples that a test puts together.
class Given : public Problem {
 public:
  ProblemSpec Spec() const override { return spec; }
  absl::Status Generate(const GenerateOptions&, ExampleSink& sink) const override {
    for (const auto& [split, examples] : splits) {
      for (const Example& example : examples) {
        if (absl::Status status = sink.Add(split, example); !status.ok()) return status;
      }
    }
    return absl::OkStatus();
  }
  void Add(const std::string& split, std::map<std::string, Value> ports) {
    splits[split].push_back({split + std::to_string(splits[split].size()), std::move(ports), {}});
  }

  ProblemSpec spec;
  std::map<std::string, std::vector<Example>> splits;
};

struct Readers {
  ScratchFolder folder;
  std::unique_ptr<SplitReader> train, test;

  explicit Readers(const Given& problem) {
    const auto manifest = PrepareData(problem, {}, folder.path());
    EXPECT_TRUE(manifest.ok()) << manifest.status();
    const std::string dataset = DatasetFolder(folder.path(), problem.spec.name);
    train = *SplitReader::Open(dataset, "train");
    test = *SplitReader::Open(dataset, "test");
  }
};

Given Words() {
  Given problem;
  problem.spec.name = "given";
  problem.spec.inputs = {{.name = "word", .modality = "text"}};
  problem.spec.targets = {{.name = "answer", .modality = "text"}};
  problem.spec.splits = {"train", "test"};
  return problem;
}

std::vector<std::string> Texts(const absl::StatusOr<BaselineAnswers>& answers) {
  EXPECT_TRUE(answers.ok()) << answers.status();
  std::vector<std::string> texts;
  if (answers.ok())
    for (const auto& [number, answer] : *answers) texts.push_back(answer.bytes());
  return texts;
}

TEST(MostFrequent, TakesTheMostFrequentAndAtATieTheFirst) {
  Given problem = Words();
  for (const char* answer : {"b", "a", "c", "a", "b"}) problem.Add("train", {{"answer", answer}});
  problem.Add("train", {{"word", "no answer"}});
  for (int i = 0; i < 3; ++i) problem.Add("test", {{"answer", "z"}});
  const Readers readers(problem);
  EXPECT_THAT(Texts(MostFrequent(*readers.train, *readers.test, "answer")),
              ElementsAre("b", "b", "b"));
  EXPECT_THAT(Texts(MostFrequent(*readers.train, *readers.test, "answer", {.limit = 2})),
              ElementsAre("b", "b"));
}

TEST(MostFrequent, SaysWhatIsMissing) {
  Given problem = Words();
  problem.Add("train", {{"word", "x"}});
  problem.Add("test", {{"word", "x"}});
  const Readers readers(problem);
  const auto answers = MostFrequent(*readers.train, *readers.test, "answer");
  EXPECT_EQ(answers.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(answers.status().message(), HasSubstr("'answer'"));
}

// A nan is a number that is not there.
TEST(MeanNumbers, AreOfTheComponentsThatAreThere) {
  const float none = std::nanf("");
  Given problem = Words();
  problem.spec.targets = {{.name = "answer", .modality = "vector"}};
  for (const std::vector<float>& numbers :
       {std::vector<float>{1, 5}, {3, none}, {8, 6}, {none, none}}) {
    problem.Add("train", {{"word", "x"}, {"answer", numbers}});
  }
  problem.Add("train", {{"word", "x"}, {"answer", "4 5.5"}});  // a table's cell
  problem.Add("train", {{"word", "no answer"}});
  for (int i = 0; i < 2; ++i) problem.Add("test", {{"word", "x"}});
  const Readers readers(problem);
  const auto answers = MeanNumbers(*readers.train, *readers.test, "answer");
  ASSERT_TRUE(answers.ok()) << answers.status();
  EXPECT_THAT(*answers, ElementsAre(std::pair<int64_t, Value>(0, std::vector<float>{4, 5.5f}),
                                    std::pair<int64_t, Value>(1, std::vector<float>{4, 5.5f})));
  EXPECT_EQ(MostFrequent(*readers.train, *readers.test, "answer").status().code(),
            absl::StatusCode::kUnimplemented);
  const auto of_words = MeanNumbers(*readers.train, *readers.test, "word");
  EXPECT_FALSE(of_words.ok());
  EXPECT_THAT(std::string(of_words.status().message()), HasSubstr("training example 0 ('train0')"));
  EXPECT_EQ(MeanNumbers(*readers.train, *readers.test, "other").status().code(),
            absl::StatusCode::kInvalidArgument);
}

std::string RandomWord(Philox& random) {
  std::string word;
  for (uint64_t n = random.Below(7); n > 0; --n) word += static_cast<char>('a' + random.Below(3));
  return word;
}

const std::vector<ComparedPort> kWord = {{"word", "edits"}};

Given Genes() {
  Given problem;
  problem.spec.name = "genes";
  problem.spec.inputs = {{.name = "protein", .modality = "protein"},
                         {.name = "genus", .modality = "label"}};
  problem.spec.targets = {{.name = "mrna", .modality = "rna", .aligned_with = "protein"}};
  problem.spec.splits = {"train", "test"};
  return problem;
}

// Residues K (AAA or AAG) and F (UUU or UUC): each genus prefers others.
TEST(MostFrequentAligned, TakesTheMostFrequentUnitOfEachUnitAndOfWhatIsBeside) {
  const auto protein = CodecFromYaml(MakeProteinCodec, "{}");
  const auto mrna = CodecFromYaml(MakeRnaCodec, "k: 3");
  ASSERT_TRUE(protein.ok() && mrna.ok());
  Given problem = Genes();
  problem.Add("train", {{"protein", "KKKF"}, {"genus", "a"}, {"mrna", "AAAAAGAAGUUU"}});
  problem.Add("train", {{"protein", "KKFF"}, {"genus", "b"}, {"mrna", "AAAAAAUUCUUU"}});
  problem.Add("train", {{"protein", "KK"}, {"genus", "b"}, {"mrna", "AAAAAA"}});
  problem.Add("test", {{"protein", "FKK"}, {"genus", "a"}, {"mrna", "UUUAAGAAG"}});
  problem.Add("test", {{"protein", "KF"}, {"genus", "b"}, {"mrna", "AAAUUC"}});
  problem.Add("test", {{"protein", "KF"}, {"genus", "c"}, {"mrna", "AAGUUC"}});
  problem.Add("test", {{"protein", "W"}, {"genus", "a"}, {"mrna", "UGG"}});
  const Readers readers(problem);
  AlignedTarget port = {"mrna", "protein", mrna->get(), protein->get(), {"genus"}};
  EXPECT_THAT(Texts(MostFrequentAligned(port, *readers.train, *readers.test)),
              ElementsAre("UUUAAGAAG",  // of genus a
                          "AAAUUC",     // a tie of F in genus b: UUC is the first in the alphabet
                          "AAAUUU",     // another genus: of all, K 5:2 for AAA, F 2:1 for UUU
                          "AAA"));      // a residue that training does not have
  port.beside.clear();
  EXPECT_THAT(Texts(MostFrequentAligned(port, *readers.train, *readers.test)),
              ElementsAre("UUUAAAAAA", "AAAUUU", "AAAUUU", "AAA"));
}

TEST(MostFrequentAligned, NamesTheExampleThatIsNotAligned) {
  const auto protein = CodecFromYaml(MakeProteinCodec, "{}");
  const auto mrna = CodecFromYaml(MakeRnaCodec, "k: 3");
  ASSERT_TRUE(protein.ok() && mrna.ok());
  const AlignedTarget port = {"mrna", "protein", mrna->get(), protein->get()};
  for (const auto& [codons, error] : std::vector<std::pair<std::string, std::string>>{
           {"AAA", "1 units for the 2 of protein"}, {"AAAAXG", "is not of RNA's alphabet"}}) {
    Given problem = Genes();
    problem.Add("train", {{"protein", "KK"}, {"genus", "a"}, {"mrna", codons}});
    problem.Add("test", {{"protein", "K"}, {"genus", "a"}, {"mrna", "AAA"}});
    const Readers readers(problem);
    EXPECT_THAT(MostFrequentAligned(port, *readers.train, *readers.test).status().ToString(),
                AllOf(HasSubstr("training example 0 ('train0'), port mrna: "), HasSubstr(error)));
    problem.Add("train", {{"protein", "K"}, {"genus", "a"}, {"mrna", "AAG"}});
    const Readers more(problem);
    EXPECT_THAT(Texts(MostFrequentAligned(port, *more.train, *more.test, {.skip_broken = true})),
                ElementsAre("AAG"));
  }
  Given problem = Genes();
  problem.Add("train", {{"protein", "KK"}, {"genus", "a"}});
  problem.Add("test", {{"protein", "K"}, {"genus", "a"}, {"mrna", "AAA"}});
  const Readers readers(problem);
  EXPECT_THAT(MostFrequentAligned(port, *readers.train, *readers.test).status().ToString(),
              HasSubstr("no training example has a value of port 'mrna'"));
}

TEST(NearestNeighbour, EqualsBruteForceOnWords) {
  Given problem = Words();
  Philox random(RandomKey(3).With("words"));
  std::vector<std::string> train, test;
  for (int i = 0; i < 300; ++i) {
    train.push_back(RandomWord(random));
    problem.Add("train", {{"word", train.back()}, {"answer", std::to_string(i)}});
  }
  for (int i = 0; i < 60; ++i) {
    test.push_back(RandomWord(random) + RandomWord(random));
    problem.Add("test", {{"word", test.back()}, {"answer", "z"}});
  }
  const Readers readers(problem);
  int64_t seen = 0, total = 0;
  const auto answers =
      NearestNeighbour(kWord, *readers.train, *readers.test, "answer",
                       {.progress = [&](int64_t done, int64_t of) { seen = done, total = of; }});
  ASSERT_TRUE(answers.ok()) << answers.status();
  ASSERT_EQ(answers->size(), test.size());
  EXPECT_EQ(seen, 360);
  EXPECT_EQ(total, 360);
  for (size_t i = 0; i < test.size(); ++i) {
    int64_t least = std::numeric_limits<int64_t>::max();
    std::string expected;  // the first of the nearest
    for (size_t j = 0; j < train.size(); ++j) {
      const int64_t edits =
          EditDistance<char>(absl::Span<const char>(test[i].data(), test[i].size()),
                             absl::Span<const char>(train[j].data(), train[j].size()));
      if (edits < least) least = edits, expected = std::to_string(j);
    }
    EXPECT_EQ((*answers)[i].first, static_cast<int64_t>(i));
    EXPECT_EQ((*answers)[i].second.bytes(), expected)
        << "'" << test[i] << "', " << least << " edits";
  }
}

std::string Grey(float level) {
  auto png = EncodePng({4, 4, 1, std::vector<float>(16, level)});
  EXPECT_TRUE(png.ok());
  return *png;
}

// Sums of normalised distances: 0.2 of grey weighs less than one of two letters.
TEST(NearestNeighbour, AddsUpSeveralInputs) {
  Given problem = Words();
  problem.spec.inputs.push_back({.name = "picture", .modality = "image"});
  problem.spec.inputs.push_back({.name = "kind", .modality = "label"});
  const auto ports = [](const char* word, float level, const char* kind, const char* answer) {
    return std::map<std::string, Value>{
        {"word", word}, {"picture", Grey(level)}, {"kind", kind}, {"answer", answer}};
  };
  problem.Add("train", ports("ab", 0.0f, "k", "same word, black"));
  problem.Add("train", ports("ax", 1.0f, "k", "other word, white"));
  problem.Add("train", ports("ax", 1.0f, "l", "other kind"));
  problem.Add("test", ports("ab", 0.2f, "k", ""));  // 0.2 beside 0.5 + 0.8
  problem.Add("test", ports("ab", 0.8f, "k", ""));  // 0.8 beside 0.5 + 0.2
  problem.Add("test", ports("ab", 0.9f, "l", ""));  // 1.9, 1.6, 0.6
  const Readers readers(problem);
  const auto answers =
      NearestNeighbour({{"word", "edits"}, {"picture", "thumbnails"}, {"kind", "equality"}},
                       *readers.train, *readers.test, "answer");
  ASSERT_TRUE(answers.ok()) << answers.status();
  EXPECT_THAT(Texts(answers), ElementsAre("same word, black", "other word, white", "other kind"));
}

TEST(NearestNeighbour, LooksAtASampleThatDependsOnTheSeedAlone) {
  Given problem = Words();
  for (int i = 0; i < 200; ++i) {
    problem.Add("train", {{"word", "same"}, {"answer", std::to_string(i)}});
  }
  problem.Add("test", {{"word", "same"}, {"answer", ""}});
  const Readers readers(problem);
  const auto answer = [&](uint64_t seed) {
    return NearestNeighbour(kWord, *readers.train, *readers.test, "answer",
                            {.train_limit = 3, .seed = seed})
        ->front()
        .second.bytes();
  };
  EXPECT_EQ(answer(1), answer(1));
  std::set<std::string> firsts;
  for (uint64_t seed = 1; seed <= 8; ++seed) firsts.insert(answer(seed));
  EXPECT_GT(firsts.size(), 3u);
}

// The first ones alone may all be words with an "a".
TEST(NearestNeighbour, AsksASampleOfTheWholeSplit) {
  Given problem = Words();
  problem.Add("train", {{"word", "same"}, {"answer", "x"}});
  for (int i = 0; i < 100; ++i) problem.Add("test", {{"word", "same"}, {"answer", ""}});
  const Readers readers(problem);
  const auto nearest =
      NearestNeighbour(kWord, *readers.train, *readers.test, "answer", {.limit = 10});
  const auto frequent = MostFrequent(*readers.train, *readers.test, "answer", {.limit = 10});
  ASSERT_TRUE(nearest.ok() && frequent.ok());
  std::vector<int64_t> numbers, others;
  for (const auto& [number, text] : *nearest) numbers.push_back(number);
  for (const auto& [number, text] : *frequent) others.push_back(number);
  EXPECT_EQ(numbers.size(), 10u);
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  EXPECT_GT(numbers.back(), 50);
  EXPECT_EQ(others, numbers);  // one set of questions for all baselines

  const auto among = MostFrequent(*readers.train, *readers.test, "answer",
                                  {.among = {3, 5, 8, 13, 21}, .limit = 2});
  ASSERT_TRUE(among.ok());
  ASSERT_EQ(among->size(), 2u);
  for (const auto& [number, text] : *among)
    EXPECT_THAT((std::vector<int64_t>{3, 5, 8, 13, 21}), Contains(number));
}

TEST(CopyInput, GivesTheInputAndAsksTheSameQuestions) {
  Given problem = Words();
  problem.Add("train", {{"word", "x"}, {"answer", "x"}});
  for (int i = 0; i < 50; ++i)
    problem.Add("test", {{"word", "word " + std::to_string(i)}, {"answer", "y"}});
  const Readers readers(problem);
  const auto copied = CopyInput(*readers.test, "word", {.limit = 5});
  const auto frequent = MostFrequent(*readers.train, *readers.test, "answer", {.limit = 5});
  ASSERT_TRUE(copied.ok() && frequent.ok());
  ASSERT_EQ(copied->size(), 5u);
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ((*copied)[i].first, (*frequent)[i].first);
    EXPECT_EQ((*copied)[i].second.bytes(), "word " + std::to_string((*copied)[i].first));
  }
}

// What `xz -9 | wc -c` (xz 5.4.1) says of the same bytes.
TEST(XzSize, IsThatOfTheProgram) {
  auto size = XzSize::Begin();
  ASSERT_TRUE(size.ok()) << size.status();
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE(
        size->Add("line " + std::to_string(i % 50) + " of a text that repeats itself\n").ok());
  }
  EXPECT_EQ(*size->Finish(), 268);
}

TEST(BitsOfXz, PaysLittleForWhatTrainingHolds) {
  Philox random(RandomKey(8).With("xz"));
  const auto text = [&] {
    std::string letters;
    for (int k = 0; k < 4000; ++k) letters += static_cast<char>('a' + random.Below(26));
    return letters;
  };
  Given problem = Words();
  problem.spec.inputs.clear();
  const std::string known = text();
  problem.Add("train", {{"answer", known}});
  problem.Add("train", {{"answer", text()}});
  problem.Add("test", {{"answer", known}});
  problem.Add("test", {{"answer", text()}});
  const Readers readers(problem);
  const auto both = BitsOfXz(*readers.train, *readers.test, "answer");
  ASSERT_TRUE(both.ok()) << both.status();
  // Letters at random have log2(26) = 4.7 bits.
  EXPECT_GT(*both, 4000 * 4.7);
  EXPECT_LT(*both, 4000 * 5.3);
  EXPECT_LT(*BitsOfXz(*readers.train, *readers.test, "answer", {.among = {0}}), 1000);
}

// Two pixels: the first as training has it, by (count + 1) / (examples + 256), the second never seen.
TEST(CostsOfPictures, AreThoseOfPlacesByThemselvesAndOfPng) {
  Given problem = Words();
  problem.spec.inputs.clear();
  problem.spec.targets = {{.name = "picture", .modality = "image"}};
  const auto picture = [](float left, float right) {
    return Value(*EncodePng(Pixels{1, 2, 1, {left / 255, right / 255}}));
  };
  for (const float left : {7, 7, 7, 9}) problem.Add("train", {{"picture", picture(left, 0)}});
  problem.Add("test", {{"picture", picture(7, 200)}});
  problem.Add("test", {{"picture", picture(9, 0)}});
  const auto codec =
      CodecFromYaml(MakeImageCodec, "{units: pixels, height: 1, width: 2, channels: 1}");
  ASSERT_TRUE(codec.ok()) << codec.status();
  const Readers readers(problem);
  const auto costs = IndependentUnits(**codec, *readers.train, *readers.test, "picture");
  ASSERT_TRUE(costs.ok()) << costs.status();
  ASSERT_EQ(costs->size(), 2u);
  EXPECT_NEAR(std::stod((*costs)[0].second.bytes()), 2 * std::log2(260.0) - std::log2(4.0), 1e-9);
  EXPECT_NEAR(std::stod((*costs)[1].second.bytes()), 2 * std::log2(260.0) - std::log2(2.0 * 5.0),
              1e-9);
  EXPECT_THAT((*costs)[0].second.bytes(), testing::EndsWith(" 2"));
  const auto png = PngSizes(**codec, *readers.test, "picture", {.among = {1}});
  ASSERT_TRUE(png.ok()) << png.status();
  EXPECT_THAT(*png,
              ElementsAre(testing::Pair(
                  1, CostText(8.0 * static_cast<double>(
                                        EncodeSmallPng(Pixels{1, 2, 1, {9 / 255.0f, 0}})->size()),
                              2))));
  EXPECT_THAT(
      IndependentUnits(**codec, *readers.train, *readers.test, "nothing").status().message(),
      HasSubstr("no training example has a value of port 'nothing'"));
  problem.Add("train", {{"picture", Value("a text file")}});
  const Readers broken(problem);
  EXPECT_THAT(IndependentUnits(**codec, *broken.train, *broken.test, "picture").status().message(),
              HasSubstr("training example 4 ('train4'), port picture"));
  const auto skipped =
      IndependentUnits(**codec, *broken.train, *broken.test, "picture", {.skip_broken = true});
  ASSERT_TRUE(skipped.ok()) << skipped.status();
  EXPECT_EQ(*skipped, *costs);
}

// Sounds of any length share one distribution: steps 128, 128, 128 and 133 are seen, with one of each of 256 added.
TEST(IndependentUnits, OfSoundsAreThoseOfAllPlaces) {
  const auto codec = CodecFromYaml(MakeAudioCodec, "{units: samples, rate: 4000}");
  ASSERT_TRUE(codec.ok()) << codec.status();
  const auto wav = [](std::vector<float> samples) {
    return Value(*EncodeWav({4000, std::move(samples)}));
  };
  Given problem = Words();
  problem.spec.targets = {{.name = "sound", .modality = "audio"}};
  problem.Add("train", {{"sound", wav({0, 0})}});
  problem.Add("train", {{"sound", wav({0, 0.001f})}});
  problem.Add("test", {{"sound", wav({0, 0.001f, 0.5f})}});
  const Readers readers(problem);
  const auto costs = IndependentUnits(**codec, *readers.train, *readers.test, "sound");
  ASSERT_TRUE(costs.ok()) << costs.status();
  ASSERT_EQ(costs->size(), 1u);
  EXPECT_NEAR(std::stod((*costs)[0].second.bytes()), 3 * std::log2(260.0) - std::log2(4.0 * 2.0),
              1e-9);
  EXPECT_THAT((*costs)[0].second.bytes(), testing::EndsWith(" 3"));
}

TEST(NearestNeighbour, NamesThePictureThatIsNone) {
  Given problem = Words();
  problem.spec.inputs = {{.name = "picture", .modality = "image"}};
  problem.Add("train", {{"picture", Grey(1)}, {"answer", "a"}});
  problem.Add("test", {{"picture", "a text file"}, {"answer", "b"}});
  const Readers readers(problem);
  const auto answers =
      NearestNeighbour({{"picture", "thumbnails"}}, *readers.train, *readers.test, "answer");
  ASSERT_FALSE(answers.ok());
  EXPECT_THAT(answers.status().message(), HasSubstr("test example 0 ('test0'), port picture"));
}

}  // namespace
}  // namespace t2t
