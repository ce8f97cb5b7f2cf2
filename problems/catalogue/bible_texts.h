// The Bible, verse by verse: the King James Version (English) and the Reina-Valera of 1909 (Spanish).
//
//   translate_bible           English verses to Spanish ones
//   lm_bible[:lang=en|es]     a language model of chapters
//
// Chapters are in one split, the same one in both problems, and what is held out does not repeat training: verses whose English
// training translates are left out, and so are chapters with a long verse of training's (Kings and Isaiah tell the same).
#ifndef T2T_PROBLEMS_CATALOGUE_BIBLE_TEXTS_H_
#define T2T_PROBLEMS_CATALOGUE_BIBLE_TEXTS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeTranslateBible(const ProblemParameters& parameters);
absl::StatusOr<std::unique_ptr<Problem>> MakeLmBible(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_BIBLE_TEXTS_H_
