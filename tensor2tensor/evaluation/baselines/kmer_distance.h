// How many k-mers sequences of letters share: the distance of proteins, DNA and RNA.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_BASELINES_KMER_DISTANCE_H_
#define T2T_TENSOR2TENSOR_EVALUATION_BASELINES_KMER_DISTANCE_H_

#include <cstddef>
#include <memory>

#include "tensor2tensor/evaluation/baselines/port_distance.h"

namespace t2t {

// k is at most 8.
std::unique_ptr<PortDistance> MakeKmerDistance(size_t k);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_BASELINES_KMER_DISTANCE_H_
