// The ctc scheme: connectionist temporal classification (Graves et al., ICML 2006). Each place of an input gives a unit or
// a blank, all at once; joined and without blanks they are the target. For targets that follow their input in order and are
// shorter: the letters of a recording, of a line of handwriting. The loss is the likelihood of the target, over all ways in
// which its units may lie along the input.
//
// Read off the body's states of the inputs (Body::InputStates): the body is `layout: encoder_only`, or an
// encoder-decoder whose decoder other targets use.
#ifndef T2T_TENSOR2TENSOR_MODELS_CTC_SCHEME_H_
#define T2T_TENSOR2TENSOR_MODELS_CTC_SCHEME_H_

#include <memory>

#include "tensor2tensor/models/scheme.h"

namespace t2t {

std::unique_ptr<Scheme> MakeCtcScheme();

// Nats of the targets' ids over all ways in which they may lie along the places, summed over rows. logs [rows, places, units + 1] of
// each unit and the blank, `units`; lengths: the places of each row; target.ids [rows, time]. Infinite where a target cannot lie along
// its places (Scheme::InReach). Smoothing draws each place towards equal probabilities (Kim et
// al., arXiv 1711.02212).
Head::Sum CtcLoss(const at::Tensor& logs, const std::vector<int64_t>& lengths,
                  const UnitsBatch& target, int64_t units, double smoothing);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_CTC_SCHEME_H_
