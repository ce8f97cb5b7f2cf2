#include "problems/catalogue/emoji_annotations.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "files/folder.h"
#include "modalities/codecs/utf8.h"
#include "problems/catalogue/hashed_split.h"
#include "problems/readers/json_file.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

using Json = nlohmann::json;

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

absl::Status ReadNames(const std::string& path, const char* top, EmojiNames* names) {
  T2T_ASSIGN_OR_RETURN(const Json json, ReadJsonFile(path));
  const Json::json_pointer place = Json::json_pointer(absl::StrCat("/", top, "/annotations"));
  if (!json.is_object() || !json.contains(place) || !json[place].is_object()) {
    return absl::DataLossError(absl::StrCat(path, ": no object ", top, ".annotations"));
  }
  for (const auto& [emoji, annotation] : json[place].items()) {
    if (!annotation.is_object() || !annotation.contains("tts")) continue;
    const Json& tts = annotation["tts"];
    if (!tts.is_array() || tts.empty() || !tts[0].is_string()) continue;
    if (std::string points = CodePoints(emoji); !points.empty())
      names->emplace(std::move(points), tts[0].get<std::string>());
  }
  return absl::OkStatus();
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

}  // namespace

std::vector<std::string> EmojiNameSources() {
  return {PlainNamesPackage().name, DerivedNamesPackage().name};
}

absl::StatusOr<EmojiNames> FetchEmojiNames(const std::string& language,
                                           const GenerateOptions& options) {
  T2T_ASSIGN_OR_RETURN(const std::string plain_folder, FetchSource(PlainNamesPackage(), options));
  T2T_ASSIGN_OR_RETURN(const std::string derived_folder,
                       FetchSource(DerivedNamesPackage(), options));
  T2T_ASSIGN_OR_RETURN(const std::vector<std::string> languages,
                       NamesIn(plain_folder + "/annotations"));
  if (std::find(languages.begin(), languages.end(), language) == languages.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("no names in language '", language, "'", Suggestion(language, languages)));
  }
  EmojiNames names;
  T2T_RETURN_IF_ERROR(
      ReadNames(absl::StrCat(plain_folder, "/annotations/", language, "/annotations.json"),
                "annotations", &names));
  const std::string more =
      absl::StrCat(derived_folder, "/annotationsDerived/", language, "/annotations.json");
  if (Exists(more)) {
    T2T_RETURN_IF_ERROR(ReadNames(more, "annotationsDerived", &names));
  }
  return names;
}

const char* EmojiSplit(const std::string& base) {
  return HashedSplit("caption_emoji", FamilyOf(base));
}

}  // namespace t2t
