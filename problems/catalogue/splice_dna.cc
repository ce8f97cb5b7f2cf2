#include "problems/catalogue/splice_dna.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "problems/parameters.h"
#include "problems/readers/r_data.h"
#include "problems/sources/source.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr size_t kBases = 60, kIndicators = 3 * kBases;
constexpr size_t kTraining = 2000;
constexpr uint64_t kTrainingPerValid = 10;

Source MlbenchPackage() {
  return {.name = "mlbench",
          .debian_package = "r-cran-mlbench",
          .folder = "usr/lib/R/site-library/mlbench/data",
          .needs = {"DNA.rda"}};
}

absl::StatusOr<std::string> BasesOf(const RDataFrame& frame, size_t row) {
  std::string bases;
  for (size_t base = 0; base < kBases; ++base) {
    const std::string code =
        absl::StrCat(frame.columns[3 * base][row], frame.columns[3 * base + 1][row],
                     frame.columns[3 * base + 2][row]);
    const char letter = code == "100"   ? 'A'
                        : code == "010" ? 'C'
                        : code == "001" ? 'G'
                        : code == "000" ? 'T'
                                        : '?';
    if (letter == '?') {
      return absl::DataLossError(
          absl::StrCat("base ", base + 1, " has the indicators '", code, "'"));
    }
    bases += letter;
  }
  return bases;
}

class SpliceDna : public Problem {
 public:
  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = "splice_dna";
    spec.summary = "60 bases of DNA to the kind of splice site in their middle";
    spec.revision = 2;  // other splits
    spec.inputs = {{.name = "site", .modality = "dna"}};
    spec.targets = {{.name = "kind", .modality = "label", .options = "classes: [ei, ie, n]"}};
    spec.provenance = {
        .source = "Debian package r-cran-mlbench (DNA.rda)",
        .licence = "GPL-2 (mlbench); the data are from the UCI repository",
        .size = "1.0 MB",
        .published = "accuracy 95.9 % (radial basis functions), 95.2, 94.3 (StatLog)"};
    spec.sources = {MlbenchPackage().name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(MlbenchPackage(), options));
    const std::string path = folder + "/DNA.rda";
    T2T_ASSIGN_OR_RETURN(const RDataFrame frame, ReadRDataFrame(path, "DNA"));
    if (frame.columns.size() != kIndicators + 1 || frame.names.back() != "Class") {
      return absl::DataLossError(absl::StrCat(path, ": not ", kIndicators,
                                              " indicators and the column 'Class', but ",
                                              frame.columns.size(), " columns"));
    }
    for (size_t row = 0; row < frame.columns.back().size(); ++row) {
      absl::StatusOr<std::string> bases = BasesOf(frame, row);
      if (!bases.ok()) {
        T2T_RETURN_IF_ERROR(sink.Broken(absl::StrCat(path, ": row ", row + 1), bases.status()));
        continue;
      }
      Example example;
      example.key = absl::StrFormat("window-%04d", row + 1);
      example.ports["site"] = *std::move(bases);
      example.ports["kind"] = frame.columns.back()[row];
      const bool valid =
          Philox(RandomKey(0).With("splice_dna valid").With(row)).Below(kTrainingPerValid) == 0;
      T2T_RETURN_IF_ERROR(sink.Add(row >= kTraining ? "test"
                                   : valid          ? "valid"
                                                    : "train",
                                   std::move(example)));
    }
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeSpliceDna(const ProblemParameters& parameters) {
  T2T_RETURN_IF_ERROR(ParameterReader(parameters).Finish());
  return std::make_unique<SpliceDna>();
}

}  // namespace t2t
