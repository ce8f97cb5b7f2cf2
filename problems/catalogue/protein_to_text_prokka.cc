#include "problems/catalogue/protein_to_text_prokka.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "problems/catalogue/similarity_clusters.h"
#include "problems/parameters.h"
#include "problems/rows/formats.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr const char* kGenera[] = {"Enterococcus", "Escherichia", "Staphylococcus"};

Source ProkkaDatabases() {
  return {.name = "prokka",
          .debian_package = "prokka",
          .folder = "usr/share/prokka/db/genus",
          .needs = {std::begin(kGenera), std::end(kGenera)}};
}

// "1.2.3.4~~~gene~~~product" -> "product"; "" where there is none.
absl::string_view ProductOf(absl::string_view description) {
  constexpr absl::string_view kMark = "~~~";
  const size_t last = description.rfind(kMark);
  if (last == absl::string_view::npos) return "";
  return absl::StripAsciiWhitespace(description.substr(last + kMark.size()));
}

class ProteinToTextProkka : public Problem {
 public:
  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = "protein_to_text_prokka";
    spec.summary = "a bacterial protein to the name of what it does";
    spec.revision = 2;  // other splits
    spec.inputs = {{.name = "protein", .modality = "protein"}};
    spec.targets = {{.name = "product",
                     .modality = "text",
                     .options = "vocab: {kind: sentencepiece, size: 2000}",
                     .metrics = {"chrf", "exact_match"},
                     .language = "en"}};
    spec.provenance = {.source = "Debian package prokka (its databases by genus)",
                       .licence = "GPL-3+ (Prokka)",
                       .size = "10.0 MB"};
    spec.sources = {ProkkaDatabases().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(ProkkaDatabases(), options));
    std::vector<Example> examples;
    std::vector<std::string> proteins;
    for (const char* genus : kGenera) {
      const std::string path = absl::StrCat(folder, "/", genus);
      T2T_ASSIGN_OR_RETURN(const auto records, OpenFasta(path));
      Row record;
      while (true) {
        T2T_ASSIGN_OR_RETURN(const bool more, records->Next(&record));
        if (!more) break;
        const absl::string_view product = ProductOf(record.cells["description"].bytes());
        if (record.status.ok() && product.empty())
          record.status = absl::DataLossError("the header does not end in '~~~product'");
        if (!record.status.ok()) {
          T2T_RETURN_IF_ERROR(sink.Broken(record.place, record.status));
          continue;
        }
        Example example;
        example.key = absl::StrCat(genus, ":", record.key);
        example.ports["protein"] = record.cells["sequence"];
        example.ports["product"] = std::string(product);
        proteins.push_back(record.cells["sequence"].bytes());
        examples.push_back(std::move(example));
      }
    }
    const std::vector<const char*> splits =
        SplitsOfClusters("protein_to_text_prokka", proteins, ProteinClusters(proteins));
    for (size_t i = 0; i < examples.size(); ++i) {
      T2T_RETURN_IF_ERROR(sink.Add(splits[i], std::move(examples[i])));
    }
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeProteinToTextProkka(
    const ProblemParameters& parameters) {
  T2T_RETURN_IF_ERROR(ParameterReader(parameters).Finish());
  return std::make_unique<ProteinToTextProkka>();
}

}  // namespace t2t
