// LibriSpeech and Common Voice.
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "files/folder.h"
#include "problems/catalogue/given_problem.h"
#include "problems/catalogue/given_sets.h"
#include "problems/catalogue/recording.h"
#include "problems/catalogue/spoken_text.h"
#include "problems/parameters.h"
#include "problems/rows/files_below.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// Of a row whose cell `file` names a recording and whose cell `text` says its words.
absl::StatusOr<const char*> FillRecording(const Row& row, const std::string& file,
                                          const std::string& text, Example* example) {
  std::string words = SpokenText(text);
  if (words.empty()) return "recordings without words";
  if (!Exists(file)) return "lines without a recording";
  absl::StatusOr<std::string> recording = ReadRecording(file);
  if (!recording.ok()) return Annotate(recording.status(), file);
  example->key = row.key;
  example->ports["speech"] = *std::move(recording);
  example->ports["words"] = std::move(words);
  return nullptr;
}

void SetSpeechPorts(const std::string& language, ProblemSpec* spec) {
  spec->inputs = {{.name = "speech", .modality = "audio", .language = language}};
  spec->targets = {{.name = "words",
                    .modality = "text",
                    .options = "vocab: {kind: char}",
                    .metrics = {"wer", "cer"},
                    .language = language}};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeSpeechLibriSpeech(
    const ProblemParameters& parameters) {
  T2T_RETURN_IF_ERROR(ParameterReader(parameters).Finish());
  GivenSet set = {
      .spec = {.name = "speech_librispeech",
               .summary = "read English books to their words",
               .provenance = {.licence = "CC-BY-4.0 (Panayotov and others)", .size = "60 GB"}},
      .source = "librispeech",
      .holds =
          "the folder LibriSpeech with folders train-*, dev-* and test-*, as many "
          "of them as you have"};
  SetSpeechPorts("en", &set.spec);
  set.parts = [](const std::string& path) -> absl::StatusOr<std::vector<GivenPart>> {
    std::vector<GivenPart> parts;
    for (const auto& [pattern, split] :
         {std::pair("**/train-*", "train"), std::pair("**/dev-*", "valid"),
          std::pair("**/test-*", "test")}) {
      const auto folders = ExpandPattern(path, pattern);
      if (absl::IsNotFound(folders.status())) continue;
      T2T_RETURN_IF_ERROR(folders.status());
      for (const std::string& folder : *folders) {
        std::error_code error;
        if (std::filesystem::is_directory(folder, error))
          parts.push_back({split, [folder] { return OpenLibriSpeech(folder); }});
      }
    }
    return parts;
  };
  set.group = [](const Row& row) { return row.cells.find("speaker")->second.bytes(); };
  set.fill = [](Row& row, Example* example) -> absl::StatusOr<const char*> {
    T2T_ASSIGN_OR_RETURN(const std::string text, GivenCell(row, "text"));
    T2T_ASSIGN_OR_RETURN(const std::string file, GivenCell(row, "file"));
    return FillRecording(row, file, text, example);
  };
  return MakeGiven(std::move(set));
}

absl::StatusOr<std::unique_ptr<Problem>> MakeSpeechCommonVoice(
    const ProblemParameters& parameters) {
  std::string language = "en";
  ParameterReader reader(parameters);
  reader.Language("lang", &language);
  T2T_RETURN_IF_ERROR(reader.Finish());
  GivenSet set = {.spec = {.name = InstanceName("speech_common_voice", parameters),
                           .summary = absl::StrCat("sentences that many people read (", language,
                                                   ") to their words"),
                           .parameters = reader.Describe(),
                           .provenance = {.licence = "CC0-1.0 (Mozilla Common Voice)",
                                          .size = "by language, up to 90 GB"}},
                  .source = "common_voice",
                  .holds = absl::StrCat("the folder ", language,
                                        " of a Common Voice release, with clips/, "
                                        "train.tsv, dev.tsv and test.tsv, or the one above it")};
  SetSpeechPorts(language, &set.spec);
  set.parts = [language, holds = set.holds](
                  const std::string& path) -> absl::StatusOr<std::vector<GivenPart>> {
    T2T_ASSIGN_OR_RETURN(
        const std::string train,
        FindGivenFile(path, {absl::StrCat("**/", language, "/train.tsv"), "train.tsv"}, holds));
    const std::string folder = train.substr(0, train.rfind('/'));
    std::vector<GivenPart> parts;
    for (const auto& [name, split] :
         {std::pair("train", "train"), std::pair("dev", "valid"), std::pair("test", "test")}) {
      const std::string table = absl::StrCat(folder, "/", name, ".tsv");
      if (Exists(table)) parts.push_back({split, [table] { return OpenTsv(table); }});
    }
    return parts;
  };
  set.group = [](const Row& row) {
    const auto speaker = row.cells.find("client_id");
    return speaker == row.cells.end() ? row.place : speaker->second.bytes();
  };
  set.fill = [](Row& row, Example* example) -> absl::StatusOr<const char*> {
    T2T_ASSIGN_OR_RETURN(row.key, GivenCell(row, "path"));
    T2T_ASSIGN_OR_RETURN(const std::string text, GivenCell(row, "sentence"));
    if (row.key.empty() || absl::StrContains(row.key, '/'))
      return absl::DataLossError(absl::StrCat("'", row.key, "' is no name of a file in clips/"));
    // Early releases leave the ending out.
    if (!absl::StrContains(row.key, '.')) row.key += ".mp3";
    const std::string folder = row.place.substr(0, row.place.rfind('/'));
    return FillRecording(row, absl::StrCat(folder, "/clips/", row.key), text, example);
  };
  return MakeGiven(std::move(set));
}

}  // namespace t2t
