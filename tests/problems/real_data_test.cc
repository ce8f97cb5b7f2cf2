// The real packages: counts as they were measured in them.
#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "modalities/codecs/image_header.h"
#include "problems/catalogue/register_problems.h"
#include "problems/shards/prepare.h"
#include "problems/shards/shard_reader.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

class RealData : public testing::Test {
 protected:
  void Prepare(const std::string& instance) {
    GenerateOptions options;
    options.cache_folder = T2T_TEST_CACHE;
    Registry<ProblemFactory> problems("problem");
    ASSERT_TRUE(RegisterProblems(problems).ok());
    const auto problem = MakeProblem(problems, instance);
    ASSERT_TRUE(problem.ok()) << problem.status();
    auto manifest = PrepareData(**problem, options, folder_.path());
    ASSERT_TRUE(manifest.ok()) << manifest.status();
    manifest_ = *std::move(manifest);
    dataset_ = DatasetFolder(folder_.path(), instance);
  }
  int64_t Count(const std::string& split) const { return manifest_.FindSplit(split)->examples; }
  int64_t Total() const { return Count("train") + Count("valid") + Count("test"); }
  int64_t LeftOut(const std::string& why) const {
    const auto found = manifest_.left_out.find(why);
    return found == manifest_.left_out.end() ? 0 : found->second;
  }
  std::unique_ptr<SplitReader> Open(const std::string& split) const {
    return *SplitReader::Open(dataset_, split);
  }

  ScratchFolder folder_;
  DatasetManifest manifest_;
  std::string dataset_;
};

TEST_F(RealData, G2pCmudict) {
  Prepare("g2p_cmudict:stress=yes");
  if (HasFatalFailure()) return;
  EXPECT_EQ(Count("valid"), 6303);
  EXPECT_EQ(Count("test"), 12606);
  const auto train = Open("train");
  std::set<std::string> words, phones;
  int64_t pronunciations = train->size();
  for (int64_t i = 0; i < train->size(); ++i) {
    const Example example = *train->Read(i);
    words.insert(example.ports.at("word").bytes());
  }
  for (const char* split : {"valid", "test"}) {
    const auto reader = Open(split);
    for (int64_t i = 0; i < reader->size(); ++i) {
      const Example example = *reader->Read(i);
      EXPECT_EQ(words.count(example.ports.at("word").bytes()), 0u) << example.key;
      const auto more = example.alternatives.find("phones");
      pronunciations +=
          1 + (more == example.alternatives.end() ? 0 : static_cast<int64_t>(more->second.size()));
    }
  }
  EXPECT_EQ(words.size(), 107137u);
  EXPECT_EQ(pronunciations, 135155);
}

TEST_F(RealData, ImageFashionMnist) {
  Prepare("image_fashion_mnist");
  if (HasFatalFailure()) return;
  EXPECT_EQ(Count("train"), 55000);
  EXPECT_EQ(Count("valid"), 5000);
  EXPECT_EQ(Count("test"), 10000);
  std::map<std::string, int> classes;
  const auto test = Open("test");
  for (int64_t i = 0; i < test->size(); ++i) ++classes[test->Read(i)->ports.at("class").bytes()];
  EXPECT_EQ(classes.size(), 10u);
  EXPECT_EQ(classes["Ankle boot"], 1000);
}

TEST_F(RealData, CaptionEmoji) {
  Prepare("caption_emoji");
  if (HasFatalFailure()) return;
  EXPECT_EQ(manifest_.broken, 0);
  EXPECT_EQ(Count("train"), 2998);
  EXPECT_EQ(Count("valid"), 175);
  EXPECT_EQ(Count("test"), 189);
}

// Needs the program rsvg-convert.
TEST_F(RealData, CaptionOpenMoji) {
  Prepare("caption_openmoji");
  if (HasFatalFailure()) return;
  EXPECT_EQ(manifest_.broken, 0);
  EXPECT_EQ(Count("train"), 3405);
  EXPECT_EQ(Count("valid"), 397);
  EXPECT_EQ(Count("test"), 445);
  const Example example = *Open("train")->Read(0);
  EXPECT_EQ(example.ports.at("caption").bytes(), "grinning face");
  const auto header = ReadWholeImageHeader(example.ports.at("picture").bytes());
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(header->width, 128);
}

// By the names alone, which know nothing of code points.
TEST_F(RealData, NoEmojiIsHeldOutFromItsSkinTones) {
  Prepare("caption_emoji:tones=named");
  if (HasFatalFailure()) return;
  std::map<std::string, std::string> held_out;  // name -> split
  for (const char* split : {"valid", "test"}) {
    const auto reader = Open(split);
    for (int64_t i = 0; i < reader->size(); ++i) {
      held_out[reader->Read(i)->ports.at("caption").bytes()] = split;
    }
  }
  // "handshake: light skin tone, dark skin tone"; "man: dark skin tone, red hair"
  const std::regex tone("(light|medium-light|medium|medium-dark|dark) skin tone(, )?");
  const auto train = Open("train");
  int toned = 0;
  for (int64_t i = 0; i < train->size(); ++i) {
    const std::string name = train->Read(i)->ports.at("caption").bytes();
    const std::string plain =
        std::regex_replace(std::regex_replace(name, tone, ""), std::regex("[:,] $"), "");
    if (plain == name) continue;
    ++toned;
    EXPECT_EQ(held_out.count(plain), 0u) << name << " is held out as " << held_out[plain];
  }
  EXPECT_GT(toned, 1000);
}

TEST_F(RealData, CaptionTuxpaint) {
  Prepare("caption_tuxpaint");
  if (HasFatalFailure()) return;
  EXPECT_EQ(manifest_.broken, 0);
  EXPECT_EQ(Total(), 784);
  EXPECT_EQ(Count("train"), 646);
  EXPECT_EQ(Count("valid"), 60);
  EXPECT_EQ(Count("test"), 78);
}

TEST_F(RealData, CaptionTuxpaintWithoutSymbols) {
  Prepare("caption_tuxpaint:symbols=without");
  if (HasFatalFailure()) return;
  EXPECT_EQ(Count("train"), 442);
  EXPECT_EQ(Count("valid"), 43);
  EXPECT_EQ(Count("test"), 52);
}

TEST_F(RealData, SpliceDna) {
  Prepare("splice_dna");
  if (HasFatalFailure()) return;
  EXPECT_EQ(Count("train") + Count("valid"), 2000);
  EXPECT_EQ(Count("test"), 1186);
  std::map<std::string, int> kinds, donors;
  for (const char* split : {"train", "valid", "test"}) {
    const auto reader = Open(split);
    for (int64_t i = 0; i < reader->size(); ++i) {
      const Example example = *reader->Read(i);
      const std::string kind = example.ports.at("kind").bytes();
      ++kinds[kind];
      if (kind == "ei") ++donors[example.ports.at("site").bytes().substr(30, 2)];
    }
  }
  EXPECT_EQ(kinds, (std::map<std::string, int>{{"ei", 767}, {"ie", 765}, {"n", 1654}}));
  EXPECT_EQ(donors["GT"], 759);  // behind an exon
}

TEST_F(RealData, Rna16sPhylum) {
  Prepare("rna16s_phylum");
  if (HasFatalFailure()) return;
  EXPECT_EQ(Total(), 5181);
  std::set<std::string> phyla;
  for (const char* split : {"train", "valid", "test"}) {
    const auto reader = Open(split);
    for (int64_t i = 0; i < reader->size(); ++i) {
      phyla.insert(reader->Read(i)->ports.at("phylum").bytes());
    }
  }
  EXPECT_EQ(phyla.size(), 26u);
}

TEST_F(RealData, ProteinToMrnaKaptive) {
  Prepare("protein_to_mrna_kaptive");
  if (HasFatalFailure()) return;
  std::set<std::string> held_out, trained;
  std::map<std::string, int> genera;
  int64_t genes = 0;
  for (const char* split : {"train", "valid", "test"}) {
    const auto reader = Open(split);
    genes += reader->size();
    for (int64_t i = 0; i < reader->size(); ++i) {
      const Example example = *reader->Read(i);
      ++genera[example.ports.at("genus").bytes()];
      (split == std::string("train") ? trained : held_out)
          .insert(example.ports.at("protein").bytes());
    }
  }
  EXPECT_EQ(genera.size(), 2u);
  EXPECT_EQ(held_out.size() + trained.size(), 6536u);  // distinct proteins
  for (const std::string& protein : held_out) EXPECT_EQ(trained.count(protein), 0u);
  EXPECT_GT(genes, 6538);
}

TEST_F(RealData, SpeechAsteriskEn) {
  Prepare("speech_asterisk_en");
  if (HasFatalFailure()) return;
  EXPECT_EQ(Total(), 551);
}

TEST_F(RealData, SpeechFillets) {
  Prepare("speech_fillets");
  if (HasFatalFailure()) return;
  EXPECT_EQ(Total(), 1714);
  const Example example = *Open("train")->Read(0);
  EXPECT_EQ(example.ports.at("speech").bytes().substr(0, 4), "OggS");
}

// Apt's descriptions change from day to day.
TEST_F(RealData, TranslateDebian) {
  Prepare("translate_debian");
  if (HasFatalFailure()) return;
  const int64_t all = Total();
  EXPECT_GT(all, 40000);
  EXPECT_LT(all, 60000);
  EXPECT_GT(Count("test"), all / 20);
}

TEST_F(RealData, LmDebian) {
  Prepare("lm_debian");
  if (HasFatalFailure()) return;
  EXPECT_GT(Count("train"), 40000);
  EXPECT_GT(Count("test"), 4000);
}

TEST_F(RealData, EmojiNames) {
  Prepare("emoji_names:lang=it");
  if (HasFatalFailure()) return;
  EXPECT_EQ(Total(), 2307);
}

TEST_F(RealData, TrnaStructure) {
  Prepare("trna_structure");
  if (HasFatalFailure()) return;
  EXPECT_EQ(Total(), 1292);
}

TEST_F(RealData, ProteinToTextProkka) {
  Prepare("protein_to_text_prokka");
  if (HasFatalFailure()) return;
  EXPECT_EQ(Total(), 10965);
  EXPECT_GT(Count("test"), 500);
}

TEST_F(RealData, TranslateBible) {
  Prepare("translate_bible");
  if (HasFatalFailure()) return;
  // Of 31,102 verses 18 are counted otherwise in Spanish.
  EXPECT_EQ(Total() + LeftOut("verses to hold out whose English is in training"), 31084);
  EXPECT_EQ(Count("train"), 25272);
  EXPECT_EQ(Count("valid"), 3157);
  EXPECT_EQ(Count("test"), 2616);
}

TEST_F(RealData, LmBible) {
  Prepare("lm_bible");
  if (HasFatalFailure()) return;
  EXPECT_EQ(Count("train"), 2808);
  EXPECT_EQ(Count("valid"), 335);
  EXPECT_EQ(Count("test"), 287);
}

TEST_F(RealData, ChessMates) {
  Prepare("chess_mates");
  if (HasFatalFailure()) return;
  EXPECT_EQ(manifest_.broken, 0);
  EXPECT_EQ(Count("train"), 754);
  EXPECT_EQ(Count("valid"), 80);
  EXPECT_EQ(Count("test"), 80);
}

TEST_F(RealData, LmChinesePoetry) {
  Prepare("lm_chinese_poetry");
  if (HasFatalFailure()) return;
  EXPECT_EQ(manifest_.broken, 0);
  EXPECT_EQ(Count("train"), 267751);
  EXPECT_EQ(Count("valid"), 43868);
  EXPECT_EQ(Count("test"), 28058);
}

TEST_F(RealData, HanziStrokes) {
  Prepare("hanzi_strokes");
  if (HasFatalFailure()) return;
  EXPECT_EQ(manifest_.broken, 0);
  EXPECT_EQ(Total(), 9574);
  EXPECT_EQ(Count("test"), 944);
  int64_t strokes = 0;
  for (const char* split : {"train", "valid", "test"}) {
    const auto reader = Open(split);
    for (int64_t i = 0; i < reader->size(); ++i) {
      const std::string text = reader->Read(i)->ports.at("strokes").bytes();
      strokes += 1 + std::count(text.begin(), text.end(), ' ');
    }
  }
  EXPECT_EQ(strokes, 112617);
}

TEST_F(RealData, Furniture) {
  Prepare("furniture");
  if (HasFatalFailure()) return;
  EXPECT_EQ(manifest_.broken, 0);
  EXPECT_EQ(Total(), 820);
  std::map<std::string, int> categories;
  for (const char* split : {"train", "valid", "test"}) {
    const auto reader = Open(split);
    for (int64_t i = 0; i < reader->size(); ++i)
      ++categories[reader->Read(i)->ports.at("category").bytes()];
  }
  EXPECT_EQ(categories.size(), 12u);
  EXPECT_EQ(categories["Living room"], 147);
  Prepare("furniture:lang=ja");
  if (HasFatalFailure()) return;
  EXPECT_EQ(Count("train"), 632);
  EXPECT_EQ(Count("valid"), 93);
  EXPECT_EQ(Count("test"), 95);
}

TEST_F(RealData, SpeechKlettres) {
  Prepare("speech_klettres");
  if (HasFatalFailure()) return;
  EXPECT_EQ(manifest_.broken, 0);
  EXPECT_EQ(Total() + LeftOut("recordings equal to one before"), 1835);
}

TEST_F(RealData, SpeechKtuberling) {
  Prepare("speech_ktuberling");
  if (HasFatalFailure()) return;
  EXPECT_EQ(manifest_.broken, 0);
  EXPECT_EQ(Total() + LeftOut("recordings equal to one before"), 1869);
}

}  // namespace
}  // namespace t2t
