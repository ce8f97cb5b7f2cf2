// t2t list problems and describe: what there is, and what is in it.
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/problems/scratch_folder.h"
#include "tests/tensor2tensor/cli/run_t2t.h"
#include "tests/tensor2tensor/cli/tiny_run.h"

namespace t2t {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAre;

// The names in the table, in its order.
std::vector<std::string> NamesListed(const std::vector<std::string>& options) {
  std::vector<std::string> arguments = {"list", "problems"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  std::vector<std::string> names;
  for (const std::string& line : Lines(ExpectWorks(RunT2t(arguments)))) {
    if (line.rfind("  ", 0) != 0) continue;
    names.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  if (!names.empty()) names.erase(names.begin());  // the head of the column
  return names;
}

TEST(List, FindsProblemsByModality) {
  EXPECT_THAT(NamesListed({"--from", "audio", "--to", "text"}),
              AllOf(IsSupersetOf({"pairs:from=audio,to=text", "speech_asterisk_en",
                                  "speech_fillets", "tuxpaint_spoken_speech_to_caption"}),
                    Not(Contains("g2p_cmudict")), Not(Contains("image_fashion_mnist"))));
  EXPECT_THAT(NamesListed({"--from", "nothing"}),
              AllOf(Contains("lm_debian"), Not(Contains("g2p_cmudict"))));
  EXPECT_THAT(NamesListed({"--from", "label", "--to", "rna"}),
              UnorderedElementsAre("pairs:from=label,to=rna", "protein_to_mrna_kaptive",
                                   "rna16s_phylum_rev"));
}

TEST(List, FindsProblemsByLanguageLicenceAndSize) {
  EXPECT_THAT(NamesListed({"--language", "cs", "--from", "audio"}),
              AllOf(Contains("speech_fillets"), Not(Contains("speech_asterisk_en"))));
  EXPECT_THAT(NamesListed({"--language", "ro", "--from", "image"}),
              IsSupersetOf({"caption_emoji:lang=ro", "caption_tuxpaint:lang=ro",
                            "tuxpaint_spoken:lang=ro"}));
  EXPECT_THAT(NamesListed({"--licence", "cc-by"}),
              AllOf(Contains("speech_asterisk_en"), Not(Contains("g2p_cmudict"))));
  EXPECT_THAT(NamesListed({"--max-size", "2MB", "--licence", "bsd", "--by", "size"}),
              ElementsAre("g2p_cmudict", "rna16s_phylum"));
}

TEST(Describe, MeasuresLengthsAndBatches) {
  const ScratchFolder scratch;
  const std::string data = scratch / "data";
  ExpectWorks(RunT2t({"datagen", kBars, "--data", data}));
  const std::string text = ExpectWorks(RunT2t({"describe", kBars, "--data", data}));
  EXPECT_THAT(text, ContainsRegex("\nsplit +train, 50 examples\n"));
  EXPECT_THAT(text, ContainsRegex("\nexample +caption = [a-z]+ bar"));
  EXPECT_THAT(text, ContainsRegex("\nlengths +of all 50 training examples\n"));
  EXPECT_THAT(text, ContainsRegex("\nimage +frames: always [0-9]+\n +subpixels: always [0-9]+\n"));
  EXPECT_THAT(text, ContainsRegex("\ncaption +tokens: 7 to 10, median [0-9]+, mean [0-9.]+, 95% "
                                  "up to 10\n"));
  EXPECT_THAT(text, ContainsRegex("\n +examples by tokens\n"));
  EXPECT_THAT(text, ContainsRegex("\nbatches +data.tokens_per_batch = 4096: [0-9.]+ examples in "
                                  "one, [0-9.]+% of its positions useful"));
  EXPECT_THAT(ExpectWorks(RunT2t({"describe", kBars, "--data", data, "--sample", "20"})),
              HasSubstr("of 20 of the 50 training examples, spread evenly over them; vocabularies "
                        "are learned from 50\n"));
  EXPECT_THAT(ExpectWorks(RunT2t({"describe", kBars, "--data", data, "--sample", "0"})),
              Not(HasSubstr("\nlengths ")));
}

TEST(Describe, DrawsInTheTerminalsCharacters) {
  const ScratchFolder scratch;
  const std::string data = scratch / "data";
  ExpectWorks(RunT2t({"datagen", kReverse, "--data", data}));
  const auto described = [&](const char* locale) {
    setenv("LC_ALL", locale, 1);
    const std::string text = ExpectWorks(RunT2t({"describe", kReverse, "--data", data}));
    unsetenv("LC_ALL");
    return text;
  };
  EXPECT_THAT(described("C"), AllOf(HasSubstr(" +----"), Not(HasSubstr("\xE2\x94\x80"))));
  EXPECT_THAT(described("C.UTF-8"), AllOf(HasSubstr(" └──"), HasSubstr("█")));
}

TEST(Describe, PreviewsAFolder) {
  const ScratchFolder scratch;
  const std::string folder = scratch / "plurals";
  scratch.Write("plurals/manifest.yaml",
                "name: plurals\n"
                "inputs: {singular: {modality: text, vocab: {kind: char}}}\n"
                "targets: {plural: {modality: text, vocab: {kind: char}}}\n"
                "data: {train: words.tsv, valid: words.tsv, test: words.tsv}\n");
  std::string table = "singular\tplural\n";
  for (int i = 0; i < 9; ++i) absl::StrAppend(&table, "ox", i, "\toxen", i, "\n");
  scratch.Write("plurals/words.tsv", table);
  const std::string data = scratch / "data";
  const auto describe = [&](const std::string& name) {
    return ExpectWorks(RunT2t({"describe", name, "--data", data}));
  };
  const std::string preview = describe(folder + "/");
  EXPECT_THAT(preview, AllOf(HasSubstr("preview      of train, as it was read\n"
                                       "example      singular = ox0\n"
                                       "example      plural = oxen0\n"),
                             HasSubstr("= oxen2\n"), Not(HasSubstr("oxen3"))));
  EXPECT_FALSE(std::filesystem::exists(data));

  scratch.Write("plurals/words.tsv", "singular\tplural\nox\toxen\nmouse\ncat\tcats\n");
  EXPECT_THAT(describe(folder + "/"), ContainsRegex("\nbroken +[^\n]*words.tsv:3"));
  scratch.Write("plurals/words.tsv", "singular\tplural\nox\toxen\ncat\tcats\n");
  ExpectWorks(RunT2t({"datagen", folder + "/", "--data", data}));
  EXPECT_THAT(describe(folder + "/"), AllOf(HasSubstr("\nlengths "), Not(HasSubstr("preview"))));
}

}  // namespace
}  // namespace t2t
