// How far two lists of numbers lie apart, each component in units of its spread in training.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_BASELINES_NUMBER_DISTANCE_H_
#define T2T_TENSOR2TENSOR_EVALUATION_BASELINES_NUMBER_DISTANCE_H_

#include <memory>

#include "tensor2tensor/evaluation/baselines/port_distance.h"

namespace t2t {

// Normalised: BroughtToOne.
std::unique_ptr<PortDistance> MakeNumberDistance(bool normalised);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_BASELINES_NUMBER_DISTANCE_H_
