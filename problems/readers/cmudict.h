// The CMU pronouncing dictionary in the form of the npm package cmu-pronouncing-dictionary: the
// JavaScript file index.js, one entry a line.
//
//   "aalborg": "AO1 L B AO0 R G # place, danish",
//   "aalborg(2)": "AA1 L B AO0 R G",
#ifndef T2T_PROBLEMS_READERS_CMUDICT_H_
#define T2T_PROBLEMS_READERS_CMUDICT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct DictionaryWord {
  std::string word;
  std::vector<std::string> pronunciations;  // "AO1 L B", in the order of the file; at least one
};

// Distinct words in the order of their first line; "word(2)" is a further pronunciation of "word",
// text behind '#' is dropped. Errors name the file and the line; a file without the closing '}' was
// cut off. No broken line is passed over: a word less would give all later ones another split.
absl::StatusOr<std::vector<DictionaryWord>> ReadCmudict(const std::string& path);
absl::StatusOr<std::vector<DictionaryWord>> ParseCmudict(absl::string_view text,
                                                         const std::string& path);

// Without the digits of stress: "AO L B".
std::string WithoutStress(absl::string_view phones);

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_CMUDICT_H_
