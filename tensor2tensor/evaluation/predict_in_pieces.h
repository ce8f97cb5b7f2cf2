// PredictInPieces: as Predict, but an input that is longer than the model was trained for is cut (Codec::Pieces; long recordings)
// and its answers are put together.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_PREDICT_IN_PIECES_H_
#define T2T_TENSOR2TENSOR_EVALUATION_PREDICT_IN_PIECES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tensor2tensor/evaluation/predict.h"

namespace t2t {

// Pieces have at most options.batching.max_length units. An example in pieces gets one candidate: the best texts joined by
// spaces, their log-probabilities and scores summed up. Where the target is no text, or two inputs of an example are longer,
// it is given to the model as it is. Errors: those of Predict.
absl::StatusOr<std::vector<Prediction>> PredictInPieces(const Model& model, const Task& task,
                                                        const std::string& target,
                                                        const std::vector<Example>& examples,
                                                        const PredictOptions& options);

// Whether an example that is longer than so many units can be predicted so: its targets are texts, and one input is cut into
// pieces that are short enough. Errors: what a codec says of a value, with its place.
absl::StatusOr<bool> FitsInPieces(const Task& task, const Example& example, int64_t most_units);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_PREDICT_IN_PIECES_H_
