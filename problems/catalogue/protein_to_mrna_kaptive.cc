#include "problems/catalogue/protein_to_mrna_kaptive.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modalities/codecs/genetic_code.h"
#include "problems/catalogue/similarity_clusters.h"
#include "problems/parameters.h"
#include "problems/readers/genbank.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr const char* kFiles[] = {"Acinetobacter_baumannii_OC_locus_primary_reference.gbk",
                                  "Acinetobacter_baumannii_k_locus_primary_reference.gbk",
                                  "Klebsiella_k_locus_primary_reference.gbk",
                                  "Klebsiella_k_locus_variant_reference.gbk",
                                  "Klebsiella_o_locus_primary_reference.gbk"};

Source KaptiveDatabases() {
  return {.name = "kaptive",
          .debian_package = "kaptive-data",
          .folder = "usr/share/kaptive/reference_database",
          .needs = {std::begin(kFiles), std::end(kFiles)}};
}

struct Gene {
  std::string key, genus, protein, codons;  // codons in DNA's letters, without the stop
};

// The gene of a coding sequence whose bases say its protein. Errors: FailedPrecondition for one that is sound and not taken, with
// the reason as it is counted; DataLoss for a location that is none of the record.
absl::StatusOr<Gene> GeneOf(const GenBankRecord& record, const GenBankFeature& feature) {
  Gene gene;
  const auto protein = feature.qualifiers.find("translation");
  if (protein == feature.qualifiers.end())
    return absl::FailedPreconditionError("without a /translation");
  if (feature.location.find_first_of("<>") != std::string::npos)
    return absl::FailedPreconditionError("that go on beyond their record");
  gene.protein = protein->second;
  gene.genus = record.organism.substr(0, record.organism.find(' '));
  gene.key = absl::StrCat(record.name, ":", feature.location);
  T2T_ASSIGN_OR_RETURN(gene.codons, record.At(feature.location));
  std::string says = Translate(gene.codons);
  if (absl::EndsWith(says, "*")) {  // some are listed without it
    says.pop_back();
    gene.codons.resize(gene.codons.size() - 3);
  }
  if (says.find_first_of("X*") != std::string::npos) {
    return absl::FailedPreconditionError("with a codon of rare letters or a stop codon within");
  }
  // Some list the residue that the first codon stands for elsewhere.
  if (says != gene.protein && TranslateGene(gene.codons) != gene.protein) {
    return absl::FailedPreconditionError("whose bases do not say their protein");
  }
  return gene;
}

class ProteinToMrnaKaptive : public Problem {
 public:
  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = "protein_to_mrna_kaptive";
    spec.summary = "a bacterial protein and its genus to the codons of its gene";
    spec.revision = 2;  // weights, and metrics of usage and GC
    spec.inputs = {
        {.name = "protein", .modality = "protein"},
        {.name = "genus", .modality = "label", .options = "classes: [Acinetobacter, Klebsiella]"}};
    spec.targets = {{.name = "mrna",
                     .modality = "rna",
                     .options = "k: 3",
                     .scheme = "aligned",
                     .aligned_with = "protein",
                     .metrics = {"codon_match", "back_translation", "codon_usage", "gc_distance"}}};
    spec.provenance = {.source = "Debian package kaptive-data",
                       .licence = "GPL-3+ (Kaptive)",
                       .size = "2.7 MB",
                       .published =
                           "codon match 0.361 (any synonymous codon), 0.561 (the genus's "
                           "most frequent one); on a split that separates relatives"};
    spec.sources = {KaptiveDatabases().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(KaptiveDatabases(), options));
    std::vector<Gene> genes;
    std::set<std::tuple<std::string, std::string, std::string>> known;
    for (const char* file : kFiles) {
      const std::string path = absl::StrCat(folder, "/", file);
      T2T_ASSIGN_OR_RETURN(const std::vector<GenBankRecord> records, ReadGenBank(path));
      for (const GenBankRecord& record : records) {
        for (const GenBankFeature& feature : record.features) {
          if (feature.kind != "CDS") continue;
          absl::StatusOr<Gene> gene = GeneOf(record, feature);
          // A fragment or a frame shift is part of the data, not damage.
          if (absl::IsFailedPrecondition(gene.status())) {
            sink.LeftOut(absl::StrCat("coding sequences ", gene.status().message()));
          } else if (!gene.ok()) {
            T2T_RETURN_IF_ERROR(sink.Broken(absl::StrCat(path, ":", feature.line), gene.status()));
          } else if (known.insert({gene->genus, gene->protein, gene->codons}).second) {
            genes.push_back(*std::move(gene));
          } else {
            sink.LeftOut("coding sequences equal to one before");
          }
        }
      }
    }
    return AddGenes(genes, sink);
  }

 private:
  static absl::Status AddGenes(const std::vector<Gene>& genes, ExampleSink& sink) {
    std::vector<std::string> proteins;
    for (const Gene& gene : genes) proteins.push_back(gene.protein);
    const std::vector<int64_t> clusters = ProteinClusters(proteins);
    const std::vector<const char*> splits =
        SplitsOfClusters("protein_to_mrna_kaptive", proteins, clusters);
    const std::vector<float> weights = WeightsOfClusters(clusters, splits);
    for (size_t i = 0; i < genes.size(); ++i) {
      Example example;
      example.key = genes[i].key;
      example.ports["protein"] = genes[i].protein;
      example.ports["genus"] = genes[i].genus;
      example.ports["mrna"] = genes[i].codons;
      example.weight = weights[i];
      T2T_RETURN_IF_ERROR(sink.Add(splits[i], std::move(example)));
    }
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeProteinToMrnaKaptive(
    const ProblemParameters& parameters) {
  T2T_RETURN_IF_ERROR(ParameterReader(parameters).Finish());
  return std::make_unique<ProteinToMrnaKaptive>();
}

}  // namespace t2t
