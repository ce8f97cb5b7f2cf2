#include "problems/catalogue/text_pieces.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace t2t {

void AddToPieces(absl::string_view paragraph, std::vector<std::string>* pieces) {
  if (!pieces->empty() && pieces->back().size() + 1 + paragraph.size() <= kLongestPiece) {
    absl::StrAppend(&pieces->back(), "\n", paragraph);
    return;
  }
  while (paragraph.size() > kLongestPiece) {
    size_t end = paragraph.rfind(' ', kLongestPiece);
    if (end == absl::string_view::npos || end == 0) {
      end = kLongestPiece;
      while ((static_cast<unsigned char>(paragraph[end]) & 0xC0) == 0x80) --end;
    }
    pieces->emplace_back(paragraph.substr(0, end));
    paragraph = absl::StripLeadingAsciiWhitespace(paragraph.substr(end));
  }
  if (!paragraph.empty()) pieces->emplace_back(paragraph);
}

}  // namespace t2t
