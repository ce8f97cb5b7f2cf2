// Long texts cut into pieces that a language model takes whole.
#ifndef T2T_PROBLEMS_CATALOGUE_TEXT_PIECES_H_
#define T2T_PROBLEMS_CATALOGUE_TEXT_PIECES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace t2t {

// Pieces have at most so many bytes.
inline constexpr size_t kLongestPiece = 1500;

// Adds a paragraph to the last piece, behind a line break, or begins a new one where it does not fit. A paragraph that is too
// long for any is cut at a space, and without one between characters.
void AddToPieces(absl::string_view paragraph, std::vector<std::string>* pieces);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_TEXT_PIECES_H_
