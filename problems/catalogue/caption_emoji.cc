#include "problems/catalogue/caption_emoji.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
#include "files/checksum.h"
#include "files/folder.h"
#include "modalities/codecs/image_header.h"
#include "modalities/codecs/utf8.h"
#include "problems/catalogue/hashed_split.h"
#include "problems/parameters.h"
#include "problems/sources/source.h"
#include "random/philox.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

using Json = nlohmann::json;
using Names = std::unordered_map<std::string, std::string>;  // by code points: "1F385-1F3FB"

absl::StatusOr<Json> ReadJson(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return absl::DataLossError(absl::StrCat(path, ": not JSON"));
  return json;
}

// The code points of UTF-8 as "1F385-1F3FB", without the variation selector FE0F, which both
// packages put now here, now there. "" for what is not UTF-8: it is no emoji.
std::string CodePoints(absl::string_view utf8) {
  std::vector<std::string> points;
  while (!utf8.empty()) {
    const auto length = static_cast<size_t>(Utf8Length(utf8));
    if (length == 0) return "";
    const uint32_t point = Utf8CodePoint(utf8.substr(0, length));
    if (point != 0xFE0F) points.push_back(absl::StrFormat("%04X", point));
    utf8.remove_prefix(length);
  }
  return absl::StrJoin(points, "-");
}

// Which plain emoji share a split: those of one sequence without joiners, genders, people and the
// arrow that turns them round, so that "farmer", "man farmer" and "woman farmer" are one, and so
// are all families.
std::string FamilyOf(const std::string& base) {
  // Couples that are drawn as others are by a sequence, and the sexes of one person, where each is
  // a character of its own.
  static const auto& alike = *new std::map<absl::string_view, absl::string_view>{
      {"1F46B", "1F91D"}, {"1F46C", "1F91D"}, {"1F46D", "1F91D"}, {"1F48F", "2764-1F48B"},
      {"1F491", "2764"},  {"1F474", "1F9D3"}, {"1F475", "1F9D3"}, {"1F478", "1F934"},
      {"1FAC5", "1F934"}, {"1F57A", "1F483"}, {"1FAC3", "1F930"}, {"1FAC4", "1F930"},
      {"1F936", "1F385"}, {"1F46A", ""}};
  static const auto& people = *new std::set<absl::string_view>{
      "200D",  "2640",  "2642",  "27A1",  "1F466", "1F467", "1F468", "1F469",
      "1F9D1", "1F9D2", "1F3FB", "1F3FC", "1F3FD", "1F3FE", "1F3FF"};
  if (const auto it = alike.find(base); it != alike.end()) return std::string(it->second);
  if (base.size() == 5 && base >= "1F550" && base <= "1F567") return "clock faces";
  std::vector<absl::string_view> rest;
  for (const absl::string_view point : absl::StrSplit(base, '-')) {
    if (people.count(point) == 0) rest.push_back(point);
  }
  return absl::StrJoin(rest, "-");
}

absl::Status ReadNames(const std::string& path, const char* top, Names* names) {
  T2T_ASSIGN_OR_RETURN(const Json json, ReadJson(path));
  const Json::json_pointer place = Json::json_pointer(absl::StrCat("/", top, "/annotations"));
  if (!json.is_object() || !json.contains(place) || !json[place].is_object()) {
    return absl::DataLossError(absl::StrCat(path, ": no object ", top, ".annotations"));
  }
  for (const auto& [emoji, annotation] : json[place].items()) {
    if (!annotation.is_object() || !annotation.contains("tts")) continue;
    const Json& tts = annotation["tts"];
    if (!tts.is_array() || tts.empty() || !tts[0].is_string()) continue;
    names->emplace(CodePoints(emoji), tts[0].get<std::string>());
  }
  return absl::OkStatus();
}

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

Source PlainNamesPackage() {
  return {.name = "cldr_annotations",
          .npm_package = "cldr-annotations-full",
          .npm_version = "48.2.0",
          .sha256 = "28576e51225deb51e3ddd734b0f824a0079682cb5d8c27faa9f68149317a14d1",
          .folder = "package",
          .needs = {"annotations/en/annotations.json"}};
}

// Sequences, skin tones and flags have their names in a package of their own.
Source DerivedNamesPackage() {
  return {.name = "cldr_annotations_derived",
          .npm_package = "cldr-annotations-derived-full",
          .npm_version = "48.2.0",
          .sha256 = "4be946ff5815f806ec78b50363d577a769f2fbfb90c6380a44e161a92436996e",
          .folder = "package",
          .needs = {"annotationsDerived/en/annotations.json"}};
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
    spec.sources = {PicturesPackage().name, PlainNamesPackage().name, DerivedNamesPackage().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(PicturesPackage(), options));
    T2T_ASSIGN_OR_RETURN(const Names names, FetchNames(options));
    const std::string list = folder + "/emoji.json";
    T2T_ASSIGN_OR_RETURN(const Json emojis, ReadJson(list));
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
  absl::StatusOr<Names> FetchNames(const GenerateOptions& options) const {
    T2T_ASSIGN_OR_RETURN(const std::string plain_folder, FetchSource(PlainNamesPackage(), options));
    T2T_ASSIGN_OR_RETURN(const std::string derived_folder,
                         FetchSource(DerivedNamesPackage(), options));
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> languages,
                         NamesIn(plain_folder + "/annotations"));
    if (std::find(languages.begin(), languages.end(), language_) == languages.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("no names in language '", language_, "'", Suggestion(language_, languages)));
    }
    Names names;
    T2T_RETURN_IF_ERROR(
        ReadNames(absl::StrCat(plain_folder, "/annotations/", language_, "/annotations.json"),
                  "annotations", &names));
    const std::string more =
        absl::StrCat(derived_folder, "/annotationsDerived/", language_, "/annotations.json");
    if (Exists(more)) {
      T2T_RETURN_IF_ERROR(ReadNames(more, "annotationsDerived", &names));
    }
    return names;
  }

  absl::Status AddDrawing(const Drawing& drawing, const std::string& path, const Names& names,
                          std::set<std::string>* seen, ExampleSink& sink) const {
    const std::string split = HashedSplit("caption_emoji", FamilyOf(drawing.base));
    const auto name = names.find(tones_ == "plain" ? drawing.base : drawing.points);
    if (drawing.has_tone() && (tones_ == "no" || split != "train")) return absl::OkStatus();
    if (name == names.end()) return absl::OkStatus();  // a language need not name every emoji
    absl::StatusOr<std::string> png = ReadFile(path);
    const absl::Status status = png.ok() ? ReadWholeImageHeader(*png).status() : png.status();
    if (!status.ok()) return sink.Broken(path, status);
    // Some flags and families are drawn alike under two names: the first keeps its picture.
    if (!seen->insert(Sha256Hex(*png)).second) return absl::OkStatus();
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
