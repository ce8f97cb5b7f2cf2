// Bibles of the SWORD project in its format zText: compressed blocks, and an index with a slot for each heading and verse.
//
//   T2T_ASSIGN_OR_RETURN(auto verses, ReadSwordText("modules/texts/ztext/engKJV2006eb", "ot"));
//   verses[0]: {.chapter = "Gen.1", .number = 1, .text = "In the beginning God created the heaven and the earth."}
//
// Format (SWORD 1.9, zverse.cpp): NAME.bzs has for each block offset and size in NAME.bzz and the size after inflating, NAME.bzv
// for each slot the block, offset and size in it (4 + 4 + 2 bytes); all little-endian. Slots come in the order of the
// versification: two of headings, then for each book one, for each of its chapters one, and its verses. What a heading's
// markup (OSIS) opens says where book and chapter begin.
#ifndef T2T_PROBLEMS_READERS_SWORD_TEXT_H_
#define T2T_PROBLEMS_READERS_SWORD_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct SwordVerse {
  std::string chapter;  // OSIS: "Gen.1"
  int64_t number = 0;   // from 1
  std::string text;     // "" where the translation has no such verse
};

// Every verse of a testament, "ot" or "nt". Errors name the file: one that is missing or cut, a block that does not inflate, a
// slot outside its block, text that is not UTF-8.
absl::StatusOr<std::vector<SwordVerse>> ReadSwordText(const std::string& folder,
                                                      const std::string& testament);

// The words of OSIS markup: without titles, notes and pilcrows, one space between words.
std::string OsisText(absl::string_view markup);

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_SWORD_TEXT_H_
