#include "problems/catalogue/bible_texts.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "problems/catalogue/hashed_split.h"
#include "problems/catalogue/text_pieces.h"
#include "problems/parameters.h"
#include "problems/readers/sword_text.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr const char* kTestaments[] = {"ot", "nt"};
// Shorter verses are formulas: "And the LORD spake unto Moses, saying,".
constexpr size_t kLongVerse = 100;

Source BibleOf(const std::string& language) {
  const bool english = language == "en";
  return {.name = absl::StrCat("bible_", language),
          .debian_package = english ? "sword-text-kjv" : "sword-text-sparv",
          .folder = absl::StrCat("usr/share/sword/modules/texts/ztext/",
                                 english ? "engKJV2006eb" : "spaRV1909eb"),
          .needs = {"ot.bzv", "ot.bzs", "ot.bzz", "nt.bzv", "nt.bzs", "nt.bzz"}};
}

// Verses of both testaments, in their order.
absl::StatusOr<std::vector<SwordVerse>> ReadBible(const std::string& language,
                                                  const GenerateOptions& options) {
  T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(BibleOf(language), options));
  std::vector<SwordVerse> verses;
  for (const char* testament : kTestaments) {
    T2T_ASSIGN_OR_RETURN(std::vector<SwordVerse> part, ReadSwordText(folder, testament));
    std::move(part.begin(), part.end(), std::back_inserter(verses));
  }
  return verses;
}

bool TrainsOnChapter(const std::string& chapter) {
  return absl::string_view(HashedSplit("bible", chapter)) == "train";
}

std::string VerseKey(const SwordVerse& verse) {
  return absl::StrCat(verse.chapter, ".", verse.number);
}

class TranslateBible : public Problem {
 public:
  ProblemSpec Spec() const override {
    constexpr const char* kVocabulary = "vocab: {kind: sentencepiece, size: 8000}";
    ProblemSpec spec;
    spec.name = "translate_bible";
    spec.summary = "verses of the Bible, from English to Spanish";
    spec.inputs = {
        {.name = "english", .modality = "text", .options = kVocabulary, .language = "en"}};
    spec.targets = {{.name = "spanish",
                     .modality = "text",
                     .options = kVocabulary,
                     .metrics = {"chrf", "bleu"},
                     .language = "es"}};
    spec.provenance = {
        .source = "Debian packages sword-text-kjv (1769) and sword-text-sparv (1909)",
        .licence = "public domain",
        .size = "5.5 MB"};
    spec.sources = {BibleOf("en").name, BibleOf("es").name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::vector<SwordVerse> english, ReadBible("en", options));
    T2T_ASSIGN_OR_RETURN(const std::vector<SwordVerse> spanish, ReadBible("es", options));
    if (english.size() != spanish.size()) {
      return absl::DataLossError(absl::StrCat("the English Bible has ", english.size(),
                                              " verses, the Spanish one ", spanish.size(),
                                              ": they do not belong side by side"));
    }
    std::set<absl::string_view> trained;
    for (const SwordVerse& verse : english) {
      if (TrainsOnChapter(verse.chapter)) trained.insert(verse.text);
    }
    for (size_t i = 0; i < english.size(); ++i) {
      if (english[i].text.empty() || spanish[i].text.empty()) {
        sink.LeftOut("verses that one of the two counts otherwise");
        continue;
      }
      const char* split = HashedSplit("bible", english[i].chapter);
      if (!TrainsOnChapter(english[i].chapter) && trained.count(english[i].text) > 0) {
        sink.LeftOut("verses to hold out whose English is in training");
        continue;
      }
      Example example;
      example.key = VerseKey(english[i]);
      example.ports["english"] = english[i].text;
      example.ports["spanish"] = spanish[i].text;
      T2T_RETURN_IF_ERROR(sink.Add(split, std::move(example)));
    }
    return absl::OkStatus();
  }
};

class LmBible : public Problem {
 public:
  LmBible(std::string name, std::string parameters, std::string language)
      : name_(std::move(name)),
        parameters_(std::move(parameters)),
        language_(std::move(language)) {}

  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = name_;
    spec.parameters = parameters_;
    spec.summary = absl::StrCat("a language model of the Bible (", language_, ")");
    spec.targets = {{.name = "text",
                     .modality = "text",
                     .options = "vocab: {kind: sentencepiece, size: 8000}",
                     .metrics = {"bits_per_character"},
                     .language = language_}};
    spec.provenance = {
        .source = absl::StrCat("Debian package ", BibleOf(language_).debian_package),
        .licence = "public domain",
        .size = "2.8 MB",
        .published = language_ == "en" ? "xz -9 on the whole text: 1.608 bits a character" : ""};
    spec.sources = {BibleOf(language_).name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::vector<SwordVerse> verses, ReadBible(language_, options));
    std::set<absl::string_view> trained;
    for (const SwordVerse& verse : verses) {
      if (TrainsOnChapter(verse.chapter) && verse.text.size() >= kLongVerse)
        trained.insert(verse.text);
    }
    for (auto begin = verses.begin(); begin != verses.end();) {
      const auto end = std::find_if(begin, verses.end(), [&](const SwordVerse& verse) {
        return verse.chapter != begin->chapter;
      });
      if (!TrainsOnChapter(begin->chapter) && std::any_of(begin, end, [&](const SwordVerse& verse) {
            return trained.count(verse.text) > 0;
          })) {
        sink.LeftOut("chapters to hold out of which a verse is in training");
        begin = end;
        continue;
      }
      std::vector<std::string> pieces;
      for (auto verse = begin; verse != end; ++verse) {
        if (!verse->text.empty()) AddToPieces(verse->text, &pieces);
      }
      for (size_t i = 0; i < pieces.size(); ++i) {
        Example example;
        example.key = absl::StrCat(begin->chapter, i == 0 ? "" : absl::StrCat(":", i));
        example.ports["text"] = std::move(pieces[i]);
        T2T_RETURN_IF_ERROR(sink.Add(HashedSplit("bible", begin->chapter), std::move(example)));
      }
      begin = end;
    }
    return absl::OkStatus();
  }

 private:
  std::string name_, parameters_, language_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeTranslateBible(const ProblemParameters& parameters) {
  T2T_RETURN_IF_ERROR(ParameterReader(parameters).Finish());
  return std::make_unique<TranslateBible>();
}

absl::StatusOr<std::unique_ptr<Problem>> MakeLmBible(const ProblemParameters& parameters) {
  std::string language = "en";
  ParameterReader reader(parameters);
  reader.Choice("lang", &language, {"en", "es"});
  T2T_RETURN_IF_ERROR(reader.Finish());
  return std::make_unique<LmBible>(InstanceName("lm_bible", parameters), reader.Describe(),
                                   language);
}

}  // namespace t2t
