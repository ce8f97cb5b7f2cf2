#include "tensor2tensor/decoding/translation_constraint.h"

#include "absl/strings/str_cat.h"
#include "modalities/codecs/genetic_code.h"
#include "registry/check.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// What an id stands for; "" where the codec does not go back.
std::string Letters(const Codec& codec, const std::vector<int64_t>& ids) {
  Units units;
  units.ids = ids;
  const auto value = codec.Decode(units);
  return value.ok() ? value->bytes() : "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<TranslationConstraint>> TranslationConstraint::Make(
    const Task& task, const TaskPort& target) {
  const std::string& modality = target.port.modality;
  if (modality != "dna" && modality != "rna") {
    return absl::InvalidArgumentError(
        absl::StrCat("is of dna or rna in codons, not of ", modality));
  }
  const TaskPort* protein = task.Find(target.port.aligned_with);
  if (protein == nullptr || protein->port.modality != "protein") {
    return absl::InvalidArgumentError(
        "the problem does not declare the target to be aligned with a protein");
  }
  if (target.scheme->guide() == Scheme::Guide::kAny) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the scheme '", target.scheme_name, "' leaves no place for a codon of each residue"));
  }
  auto made = std::unique_ptr<TranslationConstraint>(new TranslationConstraint());
  made->protein_port_ = protein->port.name;
  made->protein_ = protein->codec;
  made->stop_ = target.codec->vocabulary_size();
  std::vector<int64_t> sense, starts;  // codons that are no stop; that may begin a protein
  for (int64_t id = 0; id < made->stop_; ++id) {
    const std::string codon = Letters(*target.codec, {id});
    if (codon.size() != 3) continue;
    const char residue = AminoAcid(codon);
    made->codons_[residue].push_back(id);
    if (residue != '*') sense.push_back(id);
    if (IsBacterialStart(codon)) {
      starts.push_back(id);
    } else {
      made->first_[residue].push_back(id);
    }
    if (residue == '*' && codon[1] == 'G') made->codons_['U'].push_back(id);  // TGA
    if (residue == '*' && codon[2] == 'G') made->codons_['O'].push_back(id);  // TAG
  }
  if (sense.size() != 61) {
    return absl::InvalidArgumentError(
        absl::StrCat("needs codons (k: 3), but the target is ", target.codec->Describe()));
  }
  if (Letters(*protein->codec, {0}).size() != 1) {
    return absl::InvalidArgumentError(absl::StrCat("needs residues, but ", protein->port.name,
                                                   " is ", protein->codec->Describe()));
  }
  for (auto* codons : {&made->codons_, &made->first_}) {
    for (const char* either : {"BDN", "ZEQ", "JIL"}) {
      for (const char* residue = either + 1; *residue != 0; ++residue) {
        const std::vector<int64_t> more = (*codons)[*residue];
        std::vector<int64_t>& all = (*codons)[either[0]];
        all.insert(all.end(), more.begin(), more.end());
      }
    }
    (*codons)['X'] = (*codons)['-'] = sense;
  }
  made->first_['M'] = starts;
  for (auto& [residue, codons] : made->codons_) {
    if (made->first_[residue].empty()) made->first_[residue] = codons;
  }
  return made;
}

void TranslationConstraint::SetRows(const std::vector<const Units*>& proteins) {
  rows_.clear();
  for (const Units* units : proteins) {
    rows_.push_back(Letters(*protein_, units->ids));
    T2T_CHECK(rows_.back().size() == units->ids.size());
  }
}

std::optional<std::vector<int64_t>> TranslationConstraint::Allowed(
    int64_t source, const std::vector<int64_t>& prefix) const {
  const std::string& protein = rows_.at(static_cast<size_t>(source));
  if (prefix.size() >= protein.size()) return std::vector<int64_t>{stop_};
  return (prefix.empty() ? first_ : codons_).at(protein[prefix.size()]);
}

}  // namespace t2t
