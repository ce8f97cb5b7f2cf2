#include "problems/catalogue/speech_fillets.h"

#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "files/folder.h"
#include "problems/catalogue/hashed_split.h"
#include "problems/catalogue/recording.h"
#include "problems/catalogue/spoken_text.h"
#include "problems/parameters.h"
#include "problems/readers/lua_dialogue.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

constexpr char kFolder[] = "usr/share/games/fillets-ng";

Source Dialogues() {
  return {.name = "fillets_dialogues",
          .debian_package = "fillets-ng-data",
          .folder = kFolder,
          .needs = {"script/alibaba/dialogs_cs.lua"}};
}
Source CzechRecordings() {
  return {.name = "fillets_sounds_cs",
          .debian_package = "fillets-ng-data-cs",
          .folder = kFolder,
          .needs = {"sound/alibaba/cs"}};
}

class SpeechFillets : public Problem {
 public:
  SpeechFillets(std::string name, std::string parameters, std::string language)
      : name_(std::move(name)),
        parameters_(std::move(parameters)),
        language_(std::move(language)) {}

  ProblemSpec Spec() const override {
    const bool czech = language_ == "cs";
    ProblemSpec spec;
    spec.name = name_;
    spec.parameters = parameters_;
    spec.summary = absl::StrCat("dialogues of a game, spoken in Czech, to their words",
                                czech ? "" : absl::StrCat(" in ", language_));
    spec.inputs = {{.name = "speech", .modality = "audio", .language = "cs"}};
    spec.targets = {{.name = "words",
                     .modality = "text",
                     .options = "vocab: {kind: char}",
                     .metrics = czech ? std::vector<std::string>{"cer", "wer"}
                                      : std::vector<std::string>{"chrf", "bleu"},
                     .language = language_}};
    spec.provenance = {.source = "Debian packages fillets-ng-data and fillets-ng-data-cs",
                       .licence = "GPL-2+ (ALTAR interactive and the translators)",
                       .size = "109.7 MB"};
    spec.sources = {Dialogues().name, CzechRecordings().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string texts, FetchSource(Dialogues(), options));
    T2T_ASSIGN_OR_RETURN(const std::string sounds, FetchSource(CzechRecordings(), options));
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> levels, NamesIn(texts + "/script"));
    std::set<std::string> languages;
    for (const std::string& level : levels) {
      const std::string folder = absl::StrCat(texts, "/script/", level);
      std::error_code error;
      if (!std::filesystem::is_directory(folder, error)) continue;
      T2T_ASSIGN_OR_RETURN(const std::vector<std::string> files, NamesIn(folder));
      for (const std::string& file : files) {
        absl::string_view language = file;
        if (absl::ConsumePrefix(&language, "dialogs_") && absl::ConsumeSuffix(&language, ".lua"))
          languages.emplace(language);
      }
      const std::string path = absl::StrCat(folder, "/dialogs_", language_, ".lua");
      if (!Exists(path)) continue;  // some levels are not translated
      const auto dialogues = ReadLuaDialogues(path);
      if (!dialogues.ok()) {
        T2T_RETURN_IF_ERROR(sink.Broken(path, dialogues.status()));
        continue;
      }
      std::set<std::string> seen;  // a line that several call is there several times
      for (const LuaDialogue& dialogue : *dialogues) {
        const std::string file =
            absl::StrCat(sounds, "/sound/", level, "/cs/", dialogue.id, ".ogg");
        std::string words = SpokenText(dialogue.text);
        const char* lacks = nullptr;
        if (absl::StrContains(dialogue.id, '/') || !Exists(file)) {
          lacks = "lines without a recording";
        } else if (words.empty()) {
          lacks = "lines without words";
        } else if (!seen.insert(dialogue.id).second) {
          lacks = "lines that stand there twice";
        }
        if (lacks != nullptr) {
          sink.LeftOut(lacks);
          continue;
        }
        absl::StatusOr<std::string> recording = ReadRecording(file);
        if (!recording.ok()) {
          T2T_RETURN_IF_ERROR(sink.Broken(file, recording.status()));
          continue;
        }
        Example example;
        example.key = absl::StrCat(level, "/", dialogue.id);
        example.ports["speech"] = *std::move(recording);
        example.ports["words"] = std::move(words);
        T2T_RETURN_IF_ERROR(sink.Add(HashedSplit("speech_fillets", level), std::move(example)));
      }
    }
    if (languages.count(language_) == 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "no dialogues in language '", language_, "'",
          Suggestion(language_, std::vector<std::string>(languages.begin(), languages.end()))));
    }
    return absl::OkStatus();
  }

 private:
  std::string name_, parameters_, language_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeSpeechFillets(const ProblemParameters& parameters) {
  std::string language = "cs";
  ParameterReader reader(parameters);
  reader.Language("lang", &language);
  T2T_RETURN_IF_ERROR(reader.Finish());
  return std::make_unique<SpeechFillets>(InstanceName("speech_fillets", parameters),
                                         reader.Describe(), language);
}

}  // namespace t2t
