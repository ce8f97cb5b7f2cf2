// caption_emoji[:lang=en,tones=plain|named|no]: a picture of an emoji (Google's drawings) to its name in
// CLDR.
//
// Held out are whole families: skin tones, genders and directions of one emoji share a split, and
// so do the clock faces, since their pictures and names are nearly the same. Drawings with skin
// tones are for training only (1,875 near-copies would otherwise weigh more than everything else in
// a measurement): tones=plain takes them as more drawings of the plain emoji, under its name;
// tones=named under their own names, "waving hand: light skin tone"; tones=no drops them.
#ifndef T2T_PROBLEMS_CATALOGUE_CAPTION_EMOJI_H_
#define T2T_PROBLEMS_CATALOGUE_CAPTION_EMOJI_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeCaptionEmoji(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_CAPTION_EMOJI_H_
