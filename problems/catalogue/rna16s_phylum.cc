#include "problems/catalogue/rna16s_phylum.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/sequence_codec.h"
#include "problems/catalogue/hashed_split.h"
#include "problems/parameters.h"
#include "problems/rows/formats.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

Source MicrobiomeUtilities() {
  return {.name = "microbiomeutil",
          .debian_package = "microbiomeutil-data",
          .folder = "usr/share/microbiomeutil-data/RESOURCES",
          .needs = {"rRNA16S.gold.fasta"}};
}

// "Bacteria; Firmicutes; ..." behind the last tab -> "Firmicutes".
absl::StatusOr<std::string> PhylumOf(absl::string_view description) {
  const std::vector<absl::string_view> fields = absl::StrSplit(description, '\t');
  const std::vector<absl::string_view> lineage = absl::StrSplit(fields.back(), ';');
  const absl::string_view phylum =
      lineage.size() < 2 ? absl::string_view() : absl::StripAsciiWhitespace(lineage[1]);
  if (phylum.empty()) {
    return absl::DataLossError(
        absl::StrCat("'", fields.back(), "' is not a lineage with a phylum"));
  }
  return std::string(phylum);
}

class Rna16sPhylum : public Problem {
 public:
  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = "rna16s_phylum";
    spec.summary = "a 16S ribosomal RNA gene to its phylum";
    spec.revision = 2;  // other splits
    spec.inputs = {{.name = "gene", .modality = "rna", .options = "{k: 6, stride: 3}"}};
    spec.targets = {{.name = "phylum", .modality = "label"}};
    spec.provenance = {.source = "Debian package microbiomeutil-data (rRNA16S.gold.fasta)",
                       .licence = "BSD-3-Clause (Microbiome Utilities, Broad Institute)",
                       .size = "1.6 MB",
                       .published = ""};
    spec.sources = {MicrobiomeUtilities().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(MicrobiomeUtilities(), options));
    const std::string path = folder + "/rRNA16S.gold.fasta";
    T2T_ASSIGN_OR_RETURN(const auto genes, OpenFasta(path));
    Row gene;
    while (true) {
      T2T_ASSIGN_OR_RETURN(const bool more, genes->Next(&gene));
      if (!more) break;
      absl::StatusOr<std::string> phylum = PhylumOf(gene.cells["description"].bytes());
      absl::Status status = gene.status;
      status.Update(phylum.status());
      status.Update(CheckRna(gene.cells["sequence"].bytes()));
      if (!status.ok()) {
        T2T_RETURN_IF_ERROR(sink.Broken(gene.place, status));
        continue;
      }
      Example example;
      example.key = gene.key;
      example.ports["gene"] = std::move(gene.cells["sequence"]);
      example.ports["phylum"] = *std::move(phylum);
      T2T_RETURN_IF_ERROR(sink.Add(HashedSplit("rna16s_phylum", gene.key), std::move(example)));
    }
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeRna16sPhylum(const ProblemParameters& parameters) {
  T2T_RETURN_IF_ERROR(ParameterReader(parameters).Finish());
  return std::make_unique<Rna16sPhylum>();
}

}  // namespace t2t
