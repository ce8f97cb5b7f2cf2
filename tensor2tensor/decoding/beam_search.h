// Beam search with GNMT's length penalty: score = log p / ((5 + n) / 6)^alpha, n with the stop.
// Wu et al., "Google's Neural Machine Translation System", arXiv 1609.08144, equation 14.
//
// Of all extensions of a source's live rows the best `beam` count: those that stop are finished, the others go on,
// and further ones take the places of the finished, so that `beam` rows stay alive. A source is done when `beam`
// candidates have finished (as fairseq and CTranslate2 have it; Kasai et al., arXiv 2204.05424, with patience 1), or
// when no live row can still reach the worst of the n best. A beam of 1 is greedy, and a beam as wide as the space
// of sequences finds the best of all.
#ifndef T2T_TENSOR2TENSOR_DECODING_BEAM_SEARCH_H_
#define T2T_TENSOR2TENSOR_DECODING_BEAM_SEARCH_H_

#include <vector>

#include "tensor2tensor/decoding/constraint.h"
#include "tensor2tensor/decoding/decode_options.h"
#include "tensor2tensor/decoding/hypothesis.h"
#include "tensor2tensor/models/production.h"

namespace t2t {

// As Search. `constraint` may be null.
std::vector<std::vector<Hypothesis>> BeamSearch(Production& production,
                                                const DecodeOptions& options,
                                                const Constraint* constraint);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_DECODING_BEAM_SEARCH_H_
