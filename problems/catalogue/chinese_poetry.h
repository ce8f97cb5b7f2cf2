// lm_chinese_poetry[:part=all|tang|song|ci|yuanqu]: a language model of Chinese poems: the complete poems of the Tang and of
// the Song dynasty, Song lyrics (ci) and Yuan songs (yuanqu).
//
// A poet is in one split; poems that nobody is known to have written are split by their first line. Equal poems are there
// once, and those to hold out of which a line of ten characters or more is in training are left out.
#ifndef T2T_PROBLEMS_CATALOGUE_CHINESE_POETRY_H_
#define T2T_PROBLEMS_CATALOGUE_CHINESE_POETRY_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeLmChinesePoetry(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_CHINESE_POETRY_H_
