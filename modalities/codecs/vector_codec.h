// The codec of real vectors and short time series: numbers -> scaled frames.
//
//   weather: {modality: vector}                  # one position; its size is that of the training values
//   pulse:   {modality: vector, size: 2}         # a series of two channels: a position for every two numbers
//
//   votes:   {modality: vector, distribution: poisson}   # counts
//
// A Value is a list of numbers, or its text ("1.5 -2 nan", separated by white space, ',' or ';'). Each component is scaled to
// mean 0 and standard deviation 1 over the training values (population; a component that never changes is only shifted);
// what was learned is kept in the run's scale.txt. With `missing: mark` nan is a missing
// number, which stands as the mean, is marked, and costs a target nothing; else it is an error. A frame has the numbers and then, for each, 1 where it is missing. A raw unit is a number. `distribution` is that of a target's numbers (density_head.h);
// with poisson they are counts, whose frames are log(1 + count) without a scale.
#ifndef T2T_MODALITIES_CODECS_VECTOR_CODEC_H_
#define T2T_MODALITIES_CODECS_VECTOR_CODEC_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"
#include "registry/config.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Codec>> MakeVectorCodec(Binder& options);

// The numbers of a Value. Errors: text that is none, infinity.
absl::StatusOr<std::vector<double>> NumbersOf(const Value& value);

// Some lists of four numbers for Modality::sample.
absl::StatusOr<Value> SampleVector(const Codec& codec, int64_t number);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_VECTOR_CODEC_H_
