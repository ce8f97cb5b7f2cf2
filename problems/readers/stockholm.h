// Stockholm 1.0: alignments of sequences with marks for their columns and letters (Pfam and Rfam; Infernal's user guide, section 9).
// In blocks or whole, plain or compressed.
//
//   # STOCKHOLM 1.0
//   DA0260             ..GGGC.GA.AU.A
//   #=GR DA0260 SS     ..<<<<.<<.<...
//   #=GC SS_cons       ..<<<<.<<.<...
//   //
#ifndef T2T_PROBLEMS_READERS_STOCKHOLM_H_
#define T2T_PROBLEMS_READERS_STOCKHOLM_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct StockholmSequence {
  std::string name;
  std::string letters;                       // aligned, with gaps
  std::map<std::string, std::string> marks;  // of the letters, of the same length: "SS" -> "..<<<<"
  int64_t line = 0;                          // of its first block, from 1
};

struct StockholmAlignment {
  std::vector<StockholmSequence> sequences;    // in the order of the first block
  std::map<std::string, std::string> columns;  // marks of the columns: "SS_cons" -> "..<<<<"
};

// Whether a letter of an alignment stands for none.
bool IsGap(char letter);

// Errors name file and line: no first line, a line of another form, marks of an unknown sequence, rows of unequal
// lengths, bytes that are no visible ASCII in rows, an alignment without sequences or without its end "//".
absl::StatusOr<std::vector<StockholmAlignment>> ReadStockholm(const std::string& path);
absl::StatusOr<std::vector<StockholmAlignment>> ParseStockholm(absl::string_view text,
                                                               const std::string& path);

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_STOCKHOLM_H_
