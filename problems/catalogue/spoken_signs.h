// Single words, letters and syllables, spoken in many languages, from two games for children.
//
//   speech_klettres[:lang=all]      a letter or a syllable to its writing; equal ones share a split, in every language
//   speech_ktuberling[:lang=all]    the name of a thing, spoken in 26 languages, to its English name; what one language
//                                   says of a thing, once or several times, is in one split
//
// lang=all are all languages, else one of theirs ("de", "pt_BR"). Of recordings with the same bytes the first one is kept.
#ifndef T2T_PROBLEMS_CATALOGUE_SPOKEN_SIGNS_H_
#define T2T_PROBLEMS_CATALOGUE_SPOKEN_SIGNS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeSpeechKlettres(const ProblemParameters& parameters);
absl::StatusOr<std::unique_ptr<Problem>> MakeSpeechKtuberling(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_SPOKEN_SIGNS_H_
