#include "problems/catalogue/speech_asterisk_en.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "files/folder.h"
#include "problems/catalogue/hashed_split.h"
#include "problems/catalogue/recording.h"
#include "problems/catalogue/spoken_text.h"
#include "problems/parameters.h"
#include "problems/readers/compressed.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

Source Recordings() {
  return {.name = "asterisk_sounds_en",
          .debian_package = "asterisk-core-sounds-en-wav",
          .folder = "usr/share/asterisk/sounds/en_US_f_Allison",
          .needs = {"activated.wav"}};
}
Source Texts() {
  return {.name = "asterisk_texts_en",
          .debian_package = "asterisk-core-sounds-en",
          .folder = "usr/share/doc/asterisk-core-sounds-en",
          .needs = {"core-sounds-en.txt.gz"}};
}

// Of a recording below the folder: "digits/1".
bool IsName(absl::string_view name) {
  return !name.empty() && name[0] != '/' && !absl::StrContains(name, "..") &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' ||
                  c == '.' || c == '/';
         });
}

class SpeechAsteriskEn : public Problem {
 public:
  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = "speech_asterisk_en";
    spec.summary = "telephone prompts in English to their words";
    spec.revision = 2;  // other splits
    spec.inputs = {{.name = "speech",
                    .modality = "audio",
                    .options = "{rate: 8000, bins: 40, max_seconds: 300}"}};
    spec.targets = {{.name = "words",
                     .modality = "text",
                     .options = "vocab: {kind: char}",
                     .metrics = {"cer", "wer"},
                     .language = "en"}};
    spec.provenance = {
        .source = "Debian packages asterisk-core-sounds-en-wav and asterisk-core-sounds-en",
        .licence = "CC-BY-SA-3.0 (Allison Smith, Digium)",
        .size = "18.3 MB",
        .published = "stock PocketSphinx: word error rate 72.2 %, character error rate 41.2 %"};
    spec.sources = {Recordings().name, Texts().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string sounds, FetchSource(Recordings(), options));
    T2T_ASSIGN_OR_RETURN(const std::string texts, FetchSource(Texts(), options));
    const std::string path = texts + "/core-sounds-en.txt.gz";
    T2T_ASSIGN_OR_RETURN(const std::string list, ReadMaybeCompressed(path));
    int64_t number = 0;
    for (const absl::string_view line : absl::StrSplit(list, '\n')) {
      ++number;
      if (absl::StripAsciiWhitespace(line).empty() || line[0] == ';') continue;
      const size_t colon = line.find(':');
      if (colon == absl::string_view::npos || !IsName(line.substr(0, colon))) {
        T2T_RETURN_IF_ERROR(sink.Broken(absl::StrCat(path, ":", number),
                                        absl::DataLossError("it is not 'name: text'")));
        continue;
      }
      const std::string name(line.substr(0, colon));
      std::string words = SpokenText(line.substr(colon + 1));
      const std::string file = absl::StrCat(sounds, "/", name, ".wav");
      if (words.empty() || !Exists(file)) {
        sink.LeftOut(words.empty() ? "prompts without words" : "prompts without a recording");
        continue;
      }
      absl::StatusOr<std::string> recording = ReadRecording(file);
      if (!recording.ok()) {
        T2T_RETURN_IF_ERROR(sink.Broken(file, recording.status()));
        continue;
      }
      Example example;
      example.key = name;
      example.ports["speech"] = *std::move(recording);
      example.ports["words"] = std::move(words);
      T2T_RETURN_IF_ERROR(sink.Add(HashedSplit("speech_asterisk_en", name), std::move(example)));
    }
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeSpeechAsteriskEn(const ProblemParameters& parameters) {
  T2T_RETURN_IF_ERROR(ParameterReader(parameters).Finish());
  return std::make_unique<SpeechAsteriskEn>();
}

}  // namespace t2t
