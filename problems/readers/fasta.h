// FASTA: ">key description", then the letters of a sequence on any number of lines; again. Plain or compressed.
#ifndef T2T_PROBLEMS_READERS_FASTA_H_
#define T2T_PROBLEMS_READERS_FASTA_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct FastaRecord {
  std::string key;          // up to the first white space
  std::string description;  // what follows it in that line
  std::string letters;      // as written, without white space
  int64_t line = 0;         // of the '>', from 1
};

// Appends a line's letters, '*' and '-', without white space. Error: DataLoss with the first byte that is none of them, before
// which all are appended.
absl::Status AppendLetters(absl::string_view line, std::string* letters);

// Errors name file and line: letters before the first '>', a record without a key or without letters, a byte that is no
// letter, '*' or '-'. A file that is cut at a line's end cannot be told from a whole one.
absl::StatusOr<std::vector<FastaRecord>> ReadFasta(const std::string& path);
absl::StatusOr<std::vector<FastaRecord>> ParseFasta(absl::string_view text,
                                                    const std::string& path);

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_FASTA_H_
