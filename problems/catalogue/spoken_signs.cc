#include "problems/catalogue/spoken_signs.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "files/atomic_file.h"
#include "files/checksum.h"
#include "files/folder.h"
#include "problems/catalogue/hashed_split.h"
#include "problems/catalogue/recording.h"
#include "problems/catalogue/spoken_text.h"
#include "problems/parameters.h"
#include "problems/readers/markup.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

constexpr char kAllLanguages[] = "all";

// A game with lists <sound name="A" file="de/alpha/a.ogg"/>, one a language.
struct SoundGame {
  const char* problem;
  const char* summary;
  Source source;
  std::string list_of;  // a language's list, with '*' for the language
  // What is spoken, of a sound's name.
  std::string (*words)(absl::string_view name);
  bool words_in_english;  // in any language; else in the spoken one
  // Whether all languages share the split of equal words, or each has its own.
  bool split_by_words_alone;
  Provenance provenance;
};

// "egypt_palmtree" -> "palmtree", "frier-tux" -> "frier tux".
std::string ThingOf(absl::string_view name) {
  for (const char* scene : {"butterflies_", "egypt_", "moon_", "pizzeria_", "robot_workshop_",
                            "tux-", "tv_", "xmas_"}) {
    if (absl::ConsumePrefix(&name, scene)) break;
  }
  return SpokenText(absl::StrReplaceAll(name, {{"_", " "}, {"-", " "}}));
}

SoundGame KLettres() {
  return {.problem = "speech_klettres",
          .summary = "a spoken letter or syllable to its writing",
          .source = {.name = "klettres",
                     .debian_package = "klettres-data",
                     .folder = "usr/share/klettres",
                     .needs = {"de/sounds.xml", "en/sounds.xml"}},
          .list_of = "*/sounds.xml",
          .words = SpokenText,
          .words_in_english = false,
          .split_by_words_alone = true,
          .provenance = {.source = "Debian package klettres-data",
                         .licence = "GPL-2+ (KDE Education)",
                         .size = "39.5 MB"}};
}

SoundGame KTuberling() {
  return {.problem = "speech_ktuberling",
          .summary = "the spoken name of a thing to its English name",
          .source = {.name = "ktuberling",
                     .debian_package = "ktuberling-data",
                     .folder = "usr/share/ktuberling/sounds",
                     .needs = {"de.soundtheme", "en.soundtheme"}},
          .list_of = "*.soundtheme",
          .words = ThingOf,
          .words_in_english = true,
          .split_by_words_alone = false,
          .provenance = {.source = "Debian package ktuberling-data",
                         .licence = "GPL-2+ (KDE Games)",
                         .size = "46.7 MB"}};
}

class SpokenSigns : public Problem {
 public:
  SpokenSigns(SoundGame game, std::string name, std::string parameters, std::string language)
      : game_(std::move(game)),
        name_(std::move(name)),
        parameters_(std::move(parameters)),
        language_(std::move(language)) {}

  ProblemSpec Spec() const override {
    const std::string spoken = language_ == kAllLanguages ? "" : language_;
    ProblemSpec spec;
    spec.name = name_;
    spec.parameters = parameters_;
    spec.summary =
        absl::StrCat(game_.summary, spoken.empty() ? "" : absl::StrCat(" (", spoken, ")"));
    spec.inputs = {{.name = "speech", .modality = "audio", .language = spoken}};
    spec.targets = {{.name = "words",
                     .modality = "text",
                     .options = "vocab: {kind: char}",
                     .metrics = {"cer", "exact_match"},
                     .language = game_.words_in_english ? "en" : spoken}};
    spec.provenance = game_.provenance;
    spec.sources = {game_.source.name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(game_.source, options));
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(folder));
    std::vector<std::string> languages;
    std::set<std::string> seen;
    for (const std::string& entry : names) {
      absl::string_view language = entry;
      if (absl::StartsWith(game_.list_of, "*.") &&
          !absl::ConsumeSuffix(&language, game_.list_of.substr(1)))
        continue;
      const std::string list =
          absl::StrCat(folder, "/", absl::StrReplaceAll(game_.list_of, {{"*", language}}));
      if (!Exists(list)) continue;
      languages.emplace_back(language);
      if (language_ != kAllLanguages && language_ != language) continue;
      T2T_RETURN_IF_ERROR(AddSounds(folder, list, languages.back(), &seen, sink));
    }
    if (language_ != kAllLanguages &&
        std::find(languages.begin(), languages.end(), language_) == languages.end()) {
      languages.emplace_back(kAllLanguages);
      return absl::InvalidArgumentError(absl::StrCat("nothing is spoken in language '", language_,
                                                     "'", Suggestion(language_, languages)));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status AddSounds(const std::string& folder, const std::string& list,
                         const std::string& language, std::set<std::string>* seen,
                         ExampleSink& sink) const {
    T2T_ASSIGN_OR_RETURN(const std::string markup, ReadFile(list));
    MarkupReader reader(markup);
    MarkupPiece piece;
    while (reader.Next(&piece)) {
      if (piece.name != "sound" || !piece.opens) continue;
      const std::string *name = piece.Find("name"), *file = piece.Find("file");
      if (name == nullptr || file == nullptr || absl::StrContains(*file, "..")) {
        T2T_RETURN_IF_ERROR(sink.Broken(
            list, absl::DataLossError("a sound has no 'name' or no 'file' in the folder")));
        continue;
      }
      const std::string path = absl::StrCat(folder, "/", *file);
      std::string words = game_.words(*name);
      if (words.empty() || !Exists(path)) {
        sink.LeftOut(words.empty() ? "sounds without words" : "sounds without a recording");
        continue;
      }
      absl::StatusOr<std::string> recording = ReadRecording(path);
      if (!recording.ok()) {
        T2T_RETURN_IF_ERROR(sink.Broken(path, recording.status()));
        continue;
      }
      if (!seen->insert(Sha256Hex(*recording)).second) {
        sink.LeftOut("recordings equal to one before");
        continue;
      }
      const std::string split = HashedSplit(
          game_.problem, game_.split_by_words_alone ? words : absl::StrCat(language, ":", words));
      Example example;
      example.key = absl::StrCat(language, "/", *name, ":", *file);
      example.ports["speech"] = *std::move(recording);
      example.ports["words"] = std::move(words);
      T2T_RETURN_IF_ERROR(sink.Add(split, std::move(example)));
    }
    return absl::OkStatus();
  }

  SoundGame game_;
  std::string name_, parameters_, language_;
};

absl::StatusOr<std::unique_ptr<Problem>> MakeSpokenSigns(SoundGame game,
                                                         const ProblemParameters& parameters) {
  std::string language = kAllLanguages;
  ParameterReader reader(parameters);
  reader.Language("lang", &language);
  T2T_RETURN_IF_ERROR(reader.Finish());
  const std::string name = InstanceName(game.problem, parameters);
  return std::make_unique<SpokenSigns>(std::move(game), name, reader.Describe(), language);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeSpeechKlettres(const ProblemParameters& parameters) {
  return MakeSpokenSigns(KLettres(), parameters);
}

absl::StatusOr<std::unique_ptr<Problem>> MakeSpeechKtuberling(const ProblemParameters& parameters) {
  return MakeSpokenSigns(KTuberling(), parameters);
}

}  // namespace t2t
