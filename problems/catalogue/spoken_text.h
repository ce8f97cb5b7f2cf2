// What a listener can know of a text: its words in lower case, of letters, digits and apostrophes, one space between
// them. What stands in brackets is a remark.
//
//   SpokenText("Please press 1, or hang up. (a tone)") == "please press 1 or hang up"
//   SpokenText("Ber to z té lepší stránky.") == "ber to z té lepší stránky"
#ifndef T2T_PROBLEMS_CATALOGUE_SPOKEN_TEXT_H_
#define T2T_PROBLEMS_CATALOGUE_SPOKEN_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace t2t {

// Bytes that are not UTF-8 stand between words.
std::string SpokenText(absl::string_view text);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_SPOKEN_TEXT_H_
