// emoji_names:lang=de: an emoji's English name to its name in another language, both of Unicode CLDR.
#ifndef T2T_PROBLEMS_CATALOGUE_EMOJI_NAMES_H_
#define T2T_PROBLEMS_CATALOGUE_EMOJI_NAMES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeEmojiNames(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_EMOJI_NAMES_H_
