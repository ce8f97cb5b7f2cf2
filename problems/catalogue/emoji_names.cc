#include "problems/catalogue/emoji_names.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "problems/catalogue/emoji_annotations.h"
#include "problems/parameters.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// "1F468-1F3FB-200D-1F9B1" has one, 1F3FB.
bool HasTone(const std::string& points) {
  const std::vector<absl::string_view> all = absl::StrSplit(points, '-');
  return std::any_of(all.begin(), all.end(), [](absl::string_view point) {
    return point.size() == 5 && point >= "1F3FB" && point <= "1F3FF";
  });
}

class EmojiNamesProblem : public Problem {
 public:
  EmojiNamesProblem(std::string name, std::string parameters, std::string language)
      : name_(std::move(name)),
        parameters_(std::move(parameters)),
        language_(std::move(language)) {}

  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = name_;
    spec.parameters = parameters_;
    spec.summary = absl::StrCat("an emoji's English name to its name in ", language_);
    spec.inputs = {{.name = "english",
                    .modality = "text",
                    .options = "vocab: {kind: char}",
                    .language = "en"}};
    spec.targets = {{.name = "name",
                     .modality = "text",
                     .options = "vocab: {kind: char}",
                     .metrics = {"chrf", "exact_match"},
                     .language = language_}};
    spec.provenance = {
        .source = "npm packages cldr-annotations-full and cldr-annotations-derived-full 48.2.0",
        .licence = "Unicode-3.0",
        .size = "11 MB"};
    spec.sources = EmojiNameSources();
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const EmojiNames english, FetchEmojiNames("en", options));
    T2T_ASSIGN_OR_RETURN(const EmojiNames others, FetchEmojiNames(language_, options));
    for (const auto& [points, name] : english) {
      const auto other = others.find(points);
      // A tone adds the same words to every name.
      if (other == others.end() || HasTone(points)) {
        sink.LeftOut(other == others.end() ? "emoji without a name in the other language"
                                           : "emoji in a skin tone");
        continue;
      }
      Example example;
      example.key = points;
      example.ports["english"] = name;
      example.ports["name"] = other->second;
      T2T_RETURN_IF_ERROR(sink.Add(EmojiSplit(points), std::move(example)));
    }
    return absl::OkStatus();
  }

 private:
  std::string name_, parameters_, language_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeEmojiNames(const ProblemParameters& parameters) {
  std::string language = "de";
  ParameterReader reader(parameters);
  reader.Language("lang", &language);
  T2T_RETURN_IF_ERROR(reader.Finish());
  if (language == "en")
    return absl::InvalidArgumentError(
        "lang=en: the names are given in English; take another, such as de");
  return std::make_unique<EmojiNamesProblem>(InstanceName("emoji_names", parameters),
                                             reader.Describe(), language);
}

}  // namespace t2t
