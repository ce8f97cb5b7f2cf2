// Data sets of the user's own: tiny copies of the true layouts.
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/sound.h"
#include "tests/problems/catalogue_kit.h"
#include "tests/problems/rows/rows_kit.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

GenerateOptions OwnCopyAt(const std::string& source, const std::string& path) {
  GenerateOptions options;
  options.source_paths[source] = path;
  return options;
}

std::string GivenError(const std::string& instance, const GenerateOptions& options) {
  KeepingSink sink;
  const absl::Status status = MakeRegistered(instance)->Generate(options, sink);
  EXPECT_FALSE(status.ok()) << instance;
  return std::string(status.message());
}

// By key: the port's text.
std::map<std::string, std::string> GivenTexts(const KeepingSink& sink, const std::string& split,
                                              const std::string& port) {
  std::map<std::string, std::string> texts;
  const auto found = sink.examples.find(split);
  if (found == sink.examples.end()) return texts;
  for (const Example& example : found->second) {
    EXPECT_TRUE(texts.emplace(example.key, TextOfValue(example.ports.at(port))).second)
        << example.key << " is there twice";
  }
  return texts;
}

std::string GivenWav() {
  const auto bytes = EncodeWav({.rate = 8000, .samples = std::vector<float>(80, 0.25f)});
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.value_or("");
}

std::string GivenPng(char grey) { return *EncodePng(PixelsOfGrey(std::string(16, grey), 4, 4)); }

TEST(GivenSets, SayWhatToPutWhereWithoutAPath) {
  const std::map<std::string, std::string> sources = {
      {"image_mnist", "mnist"},
      {"image_cifar:classes=100", "cifar"},
      {"caption_coco", "coco"},
      {"speech_librispeech", "librispeech"},
      {"speech_common_voice:lang=it", "common_voice"},
      {"translate_wmt:from=cs", "wmt"},
      {"lm_wikitext", "wikitext"},
      {"protein_to_text_uniprot", "uniprot"}};
  const ScratchFolder empty;
  for (const auto& [instance, source] : sources) {
    const auto problem = MakeRegistered(instance);
    EXPECT_EQ(problem->Spec().name, instance);
    EXPECT_THAT(problem->Spec().sources, ElementsAre(source));
    KeepingSink sink;
    const absl::Status status = problem->Generate({}, sink);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(absl::StrCat("give your own copy by --source ", source, "=PATH")));
    EXPECT_THAT(GivenError(instance, OwnCopyAt(source, empty.path())), HasSubstr("it must be "));
    EXPECT_THAT(GivenError(instance, OwnCopyAt(source, empty / "absent")),
                HasSubstr("absent: does not exist; it must be "));
  }
}

void WriteIdx(const ScratchFolder& folder, const std::string& prefix, const std::string& suffix,
              int count) {
  const std::string size = {0, 0, static_cast<char>(count / 256), static_cast<char>(count % 256)};
  std::string images =
      std::string("\0\0\x08\x03", 4) + size + std::string("\0\0\0\x02\0\0\0\x02", 8);
  std::string labels = std::string("\0\0\x08\x01", 4) + size;
  for (int i = 0; i < count; ++i) {
    images += std::string(4, static_cast<char>(i % 256));
    labels += static_cast<char>(i % 10);
  }
  const bool packed = absl::EndsWith(suffix, ".gz");
  const auto write = [&](const std::string& kind, const std::string& bytes) {
    folder.Write(absl::StrCat("MNIST/raw/", prefix, "-", kind, suffix),
                 packed ? Archived("gzip", {{"x", bytes}}, /*tar=*/false) : bytes);
  };
  write("images", images);
  write("labels", labels);
}

// IDX names the number of axes: 3 for pictures, 1 for labels.
void RenameIdx(const ScratchFolder& folder, const std::string& prefix, const std::string& ending) {
  for (const auto& [kind, axes] : {std::pair("images", "3"), std::pair("labels", "1")}) {
    std::filesystem::rename(
        folder / absl::StrCat("MNIST/raw/", prefix, "-", kind, ending),
        folder / absl::StrCat("MNIST/raw/", prefix, "-", kind, "-idx", axes, "-ubyte", ending));
  }
}

TEST(GivenSets, MnistPlainAndPacked) {
  const ScratchFolder folder;
  WriteIdx(folder, "train", "", 500);
  RenameIdx(folder, "train", "");
  WriteIdx(folder, "t10k", ".gz", 3);
  RenameIdx(folder, "t10k", ".gz");
  const KeepingSink sink = Generate("image_mnist", OwnCopyAt("mnist", folder.path()));
  EXPECT_THAT(GivenTexts(sink, "test", "class"),
              ElementsAre(std::pair("MNIST/raw/t10k-images-idx3-ubyte.gz: item 0", "0"),
                          std::pair("MNIST/raw/t10k-images-idx3-ubyte.gz: item 1", "1"),
                          std::pair("MNIST/raw/t10k-images-idx3-ubyte.gz: item 2", "2")));
  const size_t valid = sink.examples.at("valid").size();
  EXPECT_EQ(valid + sink.examples.at("train").size(), 500u);
  EXPECT_GT(valid, 2u) << "one of 50";
  EXPECT_LT(valid, 25u);
  const auto picture = DecodePixels(sink.examples.at("test")[2].ports.at("image").bytes(), 1);
  ASSERT_TRUE(picture.ok()) << picture.status();
  EXPECT_EQ(picture->height, 2);
  EXPECT_NEAR(picture->values[0], 2.0 / 255, 1e-6);

  GenerateOptions few = OwnCopyAt("mnist", folder.path());
  few.limit = 2;
  const KeepingSink limited = Generate("image_mnist", few);
  EXPECT_EQ(limited.examples.at("train").size(), 2u);
  EXPECT_EQ(limited.examples.at("valid").size(), 2u);
}

TEST(GivenSets, CifarByNameInThreeWays) {
  const ScratchFolder folder;
  const std::string pixels(3072, '\x80');
  folder.Write("cifar-10-batches-bin/data_batch_1.bin", "\1" + pixels + "\3" + pixels);
  folder.Write("cifar-10-batches-bin/data_batch_2.bin", "\x0a" + pixels);
  folder.Write("cifar-10-batches-bin/test_batch.bin", std::string(1, '\0') + pixels);
  std::string ten, twenty, hundred;
  for (int i = 0; i < 100; ++i) {
    if (i < 10) absl::StrAppend(&ten, "ten", i, "\n");
    if (i < 20) absl::StrAppend(&twenty, "coarse", i, "\n");
    absl::StrAppend(&hundred, "fine", i, "\n");
  }
  folder.Write("cifar-10-batches-bin/batches.meta.txt", ten + "\n");
  folder.Write("cifar-100-binary/train.bin", "\x13\x63" + pixels);
  folder.Write("cifar-100-binary/test.bin", std::string("\0\1", 2) + pixels);
  folder.Write("cifar-100-binary/coarse_label_names.txt", twenty);
  folder.Write("cifar-100-binary/fine_label_names.txt", hundred);
  const GenerateOptions options = OwnCopyAt("cifar", folder.path());
  const KeepingSink sink = Generate("image_cifar", options);
  EXPECT_EQ(sink.examples.at("train")[0].ports.at("class").bytes(), "ten1");
  EXPECT_EQ(sink.examples.at("test")[0].ports.at("class").bytes(), "ten0");
  EXPECT_THAT(sink.broken,
              ElementsAre(HasSubstr("data_batch_2.bin: item 0: label 10 is not 0 to 9")));
  EXPECT_EQ(Generate("image_cifar:classes=100", options).examples.at("train")[0].ports.at("class"),
            Value("fine99"));
  EXPECT_EQ(Generate("image_cifar:classes=20", options).examples.at("train")[0].ports.at("class"),
            Value("coarse19"));
  folder.Write("cifar-100-binary/fine_label_names.txt", twenty);
  EXPECT_THAT(GivenError("image_cifar:classes=100", options),
              HasSubstr("fine_label_names.txt: has 20 names, not 100"));
}

TEST(GivenSets, CocoHoldsOutPicturesWithAllTheirCaptions) {
  const ScratchFolder folder;
  for (const char* part : {"train2017", "val2017"}) {
    std::string images, annotations;
    for (int i = 0; i < 200; ++i) {
      absl::StrAppend(&images, i == 0 ? "" : ",", R"({"id": )", i, R"(, "file_name": "p)", i,
                      R"(.png"})");
      for (int k = 0; k < 2; ++k) {
        absl::StrAppend(&annotations, i + k == 0 ? "" : ",", R"({"id": )", 2 * i + k,
                        R"(, "image_id": )", i, R"(, "caption": "caption )", k, " of ", i, R"("})");
      }
      if (i != 7) folder.Write(absl::StrCat(part, "/p", i, ".png"), GivenPng(static_cast<char>(i)));
    }
    folder.Write(absl::StrCat("annotations/captions_", part, ".json"),
                 R"({"images": [)" + images + R"(], "annotations": [)" + annotations + "]}");
  }
  const KeepingSink sink = Generate("caption_coco", OwnCopyAt("coco", folder.path()));
  EXPECT_EQ(sink.broken.size(), 2u);
  EXPECT_THAT(sink.broken[0], HasSubstr("captions_train2017.json: p7.png"));
  EXPECT_EQ(sink.examples.at("test").size(), 199u);
  const Example& held_out = sink.examples.at("test")[3];
  EXPECT_EQ(held_out.ports.at("caption").bytes(), "caption 0 of 3");
  EXPECT_THAT(held_out.alternatives.at("caption"), ElementsAre(Value("caption 1 of 3")));
  const size_t valid = sink.examples.at("valid").size();
  EXPECT_GT(valid, 0u);
  EXPECT_EQ(sink.examples.at("train").size(), 2 * (199 - valid));
  const auto captions = GivenTexts(sink, "train", "caption");
  EXPECT_EQ(captions.at("p0.png"), "caption 0 of 0");
  EXPECT_EQ(captions.at("p0.png(2)"), "caption 1 of 0");
  for (const Example& example : sink.examples.at("valid"))
    EXPECT_EQ(captions.count(example.key), 0u) << example.key;
}

TEST(GivenSets, OpenMojiKeepsSkinTonesTogether) {
  const ScratchFolder folder;
  std::string list;
  for (int i = 0; i < 80; ++i) {
    for (const char* tone : {"", "-1F3FB"}) {
      const std::string base = absl::StrCat("1F", 600 + i), code = base + tone;
      absl::StrAppend(&list, list.empty() ? "" : ",", R"({"hexcode": ")", code,
                      R"(", "annotation": "thing )", i, tone, R"(", "skintone_base_hexcode": ")",
                      *tone == '\0' ? "" : base, R"("})");
      const auto grey = static_cast<char>(2 * i + (*tone == '\0' ? 0 : 1));  // each its own
      if (i != 5) folder.Write(absl::StrCat("color/", code, ".png"), GivenPng(grey));
    }
  }
  folder.Write("data/openmoji.json", "[" + list + "]");
  const KeepingSink sink = Generate("caption_openmoji", OwnCopyAt("openmoji", folder.path()));
  EXPECT_EQ(sink.left_out.at("emoji without a drawing"), 2);
  const auto splits = SplitsOf(sink);
  EXPECT_EQ(splits.size(), 158u);
  EXPECT_EQ(sink.examples.size(), 3u);
  for (const auto& [code, split] : splits) EXPECT_EQ(split, splits.at(code.substr(0, 5))) << code;
}

// Without a path it is fetched; SVG is drawn by a program, which a fake one stands for here, or is missing.
TEST(GivenSets, OpenMojiDrawsWhatIsSvg) {
  const ScratchFolder folder;
  std::string list;
  for (int i = 600; i < 640; ++i) {
    absl::StrAppend(&list, list.empty() ? "" : ",", R"({"hexcode": "1F)", i,
                    R"(", "annotation": "thing"})");
    folder.Write(absl::StrCat("set/color/svg/1F", i, ".svg"), "<svg/>");
    folder.Write(absl::StrCat("programs/1F", i, ".svg.png"), GivenPng(static_cast<char>(i - 500)));
  }
  folder.Write("set/data/openmoji.json", "[" + list + "]");
  const std::string program = folder.Write(
      "programs/rsvg-convert", absl::StrCat("#!/bin/sh\n[ \"$1\" = --version ] && exit 0\n",
                                            "[ \"$2 $4 $6\" = \"128 128 --output\" ] && /bin/cp ",
                                            folder / "programs/", "${8##*/}.png \"$7\"\n"));
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const std::string path = std::getenv("PATH");
  ASSERT_EQ(setenv("PATH", (folder / "programs").c_str(), 1), 0);
  const KeepingSink sink = Generate("caption_openmoji", OwnCopyAt("openmoji", folder / "set"));
  ASSERT_EQ(setenv("PATH", (folder / "set").c_str(), 1), 0);
  KeepingSink none;
  const absl::Status missing =
      MakeRegistered("caption_openmoji")->Generate(OwnCopyAt("openmoji", folder / "set"), none);
  ASSERT_EQ(setenv("PATH", path.c_str(), 1), 0);
  EXPECT_EQ(SplitsOf(sink).size(), 40u);
  EXPECT_EQ(sink.examples.at("train").at(0).ports.at("picture").bytes(), GivenPng(100));
  EXPECT_EQ(missing.code(), absl::StatusCode::kFailedPrecondition) << missing;
  EXPECT_THAT(std::string(missing.message()), HasSubstr("apt-get install librsvg2-bin"));
  EXPECT_TRUE(none.examples.empty());
}

TEST(GivenSets, LibriSpeechByItsFolders) {
  const ScratchFolder folder;
  for (const char* part : {"train-clean-100", "train-other-500", "dev-clean", "test-other"}) {
    const std::string chapter = absl::StrCat("LibriSpeech/", part, "/19/198/");
    folder.Write(chapter + "19-198.trans.txt",
                 "19-198-0000 MISTER QUILTER IS HERE\n19-198-0001 IT'S GONE\n");
    folder.Write(chapter + "19-198-0000.flac", GivenWav());
  }
  folder.Write("LibriSpeech/SPEAKERS.TXT", "19 | F");
  const KeepingSink sink = Generate("speech_librispeech", OwnCopyAt("librispeech", folder.path()));
  EXPECT_EQ(sink.examples.at("train").size(), 2u);
  EXPECT_EQ(sink.examples.at("valid").size(), 1u);
  EXPECT_THAT(GivenTexts(sink, "test", "words"),
              ElementsAre(std::pair("19-198-0000", "mister quilter is here")));
  EXPECT_EQ(sink.left_out.at("lines without a recording"), 4);
}

TEST(GivenSets, CommonVoiceByItsTables) {
  const ScratchFolder folder;
  const std::string header = "client_id\tpath\tsentence\tup_votes\n";
  folder.Write("cv-corpus-17.0/it/train.tsv",
               header + "s1\ta.mp3\t\"Ciao\", disse.\t2\ns2\tb\tBene!\t2\ns3\t../x.mp3\tNo\t1\n");
  folder.Write("cv-corpus-17.0/it/dev.tsv", header + "s4\tc.mp3\tSi.\t2\n");
  folder.Write("cv-corpus-17.0/it/test.tsv", header + "s5\td.mp3\tForse\t2\n");
  for (const char* clip : {"a", "b", "c"})
    folder.Write(absl::StrCat("cv-corpus-17.0/it/clips/", clip, ".mp3"), GivenWav());
  for (const char* given : {"cv-corpus-17.0", "cv-corpus-17.0/it"}) {
    const KeepingSink sink =
        Generate("speech_common_voice:lang=it", OwnCopyAt("common_voice", folder / given));
    EXPECT_THAT(GivenTexts(sink, "train", "words"),
                ElementsAre(std::pair("a.mp3", "ciao disse"), std::pair("b.mp3", "bene")));
    EXPECT_THAT(GivenTexts(sink, "valid", "words"), ElementsAre(std::pair("c.mp3", "si")));
    EXPECT_EQ(sink.left_out.at("lines without a recording"), 1);
    EXPECT_THAT(sink.broken, ElementsAre(HasSubstr("train.tsv:4: '../x.mp3' is no name")));
  }
}

TEST(GivenSets, WmtHoldsOutItsNewsTests) {
  const ScratchFolder folder;
  folder.Write("europarl-v7.de-en.de", "Guten Tag\n\nDanke\n");
  folder.Write("europarl-v7.de-en.en", "Good day\nnothing\nThanks\n");
  folder.Write("news-commentary-v14.en-de.tsv.gz",
               Archived("gzip", {{"x", "Yes\tJa\textra\nbroken\n"}}, /*tar=*/false));
  folder.Write("news-commentary-v14.cs-de.tsv", "Ano\tJa\n");
  folder.Write("dev/newstest2013.de", "Eins\n");
  folder.Write("dev/newstest2013.en", "One\n");
  folder.Write("dev/newstest2014-deen-src.de", "Zwei\n");
  folder.Write("dev/newstest2014-deen-ref.en", "Two\n");
  folder.Write("dev/alone.de", "Allein\n");
  const KeepingSink sink = Generate("translate_wmt", OwnCopyAt("wmt", folder.path()));
  EXPECT_THAT(GivenTexts(sink, "train", "translation"),
              ElementsAre(std::pair("europarl-v7.de-en.de:1", "Good day"),
                          std::pair("europarl-v7.de-en.de:3", "Thanks"),
                          std::pair("news-commentary-v14.en-de.tsv.gz:1", "Yes")));
  EXPECT_EQ(GivenTexts(sink, "train", "text").at("news-commentary-v14.en-de.tsv.gz:1"), "Ja");
  EXPECT_THAT(GivenTexts(sink, "valid", "text"),
              ElementsAre(std::pair("dev/newstest2013.de:1", "Eins")));
  EXPECT_THAT(GivenTexts(sink, "test", "translation"),
              ElementsAre(std::pair("dev/newstest2014-deen-src.de:1", "Two")));
  EXPECT_THAT(sink.broken, ElementsAre(HasSubstr("tsv.gz:2: the line is not a text, a tab")));
  EXPECT_EQ(sink.left_out.at("pairs of which one side is empty"), 1);
  // The other way round, and one table.
  EXPECT_EQ(GivenTexts(Generate("translate_wmt:from=en,to=de", OwnCopyAt("wmt", folder.path())),
                       "train", "translation")
                .at("europarl-v7.de-en.en:1"),
            "Guten Tag");
  std::string table;
  for (int i = 0; i < 300; ++i) absl::StrAppend(&table, "frage ", i % 150, "\tquestion ", i, "\n");
  const KeepingSink drawn =
      Generate("translate_wmt", OwnCopyAt("wmt", folder.Write("mine/pairs.tsv", table)));
  EXPECT_EQ(drawn.examples.size(), 3u);
  std::map<std::string, std::string> split_of;
  for (const auto& [split, examples] : drawn.examples) {
    for (const Example& example : examples) {
      const auto& text = example.ports.at("text").bytes();
      EXPECT_EQ(split_of.emplace(text, split).first->second, split) << text;
    }
  }
  Registry<ProblemFactory> problems("problem");
  ASSERT_TRUE(RegisterProblems(problems).ok());
  EXPECT_THAT(std::string(MakeProblem(problems, "translate_wmt:to=de").status().message()),
              HasSubstr("must be two languages"));
}

// The news tests as WMT gives them: marks around each segment, source and reference of one pair.
TEST(GivenSets, WmtReadsMarkedNewsTests) {
  const ScratchFolder folder;
  const auto sgm = [](const char* set, const std::string& segments) {
    return absl::StrCat("<", set, " setid=\"newstest2014\" srclang=\"de\" trglang=\"en\">\n",
                        "<doc sysid=\"ref\" docid=\"1012-bbc\" genre=\"news\" origlang=\"en\">\n",
                        "<p>\n", segments, "</p>\n</doc>\n</", set, ">\n");
  };
  folder.Write("a.de", "Hallo\n");
  folder.Write("a.en", "Hello\n");
  folder.Write("dev/newstest2014-deen-src.de.sgm",
               sgm("srcset",
                   "<seg id=\"1\">Gutach &amp; Co: a < b</seg>\n"
                   "<seg id=\"2\">zwei\nZeilen</seg>\n"));
  folder.Write("dev/newstest2014-deen-ref.en.sgm",
               sgm("refset",
                   "<seg id=\"1\"> Gutach &amp; Co &lt;3 </seg>\n"
                   "<seg id=\"2\">two lines</seg>\n"));
  folder.Write("dev/newstest2013-src.de.sgm", sgm("srcset", "<seg id=\"1\">Eins</seg>\n"));
  folder.Write("dev/newstest2013-ref.en.sgm", sgm("refset", "<seg id=\"1\">One</seg>\n"));
  folder.Write("dev/newstest2014-deen-src.de", "Without its translation\n");
  folder.Write("dev/newstest2013-src.de", "Eins\n");
  folder.Write("dev/newstest2013-ref.en", "One\n");
  const KeepingSink sink = Generate("translate_wmt", OwnCopyAt("wmt", folder.path()));
  EXPECT_THAT(GivenTexts(sink, "test", "text"),
              ElementsAre(std::pair("dev/newstest2014-deen-src.de.sgm:4", "Gutach & Co: a < b"),
                          std::pair("dev/newstest2014-deen-src.de.sgm:5", "zwei Zeilen")));
  EXPECT_THAT(GivenTexts(sink, "test", "translation"),
              ElementsAre(std::pair("dev/newstest2014-deen-src.de.sgm:4", "Gutach & Co <3"),
                          std::pair("dev/newstest2014-deen-src.de.sgm:5", "two lines")));
  // The same texts with marks and without: once.
  EXPECT_THAT(GivenTexts(sink, "valid", "text"),
              ElementsAre(std::pair("dev/newstest2013-src.de:1", "Eins")));
}

TEST(GivenSets, WikiTextInArticlesAndPieces) {
  const ScratchFolder folder;
  std::string words;
  for (int i = 0; i < 400; ++i) absl::StrAppend(&words, "w", i, " ");
  folder.Write("wikitext-2/wiki.train.tokens",
               " \n = Valkyria = \n \n One line . \n = = Plot = = \n " + words +
                   "\n \n = Second = \n Two . \n");
  folder.Write("wikitext-2/wiki.valid.tokens", " = V = \n text\n");
  folder.Write("wikitext-2/wiki.test.tokens", "no title\n");
  const KeepingSink sink = Generate("lm_wikitext", OwnCopyAt("wikitext", folder.path()));
  const auto train = GivenTexts(sink, "train", "text");
  EXPECT_EQ(train.size(), 4u);
  EXPECT_EQ(train.at("wikitext-2/wiki.train.tokens:2"), "= Valkyria =\nOne line .\n= = Plot = =");
  EXPECT_TRUE(absl::StartsWith(train.at("wikitext-2/wiki.train.tokens:2, piece 2"), "w0 w1 "));
  EXPECT_TRUE(absl::EndsWith(train.at("wikitext-2/wiki.train.tokens:8"), "= Second =\nTwo ."));
  EXPECT_EQ(GivenTexts(sink, "test", "text").begin()->second, "no title");

  // An archive is unpacked into the cache.
  GenerateOptions packed = OwnCopyAt(
      "wikitext", folder.Write("w.tar.gz", Archived("gzip", {{"w/wiki.train.raw", "= A =\nb\n"}})));
  packed.cache_folder = folder / "cache";
  EXPECT_EQ(GivenTexts(Generate("lm_wikitext", packed), "train", "text").at("w/wiki.train.raw:1"),
            "= A =\nb");
}

TEST(GivenSets, UniProtKeepsNamesakesTogether) {
  const ScratchFolder folder;
  std::string fasta;
  for (int i = 0; i < 300; ++i) {
    for (const char* species : {"HUMAN", "MOUSE"}) {
      std::string letters = "MK";
      for (int rest = i; rest > 0; rest /= 16) letters += "ACDEFGHIKLMNPQRS"[rest % 16];
      absl::StrAppend(&fasta, ">sp|P", i, std::string(1, species[0]), "|P", i, "_", species,
                      " Protein ", i, " OS=", species, " sapiens OX=9606 GN=G PE=1 SV=2\n", letters,
                      species[0] == 'H' ? "H" : "MM", "\n");
    }
  }
  absl::StrAppend(&fasta, ">sp|P9X|P9_RAT Protein OS=Rat OX=1\nMKLMM\n", ">odd thing\nMM\n");
  folder.Write("uniprot_sprot.fasta.gz", Archived("gzip", {{"x", fasta}}, /*tar=*/false));
  for (const std::string& given : {folder.path(), folder / "uniprot_sprot.fasta.gz"}) {
    const KeepingSink sink = Generate("protein_to_text_uniprot", OwnCopyAt("uniprot", given));
    EXPECT_EQ(sink.examples.size(), 3u);
    const auto splits = SplitsOf(sink);
    EXPECT_EQ(splits.size(), 600u);
    for (const auto& [accession, split] : splits) {
      const std::string other =
          accession.substr(0, accession.size() - 1) + (accession.back() == 'H' ? "M" : "H");
      EXPECT_EQ(splits.at(other), split) << accession;
    }
    EXPECT_EQ(sink.left_out.at("inputs equal to one before"), 1);
    EXPECT_THAT(sink.broken, ElementsAre(HasSubstr("it has no 'accession'")));
  }
  const KeepingSink organisms =
      Generate("protein_to_text_uniprot:what=organism", OwnCopyAt("uniprot", folder.path()));
  EXPECT_THAT(organisms.examples.at("train")[0].ports.at("name").bytes(), HasSubstr(" sapiens"));
}

}  // namespace
}  // namespace t2t
