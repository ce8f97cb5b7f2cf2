#include "problems/catalogue/hanzi_strokes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "files/folder.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/utf8.h"
#include "problems/catalogue/hashed_split.h"
#include "problems/catalogue/outline_picture.h"
#include "problems/parameters.h"
#include "problems/readers/json_file.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// Characters are drawn in a square of 1,024 whose lower edge is at -124 (README of Make Me a Hanzi).
constexpr double kHanziSize = 1024, kHanziTop = 900;
constexpr int64_t kHanziSide = 64, kHanziGrid = 32;
constexpr char kHanziDigits[] = "0123456789abcdefghijklmnopqrstuv";

Source HanziPackage() {
  return {.name = "hanzi_writer",
          .npm_package = "hanzi-writer-data",
          .npm_version = "2.0.1",
          .sha256 = "72baf3d82b114e60d6e40ea05f24d2262a05cd39d544e2f322ba2fceb7beff15",
          .folder = "package",
          .needs = {"\u4e00.json"}};
}

struct Hanzi {
  std::vector<std::string> outlines;
  // [strokes][corners]: columns and rows in 0..1, from the upper left corner
  std::vector<std::vector<std::pair<double, double>>> strokes;
};

absl::StatusOr<Hanzi> ParseHanzi(const nlohmann::json& json) {
  const auto wrong = [] {
    return absl::DataLossError("it is not lists of 'strokes' (paths) and 'medians' (corners)");
  };
  Hanzi hanzi;
  if (!json.is_object() || !json.contains("strokes") || !json["strokes"].is_array() ||
      !json.contains("medians") || !json["medians"].is_array()) {
    return wrong();
  }
  for (const nlohmann::json& path : json["strokes"]) {
    if (!path.is_string()) return wrong();
    hanzi.outlines.push_back(path.get<std::string>());
  }
  for (const nlohmann::json& stroke : json["medians"]) {
    auto& corners = hanzi.strokes.emplace_back();
    if (!stroke.is_array() || stroke.empty()) return wrong();
    for (const nlohmann::json& corner : stroke) {
      if (!corner.is_array() || corner.size() != 2 || !corner[0].is_number() ||
          !corner[1].is_number()) {
        return wrong();
      }
      const auto share = [](double value) { return std::clamp(value / kHanziSize, 0.0, 1.0); };
      corners.emplace_back(share(corner[0].get<double>()),
                           share(kHanziTop - corner[1].get<double>()));
    }
  }
  if (hanzi.strokes.empty() || hanzi.strokes.size() != hanzi.outlines.size()) return wrong();
  return hanzi;
}

std::string StrokesAsText(const Hanzi& hanzi) {
  const auto digit = [](double share) {
    const auto place = static_cast<int64_t>(share * kHanziGrid);
    return kHanziDigits[std::min(place, kHanziGrid - 1)];
  };
  std::string text;
  for (const auto& stroke : hanzi.strokes) {
    if (!text.empty()) text += ' ';
    std::string last;
    for (const auto& [column, row] : stroke) {
      std::string corner = {digit(column), digit(row)};
      if (corner != last) text += corner;
      last = std::move(corner);
    }
  }
  return text;
}

std::vector<float> StrokesAsSeries(const Hanzi& hanzi) {
  std::vector<float> series;
  for (const auto& stroke : hanzi.strokes) {
    for (size_t i = 0; i < stroke.size(); ++i) {
      series.push_back(static_cast<float>(stroke[i].first));
      series.push_back(static_cast<float>(stroke[i].second));
      series.push_back(i + 1 == stroke.size() ? 1.0f : 0.0f);
    }
  }
  return series;
}

class HanziStrokes : public Problem {
 public:
  HanziStrokes(std::string name, std::string parameters, bool series)
      : name_(std::move(name)), parameters_(std::move(parameters)), series_(series) {}

  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = name_;
    spec.parameters = parameters_;
    spec.summary = "the picture of a Chinese character to the strokes that write it";
    spec.inputs = {
        {.name = "picture", .modality = "image", .options = "{size: 64, channels: 1, patch: 8}"}};
    spec.targets = {series_ ? Port{.name = "strokes", .modality = "vector", .options = "size: 3"}
                            : Port{.name = "strokes",
                                   .modality = "text",
                                   .options = "vocab: {kind: char}",
                                   .metrics = {"cer", "exact_match"}}};
    spec.provenance = {.source = "npm package hanzi-writer-data 2.0.1 (from Make Me a Hanzi)",
                       .licence = "Arphic Public License",
                       .size = "13.5 MB"};
    spec.sources = {HanziPackage().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(HanziPackage(), options));
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> files, NamesIn(folder));
    std::map<std::string, int64_t> added;
    for (const std::string& file : files) {
      absl::string_view character = file;
      // Beside the characters: package.json, all.json.
      if (!absl::ConsumeSuffix(&character, ".json") ||
          Utf8Length(character) != static_cast<int64_t>(character.size()) || character.size() < 2) {
        continue;
      }
      const char* split = HashedSplit("hanzi_strokes", character);
      // Drawing what the limit drops would take most of the time.
      if (options.limit > 0 && added[split]++ >= options.limit) continue;
      const std::string path = absl::StrCat(folder, "/", file);
      absl::StatusOr<Example> example = ReadExample(path);
      if (!example.ok()) {
        T2T_RETURN_IF_ERROR(sink.Broken(path, example.status()));
        continue;
      }
      example->key = std::string(character);
      T2T_RETURN_IF_ERROR(sink.Add(split, *std::move(example)));
    }
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<Example> ReadExample(const std::string& path) const {
    T2T_ASSIGN_OR_RETURN(const nlohmann::json json, ReadJsonFile(path));
    T2T_ASSIGN_OR_RETURN(const Hanzi hanzi, ParseHanzi(json));
    T2T_ASSIGN_OR_RETURN(
        const Pixels picture,
        DrawOutlines(hanzi.outlines, {.left = 0, .top = kHanziTop, .size = kHanziSize},
                     kHanziSide));
    T2T_ASSIGN_OR_RETURN(std::string png, EncodePng(picture));
    Example example;
    example.ports["picture"] = std::move(png);
    example.ports["strokes"] =
        series_ ? Value(StrokesAsSeries(hanzi)) : Value(StrokesAsText(hanzi));
    return example;
  }

  std::string name_, parameters_;
  bool series_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeHanziStrokes(const ProblemParameters& parameters) {
  std::string form = "text";
  ParameterReader reader(parameters);
  reader.Choice("form", &form, {"text", "series"});
  T2T_RETURN_IF_ERROR(reader.Finish());
  return std::make_unique<HanziStrokes>(InstanceName("hanzi_strokes", parameters),
                                        reader.Describe(), form == "series");
}

}  // namespace t2t
