// Softmax cross-entropy with its projection, in one: neither the logits nor their softmax of the whole batch
// are ever stored. Forward goes over the rows in chunks and makes the gradients at once.
//
//   loss = sum over rows of  (1 - s) nll(target) + s / C * sum over classes nll(class)
//
// Label smoothing: Szegedy et al., arXiv 1512.00567, section 7.
#ifndef T2T_TENSOR2TENSOR_LAYERS_CROSS_ENTROPY_H_
#define T2T_TENSOR2TENSOR_LAYERS_CROSS_ENTROPY_H_

#include <ATen/core/Tensor.h>

namespace t2t {

struct CrossEntropySum {
  at::Tensor loss;  // scalar, nats: the smoothed loss, summed; has the gradient
  at::Tensor nll;   // scalar, nats: without smoothing, summed; no gradient
};

// hidden [rows, width], weight [classes, width], bias [classes] or undefined, targets [rows] int64 in
// [0, classes).
CrossEntropySum LinearCrossEntropy(const at::Tensor& hidden, const at::Tensor& weight,
                                   const at::Tensor& bias, const at::Tensor& targets,
                                   double smoothing);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_CROSS_ENTROPY_H_
