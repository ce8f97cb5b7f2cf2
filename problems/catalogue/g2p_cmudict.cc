#include "problems/catalogue/g2p_cmudict.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "problems/parameters.h"
#include "problems/readers/cmudict.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

Source Dictionary() {
  return {.name = "cmudict",
          .npm_package = "cmu-pronouncing-dictionary",
          .npm_version = "3.0.0",
          .sha256 = "ca16ac157e95277ffe1ca105a5ca2c833a15626024f15711c2a425da367b68ce",
          .folder = "package",
          .needs = {"index.js"}};
}

class G2pCmudict : public Problem {
 public:
  G2pCmudict(std::string name, std::string parameters, bool stress)
      : name_(std::move(name)), parameters_(std::move(parameters)), stress_(stress) {}

  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = name_;
    spec.parameters = parameters_;
    spec.summary = absl::StrCat("English spelling to phonemes", stress_ ? " with stress" : "");
    spec.inputs = {{.name = "word", .modality = "text", .options = "vocab: {kind: char}"}};
    spec.targets = {{.name = "phones",
                     .modality = "text",
                     .options = "vocab: {kind: word}",
                     .metrics = {"sequence_error", "per"}}};
    spec.provenance = {
        .source = "npm package cmu-pronouncing-dictionary 3.0.0",
        .licence = "BSD-2-Clause (CMUdict, Carnegie Mellon University); packaging ISC",
        .size = "1.0 MB",
        .published = stress_ ? ""
                             : "word error rate about 31 % (Transformer, 2 layers of 256), 33.9 % "
                               "(Phonetisaurus)"};
    spec.sources = {Dictionary().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(Dictionary(), options));
    T2T_ASSIGN_OR_RETURN(const std::vector<DictionaryWord> words,
                         ReadCmudict(folder + "/index.js"));
    for (size_t i = 0; i < words.size(); ++i) {
      const size_t place = i % 20;
      T2T_RETURN_IF_ERROR(AddWord(place == 0   ? "valid"
                                  : place <= 2 ? "test"
                                               : "train",
                                  words[i], sink));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status AddWord(const std::string& split, const DictionaryWord& word,
                       ExampleSink& sink) const {
    std::vector<std::string> pronunciations;
    for (const std::string& listed : word.pronunciations) {
      std::string phones = stress_ ? listed : WithoutStress(listed);
      // Without stress some become equal.
      if (std::find(pronunciations.begin(), pronunciations.end(), phones) == pronunciations.end()) {
        pronunciations.push_back(std::move(phones));
      }
    }
    Example example;
    example.key = word.word;
    example.ports["word"] = word.word;
    example.ports["phones"] = pronunciations[0];
    if (split != "train") {
      for (size_t i = 1; i < pronunciations.size(); ++i) {
        example.alternatives["phones"].emplace_back(pronunciations[i]);
      }
      return sink.Add(split, std::move(example));
    }
    T2T_RETURN_IF_ERROR(sink.Add(split, example));
    for (size_t i = 1; i < pronunciations.size(); ++i) {
      example.key = absl::StrCat(word.word, "(", i + 1, ")");
      example.ports["phones"] = pronunciations[i];
      T2T_RETURN_IF_ERROR(sink.Add(split, example));
    }
    return absl::OkStatus();
  }

  std::string name_, parameters_;
  bool stress_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeG2pCmudict(const ProblemParameters& parameters) {
  std::string stress = "no";
  ParameterReader reader(parameters);
  reader.Choice("stress", &stress, {"no", "yes"});
  T2T_RETURN_IF_ERROR(reader.Finish());
  return std::make_unique<G2pCmudict>(InstanceName("g2p_cmudict", parameters), reader.Describe(),
                                      stress == "yes");
}

}  // namespace t2t
