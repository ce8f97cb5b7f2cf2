// How far the spectra of two sounds lie apart.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_BASELINES_SOUND_DISTANCE_H_
#define T2T_TENSOR2TENSOR_EVALUATION_BASELINES_SOUND_DISTANCE_H_

#include <memory>

#include "tensor2tensor/evaluation/baselines/port_distance.h"

namespace t2t {

// Normalised: BroughtToOne.
std::unique_ptr<PortDistance> MakeSoundDistance(bool normalised);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_BASELINES_SOUND_DISTANCE_H_
