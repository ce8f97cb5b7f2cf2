// Batching: from Examples to Batches: encode every port, leave out what is too long, sort by length, cut.
#ifndef T2T_TENSOR2TENSOR_MODELS_BATCHING_H_
#define T2T_TENSOR2TENSOR_MODELS_BATCHING_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modalities/codecs/units.h"
#include "modalities/codecs/value.h"
#include "registry/config.h"
#include "tensor2tensor/models/batch.h"
#include "tensor2tensor/models/task.h"

namespace t2t {

struct BatchingOptions {
  // Rows x the sum over all ports, inputs and targets, of the port's padded length; what the model adds of its own (a
  // tag before the inputs, and a tag or stop at the target) is not counted. 0 = no limit.
  int64_t tokens_per_batch = 4096;
  int64_t examples_per_batch = 0;  // rows, packed ones where examples share them; 0 = no limit
  int64_t max_length = 512;        // a port longer than this leaves the example out (counted)
  void Bind(Binder& binder);
};

// What is told of an example that is not in reach.
inline constexpr char kOutOfReach[] =
    "a target that cannot lie along its input (ctc: a place for each unit, and one between equal "
    "ones; durations: a part of a frame for each unit, and two)";

// One example as units of every port.
struct EncodedExample {
  int64_t number = 0;  // its place in the split
  uint64_t key = 0;    // its random key
  std::map<std::string, Units> inputs, targets;
  std::set<std::string> missing;  // inputs that are not there, and may be: TaskPort::drop
  // Whether every target can come about along its guide (Scheme::InReach); where one cannot, the example has no loss, of its other
  // targets neither.
  bool in_reach = true;
  int64_t length() const;  // positions of all ports
  // Adds one for each port of which its codec remarked something: "speech is clipped".
  void CountRemarks(std::map<std::string, int64_t>* counts) const;
  int64_t longest_port() const;
};

// `with_targets`: also the target ports; an input port that is missing is an error unless training drops it. `augment_key` 0 = no
// augmentation; else every port's choices come from (augment_key, port).
absl::StatusOr<EncodedExample> EncodePorts(const Task& task, const Example& example,
                                           bool with_targets, uint64_t augment_key);

// Rows of each batch as indices into `examples`: sorted by length (ties in the given order), then cut so that
// rows x padded length keeps tokens_per_batch. A single example longer than that has a batch of its own.
std::vector<std::vector<int64_t>> CutBatches(const std::vector<EncodedExample>& examples,
                                             const BatchingOptions& options);

// A batch to be made: which of the examples, and the packed row of each, from 0 on and never falling; empty: a row each.
struct BatchPlan {
  std::vector<int64_t> examples, packed_rows;
  int64_t positions = 0;  // Batch::positions() of the batch that it makes
};

// With row_length 0 the batches of CutBatches; else batches of packed rows (layers/packing.h): a row holds examples of at most
// `row_length` positions, or one longer one; an example counts its inputs with a tag and each target with one. The longest examples
// are placed first, each in the row that it fills best; then rows of about as long examples are sorted and cut as examples are by
// CutBatches, with tags counted (examples_per_batch: packed rows). Outside of the body, examples keep rows of their own, as long as
// the longest beside them: of a row they take at most twice its length, and of a batch of several rows twice tokens_per_batch, and
// what LengthStep adds. Which examples share a row is a function of their lengths and order.
std::vector<BatchPlan> PlanBatches(const std::vector<EncodedExample>& examples,
                                   const BatchingOptions& options, int64_t row_length);

// Lengths are padded up to few values (eight an octave), so that tensors have few shapes. Ports whose codec does not
// bound its units (Codec::extent) are padded to `at_least`.
Batch MakeBatch(const Task& task, const std::vector<EncodedExample>& examples,
                const std::vector<int64_t>& rows, bool with_targets, int64_t at_least = 0);

// The batch of a plan, with targets.
Batch MakeBatch(const Task& task, const std::vector<EncodedExample>& examples,
                const BatchPlan& plan);

// Batch::positions() of the batch that these rows make, without making it.
int64_t PaddedPositions(const std::vector<EncodedExample>& examples,
                        const std::vector<int64_t>& rows);

// The steps in which lengths around `length` are padded: 1 below 16, 2 below 32, 4 below 64, ...
int64_t LengthStep(int64_t length);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_BATCHING_H_
