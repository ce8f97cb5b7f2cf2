#include "problems/catalogue/trna_structure.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modalities/codecs/sequence_codec.h"
#include "problems/catalogue/similarity_clusters.h"
#include "problems/parameters.h"
#include "problems/readers/stockholm.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr char kFile[] = "tRNA1415G.sto";

Source InfernalTests() {
  return {.name = "infernal",
          .debian_package = "infernal",
          .folder = "usr/share/doc/infernal/examples/testsuite",
          .needs = {kFile}};
}

// The bases of a row and their marks, without gaps.
absl::StatusOr<std::pair<std::string, std::string>> WithoutGaps(const StockholmSequence& row) {
  const auto marks = row.marks.find("SS");
  if (marks == row.marks.end())
    return absl::DataLossError(absl::StrCat("'", row.name, "' has no structure (SS)"));
  std::string bases, structure;
  int64_t open = 0;
  for (size_t i = 0; i < row.letters.size(); ++i) {
    if (IsGap(row.letters[i])) continue;
    const char mark = marks->second[i];
    if (mark != '<' && mark != '>' && mark != '.') {
      return absl::DataLossError(absl::StrCat("'", row.name, "': the mark '", std::string(1, mark),
                                              "' is no '<', '>' or '.'"));
    }
    open += (mark == '<') - (mark == '>');
    if (open < 0) break;
    bases += row.letters[i];
    structure += mark;
  }
  if (open != 0)
    return absl::DataLossError(absl::StrCat("'", row.name, "': a base has no partner"));
  return std::pair(std::move(bases), std::move(structure));
}

class TrnaStructure : public Problem {
 public:
  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = "trna_structure";
    spec.revision = 2;
    spec.summary = "transfer RNA to its secondary structure, base by base";
    spec.inputs = {{.name = "rna", .modality = "rna"}};
    spec.targets = {{.name = "structure",
                     .modality = "text",
                     .options = "vocab: {kind: char}",
                     .scheme = "aligned",
                     .aligned_with = "rna",
                     .metrics = {"pair_f1", "cer", "exact_match"}}};
    spec.provenance = {.source = "Debian package infernal (its tests' tRNA1415G.sto)",
                       .licence = "BSD-3-clause (Infernal)",
                       .size = "5.5 MB"};
    spec.sources = {InfernalTests().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(InfernalTests(), options));
    const std::string path = absl::StrCat(folder, "/", kFile);
    T2T_ASSIGN_OR_RETURN(const std::vector<StockholmAlignment> alignments, ReadStockholm(path));
    std::vector<Example> examples;
    std::vector<std::string> sequences;
    std::set<std::string> seen;
    for (const StockholmAlignment& alignment : alignments) {
      for (const StockholmSequence& row : alignment.sequences) {
        auto pair = WithoutGaps(row);
        absl::Status status = pair.status();
        if (pair.ok()) status = CheckRna(pair->first);
        if (!status.ok()) {
          T2T_RETURN_IF_ERROR(sink.Broken(absl::StrCat(path, ":", row.line), status));
          continue;
        }
        auto& [bases, structure] = *pair;
        if (bases.empty() || !seen.insert(bases).second) {
          sink.LeftOut(bases.empty() ? "RNAs without a base" : "RNAs equal to one before");
          continue;
        }
        Example example;
        example.key = row.name;
        sequences.push_back(bases);
        example.ports["rna"] = std::move(bases);
        example.ports["structure"] = std::move(structure);
        examples.push_back(std::move(example));
      }
    }
    const std::vector<const char*> splits = SplitsOfClusters(
        "trna_structure", sequences, SimilarityClusters(sequences, /*k=*/8, /*share=*/0.5));
    for (size_t i = 0; i < examples.size(); ++i) {
      T2T_RETURN_IF_ERROR(sink.Add(splits[i], std::move(examples[i])));
    }
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeTrnaStructure(const ProblemParameters& parameters) {
  T2T_RETURN_IF_ERROR(ParameterReader(parameters).Finish());
  return std::make_unique<TrnaStructure>();
}

}  // namespace t2t
