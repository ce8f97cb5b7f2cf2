// Portable Game Notation: chess games with their tags and moves (PGN specification, 1994).
//
//   [FEN "4kb1r/p2n1ppp/4q3/4p1B1/4P3/1Q6/PPP2PPP/2KR4 w k - 1 0"]
//
//   1. Qb8+ Nxb8 2. Rd8# *
#ifndef T2T_PROBLEMS_READERS_PGN_H_
#define T2T_PROBLEMS_READERS_PGN_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct PgnGame {
  std::map<std::string, std::string, std::less<>> tags;
  std::vector<std::string> moves;  // of the main line, in SAN: "Qb8+"
  int64_t line = 0;                // of its first tag, from 1

  // "" where there is none, or where it is unknown ("?").
  std::string Tag(absl::string_view name) const;
};

// Without move numbers, comments, variations, marks and results. Errors name file and line: a tag of another form, a comment or
// a variation that does not end.
absl::StatusOr<std::vector<PgnGame>> ReadPgn(const std::string& path);
absl::StatusOr<std::vector<PgnGame>> ParsePgn(absl::string_view text, const std::string& path);

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_PGN_H_
