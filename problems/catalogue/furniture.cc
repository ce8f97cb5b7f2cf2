#include "problems/catalogue/furniture.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "files/checksum.h"
#include "files/folder.h"
#include "modalities/codecs/image_header.h"
#include "problems/catalogue/hashed_split.h"
#include "problems/parameters.h"
#include "problems/readers/archive_files.h"
#include "problems/readers/properties.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

constexpr char kCatalogue[] = "PluginFurnitureCatalog";

Source FurniturePackage() {
  return {.name = "sweethome3d_furniture",
          .debian_package = "sweethome3d-furniture",
          .folder = "usr/share/sweethome3d/furniture",
          .needs = {"BlendSwap-CC-0.sh3f", "BlendSwap-CC-BY.sh3f", "KatorLegaz.sh3f",
                    "Reallusion.sh3f", "Scopia.sh3f"}};
}

// "Chair 2" and "chair" are one.
std::string FurnitureFamily(absl::string_view name) {
  std::string words;
  for (const char c : name) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) words += absl::ascii_tolower(c);
  }
  absl::RemoveExtraAsciiWhitespace(&words);
  return words;
}

class Furniture : public Problem {
 public:
  Furniture(std::string name, std::string parameters, std::string language)
      : name_(std::move(name)),
        parameters_(std::move(parameters)),
        language_(std::move(language)) {}

  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = name_;
    spec.parameters = parameters_;
    spec.summary = absl::StrCat("the icon of a piece of furniture to its name (", language_,
                                ") and its category");
    spec.inputs = {
        {.name = "icon", .modality = "image", .options = "{size: 64, channels: 3, patch: 8}"}};
    spec.targets = {{.name = "name",
                     .modality = "text",
                     .options = "vocab: {kind: char}",
                     .metrics = {"chrf", "exact_match"},
                     .language = language_},
                    {.name = "category", .modality = "label"}};
    spec.provenance = {.source = "Debian package sweethome3d-furniture",
                       .licence =
                           "CC-BY-3.0 and CC0 (Kator and Legaz, Reallusion, Scopia, "
                           "BlendSwap's contributors)",
                       .size = "119.8 MB",
                       .published = "the most frequent category: 17.9 %"};
    spec.sources = {FurniturePackage().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(FurniturePackage(), options));
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> files, NamesIn(folder));
    std::set<std::string> languages = {"en"}, seen;
    for (const std::string& file : files) {
      if (absl::EndsWith(file, ".sh3f"))
        T2T_RETURN_IF_ERROR(AddLibrary(folder, file, &languages, &seen, sink));
    }
    if (languages.count(language_) == 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "no names in language '", language_, "'",
          Suggestion(language_, std::vector<std::string>(languages.begin(), languages.end()))));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status AddLibrary(const std::string& folder, const std::string& file,
                          std::set<std::string>* languages, std::set<std::string>* seen,
                          ExampleSink& sink) const {
    const std::string path = absl::StrCat(folder, "/", file);
    using Files = std::map<std::string, std::string>;
    T2T_ASSIGN_OR_RETURN(const Files contents, ReadArchiveFiles(path, [](absl::string_view name) {
                           return absl::EndsWith(name, ".png") ||
                                  absl::EndsWith(name, ".properties");
                         }));
    for (const auto& [name, content] : contents) {
      absl::string_view language = name;
      if (absl::ConsumePrefix(&language, absl::StrCat(kCatalogue, "_")) &&
          absl::ConsumeSuffix(&language, ".properties"))
        languages->emplace(language);
    }
    const auto properties = [&](const std::string& name) {
      const auto found = contents.find(name);
      return found == contents.end() ? Files() : ParseProperties(found->second);
    };
    const Files english = properties(absl::StrCat(kCatalogue, ".properties"));
    const Files wanted = language_ == "en"
                             ? english
                             : properties(absl::StrCat(kCatalogue, "_", language_, ".properties"));
    const auto value = [](const Files& from, const char* key, const std::string& number) {
      const auto found = from.find(absl::StrCat(key, "#", number));
      return found == from.end() ? std::string() : found->second;
    };
    for (const auto& [key, name] : english) {
      absl::string_view rest = key;
      if (!absl::ConsumePrefix(&rest, "name#")) continue;
      const std::string number(rest), category = value(english, "category", number),
                                      translated = value(wanted, "name", number);
      std::string icon = value(english, "icon", number);
      icon.erase(0, icon.find_first_not_of('/'));
      const auto png = contents.find(icon);
      absl::Status status =
          category.empty() ? absl::DataLossError("it has no category")
          : png == contents.end()
              ? absl::DataLossError(absl::StrCat("its icon '", icon, "' is not in the archive"))
              : ReadWholeImageHeader(png->second).status();
      if (!status.ok()) {
        T2T_RETURN_IF_ERROR(sink.Broken(absl::StrCat(path, ": ", key), status));
        continue;
      }
      if (translated.empty() || !seen->insert(Sha256Hex(png->second)).second) {
        sink.LeftOut(translated.empty() ? "pieces without a name in the language"
                                        : "icons equal to one before");
        continue;
      }
      Example example;
      example.key = absl::StrCat(file, "#", number);
      example.ports["icon"] = png->second;
      example.ports["name"] = translated;
      example.ports["category"] = category;
      T2T_RETURN_IF_ERROR(
          sink.Add(HashedSplit("furniture", FurnitureFamily(name)), std::move(example)));
    }
    return absl::OkStatus();
  }

  std::string name_, parameters_, language_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeFurniture(const ProblemParameters& parameters) {
  std::string language = "en";
  ParameterReader reader(parameters);
  reader.Language("lang", &language);
  T2T_RETURN_IF_ERROR(reader.Finish());
  return std::make_unique<Furniture>(InstanceName("furniture", parameters), reader.Describe(),
                                     language);
}

}  // namespace t2t
