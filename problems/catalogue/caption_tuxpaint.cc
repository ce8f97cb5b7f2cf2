#include "problems/catalogue/caption_tuxpaint.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
#include "files/checksum.h"
#include "files/folder.h"
#include "modalities/codecs/image_header.h"
#include "problems/catalogue/hashed_split.h"
#include "problems/catalogue/recording.h"
#include "problems/parameters.h"
#include "problems/sources/source.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

struct Captions {
  std::string english;
  std::string wanted;  // "" where the language has none
};

// The first line is English; then lines "it.utf8=...".
Captions ParseCaptions(absl::string_view text, const std::string& language) {
  Captions captions;
  bool first = true;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (first) captions.english = std::string(line);
    first = false;
    if (absl::ConsumePrefix(&line, language + ".utf8=") && captions.wanted.empty()) {
      captions.wanted = std::string(absl::StripAsciiWhitespace(line));
    }
  }
  if (language == "en") captions.wanted = captions.english;
  return captions;
}

Source StampsPackage() {
  return {.name = "tuxpaint_stamps",
          .debian_package = "tuxpaint-stamps-default",
          .folder = "usr/share/tuxpaint/stamps",
          .needs = {"animals", "symbols"}};
}

// By the caption's words alone: "A dog." and "a dog!" are one.
const char* SplitOfCaption(absl::string_view english) {
  std::string words;
  for (const char c : english) {
    if (!absl::ascii_ispunct(static_cast<unsigned char>(c))) words += absl::ascii_tolower(c);
  }
  absl::RemoveExtraAsciiWhitespace(&words);
  return HashedSplit("caption_tuxpaint", words);
}

class CaptionTuxpaint : public Problem {
 public:
  // With `spoken`, the caption's recording is a third port, and stamps without one are left out.
  CaptionTuxpaint(std::string name, std::string parameters, std::string language, bool symbols,
                  bool spoken)
      : name_(std::move(name)),
        parameters_(std::move(parameters)),
        language_(std::move(language)),
        symbols_(symbols),
        spoken_(spoken) {}

  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = name_;
    spec.parameters = parameters_;
    spec.revision = spoken_ ? 1 : 2;
    spec.summary = absl::StrCat("a Tux Paint stamp to its caption (", language_,
                                spoken_ ? "), written and spoken" : ")");
    spec.inputs = {
        {.name = "picture", .modality = "image", .options = "{size: 64, channels: 3, patch: 8}"}};
    spec.targets = {{.name = "caption",
                     .modality = "text",
                     .options = "vocab: {kind: char}",
                     .metrics = {"chrf", "bleu"},
                     .language = language_}};
    if (spoken_) {
      spec.targets.push_back({.name = "speech",
                              .modality = "audio",
                              .options = "{rate: 16000, bins: 64, hop_ms: 12.5, window_ms: 50}",
                              .language = language_});
    }
    spec.provenance = {
        .source =
            "Debian package tuxpaint-stamps-default (its PNG stamps; those drawn only as SVG "
            "are left out)",
        .licence = "GPL-2.0 (Tux Paint)",
        .size = "160.9 MB"};
    spec.sources = {StampsPackage().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(StampsPackage(), options));
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> stems, FindStamps(folder, sink));
    int64_t without = 0;
    std::set<std::string> seen;
    for (const std::string& stem : stems)
      T2T_RETURN_IF_ERROR(AddStamp(folder, stem, &without, &seen, sink));
    if (without == static_cast<int64_t>(stems.size())) {
      return absl::InvalidArgumentError(
          absl::StrCat("no caption in language '", language_,
                       "'; the stamps write it as in 'it', 'pt_BR', 'sr@latin'"));
    }
    return absl::OkStatus();
  }

 private:
  // Names without ".png", relative to the folder, sorted.
  absl::StatusOr<std::vector<std::string>> FindStamps(const std::string& folder,
                                                      ExampleSink& sink) const {
    std::vector<std::string> stems;
    std::error_code error;
    fs::recursive_directory_iterator it(folder, error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
      const fs::path path = it->path();
      const std::string stem = fs::path(path).replace_extension().string();
      const std::string key = stem.substr(folder.size() + 1);
      const bool only_svg = path.extension() == ".svg" && !Exists(stem + ".png");
      if (path.extension() != ".png" && !only_svg) continue;
      if (!symbols_ && absl::StartsWith(key, "symbols/")) {
        sink.LeftOut("symbols");
      } else if (only_svg) {
        sink.LeftOut("stamps that are only SVG");
      } else {
        stems.push_back(key);
      }
    }
    if (error)
      return absl::UnavailableError(absl::StrCat("cannot list ", folder, ": ", error.message()));
    std::sort(stems.begin(), stems.end());
    return stems;
  }

  absl::Status AddStamp(const std::string& folder, const std::string& stem, int64_t* without,
                        std::set<std::string>* seen, ExampleSink& sink) const {
    const std::string path = absl::StrCat(folder, "/", stem);
    absl::StatusOr<std::string> text = ReadFile(path + ".txt");
    const Captions captions = text.ok() ? ParseCaptions(*text, language_) : Captions();
    if (captions.wanted.empty()) {
      // A mirrored variant of another stamp has no text of its own.
      ++*without;
      sink.LeftOut("stamps without a caption");
      return absl::OkStatus();
    }
    absl::StatusOr<std::string> png = ReadFile(path + ".png");
    const absl::Status status = png.ok() ? ReadWholeImageHeader(*png).status() : png.status();
    if (!status.ok()) return sink.Broken(path + ".png", status);
    if (!seen->insert(Sha256Hex(*png)).second) {  // one stamp in two folders
      sink.LeftOut("stamps equal to one before");
      return absl::OkStatus();
    }
    Example example;
    example.key = stem;
    example.ports["picture"] = *std::move(png);
    example.ports["caption"] = captions.wanted;
    if (spoken_) {
      const std::string sound = absl::StrCat(path, "_desc_", language_, ".ogg");
      if (!Exists(sound)) {
        sink.LeftOut("stamps whose caption nobody speaks");
        return absl::OkStatus();
      }
      absl::StatusOr<std::string> recording = ReadRecording(sound);
      if (!recording.ok()) return sink.Broken(sound, recording.status());
      example.ports["speech"] = *std::move(recording);
    }
    return sink.Add(SplitOfCaption(captions.english), std::move(example));
  }

  std::string name_, parameters_;
  std::string language_;
  bool symbols_, spoken_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeCaptionTuxpaint(const ProblemParameters& parameters) {
  std::string language = "en", symbols = "with";
  ParameterReader reader(parameters);
  reader.Language("lang", &language);
  reader.Choice("symbols", &symbols, {"with", "without"});
  T2T_RETURN_IF_ERROR(reader.Finish());
  return std::make_unique<CaptionTuxpaint>(InstanceName("caption_tuxpaint", parameters),
                                           reader.Describe(), language, symbols == "with",
                                           /*spoken=*/false);
}

absl::StatusOr<std::unique_ptr<Problem>> MakeTuxpaintSpoken(const ProblemParameters& parameters) {
  std::string language = "es", symbols = "with";
  ParameterReader reader(parameters);
  // Those of which most stamps are spoken, and as they are written.
  reader.Choice("lang", &language, {"bg", "es", "fr", "ro", "ru"});
  reader.Choice("symbols", &symbols, {"with", "without"});
  T2T_RETURN_IF_ERROR(reader.Finish());
  return std::make_unique<CaptionTuxpaint>(InstanceName("tuxpaint_spoken", parameters),
                                           reader.Describe(), language, symbols == "with",
                                           /*spoken=*/true);
}

}  // namespace t2t
