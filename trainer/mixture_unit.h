// In what the shares of a mixture are kept: what a batch counts for.
//
//   batches   1
//   examples  its rows
//   tokens    positions of all ports as the body sees them, without padding
//   bytes     of the values as plain data: text, letters of sequences, 8-bit subpixels, 16-bit samples
//   seconds   of sound
//
// Of bytes and seconds all ports count that have any, inputs and targets.
#ifndef T2T_TRAINER_MIXTURE_UNIT_H_
#define T2T_TRAINER_MIXTURE_UNIT_H_

#include <string>

#include "absl/status/status.h"
#include "tensor2tensor/models/batch.h"
#include "tensor2tensor/models/task.h"

namespace t2t {

// Error: InvalidArgument where the unit means nothing for the problem, such as the seconds of a text.
absl::Status CheckMixtureUnit(const std::string& unit, const Task& task);

// At least a byte or a millisecond for each row: what counted for nothing would be drawn for ever.
double AmountOf(const std::string& unit, const Task& task, const Batch& batch);

}  // namespace t2t

#endif  // T2T_TRAINER_MIXTURE_UNIT_H_
