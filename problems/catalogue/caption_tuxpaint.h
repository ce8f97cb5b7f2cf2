// caption_tuxpaint[:lang=en,symbols=with|without]: a stamp of Tux Paint to its caption. English
// captions of the same words share a split, in every language. symbols=without leaves out the
// folder symbols/ (letters, coins, faces, ...), whose captions differ in little more than a letter
// or a number: results are to be told with it and without.
//
// tuxpaint_spoken[:lang=es|fr|ru|ro|bg,symbols=...]: the same with the caption's recording; stamps without one are left out. All
// directions between picture, caption and speech are views of it (problems/views.h): tuxpaint_spoken_caption_to_speech.
#ifndef T2T_PROBLEMS_CATALOGUE_CAPTION_TUXPAINT_H_
#define T2T_PROBLEMS_CATALOGUE_CAPTION_TUXPAINT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeCaptionTuxpaint(const ProblemParameters& parameters);
absl::StatusOr<std::unique_ptr<Problem>> MakeTuxpaintSpoken(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_CAPTION_TUXPAINT_H_
