// The codecs of biological sequences: protein, DNA and RNA <-> ids of letters or of k-mers.
//
//   residues: {modality: protein}                                      # an id a residue
//   codons:   {modality: rna, k: 3}                                    # cut into threes, from the first base on
//   gene:     {modality: rna, k: 6, stride: 3}                         # overlapping k-mers: as an input only
//   site:     {modality: dna, augment: {reverse_complement: true}}     # half of the training examples; not of
//                                                                      # targets and the input they follow
//   site:     {modality: dna, augment: {mask: 0.1}}                    # a tenth of the units; not of targets
//
// Letters are those of IUPAC (IUPAC-IUB 1984 for nucleotides, IUPAC-IUBMB 1983 for amino acids), the rare ones, '*' for a
// stop in a protein and '-' for a gap among them. Space and line breaks are skipped, lower case is read as upper case, T in
// RNA as U and U in DNA as T.
//
// Ids: with k = 1 a letter's place in the alphabet. With stride = k the k-mers of common letters (A C G T), in
// lexicographic order, then every letter alone: a k-mer with a rare letter in it, and what is left at the end, is spelt
// letter by letter. Both go back. With stride < k the k-mers, then one id for all that have a rare letter; the last k-mer
// ends where the sequence ends. A masked unit has the id of N (X in proteins) or of a rare k-mer. A raw unit is a base or a residue.
#ifndef T2T_MODALITIES_CODECS_SEQUENCE_CODEC_H_
#define T2T_MODALITIES_CODECS_SEQUENCE_CODEC_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/codec.h"
#include "registry/config.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Codec>> MakeProteinCodec(Binder& options);
absl::StatusOr<std::unique_ptr<Codec>> MakeDnaCodec(Binder& options);
absl::StatusOr<std::unique_ptr<Codec>> MakeRnaCodec(Binder& options);

// What the codec of RNA says of letters that it does not take: "'L', letter 4 of 6, is not of RNA's alphabet ...".
absl::Status CheckRna(absl::string_view bases);

// The other strand, read from its own beginning: "AACG" -> "CGTT" ("CGUU" for RNA). Letters in upper case, of IUPAC; others
// stay as they are.
std::string ReverseComplement(absl::string_view bases, bool rna);

// Short sequences for Modality::sample, of letters that protein, DNA and RNA have.
absl::StatusOr<Value> SampleSequence(const Codec& codec, int64_t number);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_SEQUENCE_CODEC_H_
