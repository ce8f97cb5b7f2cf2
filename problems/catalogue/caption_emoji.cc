#include "problems/catalogue/caption_emoji.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
#include "files/checksum.h"
#include "modalities/codecs/image_header.h"
#include "problems/catalogue/emoji_annotations.h"
#include "problems/parameters.h"
#include "problems/readers/json_file.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

using Json = nlohmann::json;

struct Drawing {
  std::string points;  // "1F385-1F3FB"
  // Of the plain emoji, "1F385". It says the family: a couple of two tones is spelt with other code
  // points than the couple, 1F46B as 1F469-1F3FB-200D-1F91D-200D-1F468-1F3FF.
  std::string base;
  std::string file;  // "1f385-1f3fb.png"
  std::string category;

  bool has_tone() const { return points != base; }
};

// Reads one object of emoji.json, with its skin tones.
absl::Status AddDrawings(const Json& emoji, std::vector<Drawing>* drawings) {
  std::string base;
  const auto add = [&](const Json& item, const std::string& category) -> absl::Status {
    for (const char* key : {"unified", "image"}) {
      if (!item.is_object() || !item.contains(key) || !item[key].is_string()) {
        return absl::DataLossError(absl::StrCat("no string '", key, "'"));
      }
    }
    const std::string file = item["image"].get<std::string>();
    if (file.find('/') != std::string::npos)
      return absl::DataLossError(absl::StrCat("image '", file, "'"));
    if (!item.contains("has_img_google") || !item["has_img_google"].is_boolean()) {
      return absl::DataLossError("no true or false 'has_img_google'");
    }
    std::vector<absl::string_view> points;
    const std::string unified = item["unified"].get<std::string>();
    for (const absl::string_view point : absl::StrSplit(unified, '-')) {
      if (point != "FE0F") points.push_back(point);
    }
    const std::string joined = absl::StrJoin(points, "-");
    if (base.empty()) base = joined;
    if (item["has_img_google"].get<bool>()) drawings->push_back({joined, base, file, category});
    return absl::OkStatus();
  };
  if (!emoji.is_object() || !emoji.contains("category") || !emoji["category"].is_string()) {
    return absl::DataLossError("no string 'category'");
  }
  const std::string category = emoji["category"].get<std::string>();
  T2T_RETURN_IF_ERROR(add(emoji, category));
  const auto tones = emoji.find("skin_variations");
  if (tones == emoji.end() || !tones->is_object()) return absl::OkStatus();
  for (const auto& [tone, item] : tones->items()) T2T_RETURN_IF_ERROR(add(item, category));
  return absl::OkStatus();
}

Source PicturesPackage() {
  return {.name = "emoji_google",
          .npm_package = "emoji-datasource-google",
          .npm_version = "16.0.0",
          .sha256 = "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
          .folder = "package",
          .needs = {"emoji.json", "img/google/64"}};
}

class CaptionEmoji : public Problem {
 public:
  CaptionEmoji(std::string name, std::string parameters, std::string language, std::string tones)
      : name_(std::move(name)),
        parameters_(std::move(parameters)),
        language_(std::move(language)),
        tones_(std::move(tones)) {}

  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = name_;
    spec.parameters = parameters_;
    spec.revision = 3;
    spec.summary = absl::StrCat("an emoji's picture to its name (", language_, ")");
    spec.inputs = {
        {.name = "picture", .modality = "image", .options = "{size: 64, channels: 3, patch: 8}"}};
    spec.targets = {{.name = "caption",
                     .modality = "text",
                     .options = "vocab: {kind: char}",
                     .metrics = {"chrf", "bleu"},
                     .language = language_}};
    spec.provenance = {
        .source =
            "npm packages emoji-datasource-google 16.0.0, cldr-annotations-full and "
            "cldr-annotations-derived-full 48.2.0",
        .licence = "pictures Apache-2.0 (Noto Emoji, Google); list MIT; names Unicode-3.0",
        .size = "85 MB"};
    spec.sources = EmojiNameSources();
    spec.sources.insert(spec.sources.begin(), PicturesPackage().name);
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(PicturesPackage(), options));
    T2T_ASSIGN_OR_RETURN(const EmojiNames names, FetchEmojiNames(language_, options));
    const std::string list = folder + "/emoji.json";
    T2T_ASSIGN_OR_RETURN(const Json emojis, ReadJsonFile(list));
    if (!emojis.is_array()) return absl::DataLossError(absl::StrCat(list, ": not a list"));
    std::vector<Drawing> drawings;
    for (size_t i = 0; i < emojis.size(); ++i) {
      if (const absl::Status status = AddDrawings(emojis[i], &drawings); !status.ok()) {
        T2T_RETURN_IF_ERROR(sink.Broken(absl::StrCat(list, ": emoji ", i), status));
      }
    }
    // Plain drawings first, so that of two equal pictures the plain one stays.
    std::stable_partition(drawings.begin(), drawings.end(),
                          [](const Drawing& d) { return !d.has_tone(); });
    std::set<std::string> seen;
    for (const Drawing& drawing : drawings) {
      T2T_RETURN_IF_ERROR(
          AddDrawing(drawing, folder + "/img/google/64/" + drawing.file, names, &seen, sink));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status AddDrawing(const Drawing& drawing, const std::string& path, const EmojiNames& names,
                          std::set<std::string>* seen, ExampleSink& sink) const {
    const std::string split = EmojiSplit(drawing.base);
    const auto name = names.find(tones_ == "plain" ? drawing.base : drawing.points);
    const auto left_out = [&](const char* why) {
      sink.LeftOut(why);
      return absl::OkStatus();
    };
    if (drawing.has_tone() && tones_ == "no") return left_out("drawings in a skin tone");
    if (drawing.has_tone() && split != "train")
      return left_out("drawings to hold out that are in a skin tone");
    if (name == names.end()) return left_out("drawings without a name in the language");
    absl::StatusOr<std::string> png = ReadFile(path);
    const absl::Status status = png.ok() ? ReadWholeImageHeader(*png).status() : png.status();
    if (!status.ok()) return sink.Broken(path, status);
    // Some flags and families are drawn alike under two names: the first keeps its picture.
    if (!seen->insert(Sha256Hex(*png)).second) return left_out("drawings equal to one before");
    Example example;
    example.key = absl::StrCat(drawing.category, "/", drawing.points);
    example.ports["picture"] = *std::move(png);
    example.ports["caption"] = name->second;
    return sink.Add(split, std::move(example));
  }

  std::string name_, parameters_;
  std::string language_;
  std::string tones_;  // plain, named or no
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeCaptionEmoji(const ProblemParameters& parameters) {
  std::string language = "en", tones = "plain";
  ParameterReader reader(parameters);
  reader.Language("lang", &language);
  reader.Choice("tones", &tones, {"plain", "named", "no"});
  T2T_RETURN_IF_ERROR(reader.Finish());
  return std::make_unique<CaptionEmoji>(InstanceName("caption_emoji", parameters),
                                        reader.Describe(), language, tones);
}

}  // namespace t2t
