// GenBank flat files: records of a sequence and its features. Plain or compressed.
//
// Format: "The DDBJ/ENA/GenBank Feature Table: Definition" (version 11), sections 3 and 4, and NCBI's sample record: a
// keyword in column 1, features from column 6 with location and "/qualifier=value" lines from column 22, ORIGIN with the
// bases, "//" at the end.
#ifndef T2T_PROBLEMS_READERS_GENBANK_H_
#define T2T_PROBLEMS_READERS_GENBANK_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct GenBankFeature {
  std::string kind;      // "CDS"
  std::string location;  // "complement(join(1..20,30..45))", without space
  std::map<std::string, std::string>
      qualifiers;    // "gene" -> "wza"; "" for a flag; the first where several are given
  int64_t line = 0;  // of the location, from 1
};

struct GenBankRecord {
  std::string name;      // of the LOCUS line
  std::string organism;  // of the ORGANISM line
  std::string bases;     // in upper case
  std::vector<GenBankFeature> features;
  int64_t line = 0;  // of LOCUS, from 1

  // The bases at a location, on its strand. Errors: a form that is not known (another record's, a site between bases), a
  // place outside of the sequence, an open end ("<1..20": the feature goes on beyond the record), a join of more than twice the
  // record's bases.
  absl::StatusOr<std::string> At(absl::string_view location) const;
};

// Errors name file and line: something before LOCUS, a feature without location, a quoted value or a record that does not
// end, a letter among the bases that is none, bases that are not as many as LOCUS says (a record may have none).
absl::StatusOr<std::vector<GenBankRecord>> ReadGenBank(const std::string& path);
// `lines_before` are those of the file in front of the text.
absl::StatusOr<std::vector<GenBankRecord>> ParseGenBank(absl::string_view text,
                                                        const std::string& path,
                                                        int64_t lines_before = 0);

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_GENBANK_H_
