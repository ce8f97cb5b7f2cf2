// TranslationConstraint: codons that translate to the residues they stand for, so that the gene of a protein translates back
// to it whatever a model would rather say (decode option `constraint: translation`).
//
// The target is dna or rna in codons, aligned with a protein. A residue allows the codons of the genetic code that stand for
// it (modalities/codecs/genetic_code.h): M as the first one those that begin bacterial proteins, another first one those of
// its own that do not (an I has none of these and keeps its three); B, Z and J those of either residue that they may be, U and
// O the stops that are read as them, X and a gap every codon that is no stop. Behind the last residue the target ends.
#ifndef T2T_TENSOR2TENSOR_DECODING_TRANSLATION_CONSTRAINT_H_
#define T2T_TENSOR2TENSOR_DECODING_TRANSLATION_CONSTRAINT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tensor2tensor/decoding/constraint.h"
#include "tensor2tensor/models/task.h"

namespace t2t {

class TranslationConstraint : public Constraint {
 public:
  // Of a target of the task. Error: InvalidArgument, with the reason alone, for one that is not in codons, not aligned with a
  // protein, or whose scheme puts blanks between its units.
  static absl::StatusOr<std::unique_ptr<TranslationConstraint>> Make(const Task& task,
                                                                     const TaskPort& target);
  // The input that it reads.
  const std::string& protein_port() const { return protein_port_; }
  // The proteins of a batch's rows, as units of that input.
  void SetRows(const std::vector<const Units*>& proteins);

  std::optional<std::vector<int64_t>> Allowed(int64_t source,
                                              const std::vector<int64_t>& prefix) const override;

 private:
  TranslationConstraint() = default;
  std::string protein_port_;
  std::shared_ptr<Codec> protein_;
  int64_t stop_ = 0;
  std::map<char, std::vector<int64_t>> codons_, first_;  // of each residue; of a first one
  std::vector<std::string> rows_;                        // the residues of each row
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_DECODING_TRANSLATION_CONSTRAINT_H_
