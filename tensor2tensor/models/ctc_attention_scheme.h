// The scheme ctc_attention: units one after the other, as by the autoregressive scheme, and at the same time along an input, as by
// ctc: a projection of its own reads the input's states. Training minimises (1 - weight) of the first loss and weight of the second,
// so that the states of the input follow it in order; the search takes the same share of both log-probabilities of each unit, that of
// CTC by its exact prefixes. Watanabe et al., "Hybrid CTC/Attention Architecture for End-to-End Speech Recognition", IEEE JSTSP
// 11(8), 2017. What is told as the loss is the first, a likelihood; what a search tells as a log-probability is the weighted mean
// of both, which does not sum to 1 over all targets.
//
// Port options: along: the input; ctc_weight: 0.3.
#ifndef T2T_TENSOR2TENSOR_MODELS_CTC_ATTENTION_SCHEME_H_
#define T2T_TENSOR2TENSOR_MODELS_CTC_ATTENTION_SCHEME_H_

#include <memory>

#include "tensor2tensor/models/scheme.h"

namespace t2t {

std::unique_ptr<Scheme> MakeCtcAttentionScheme();

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_CTC_ATTENTION_SCHEME_H_
