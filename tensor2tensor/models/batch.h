// Batch: examples of one problem, encoded and padded: what a model is given.
#ifndef T2T_TENSOR2TENSOR_MODELS_BATCH_H_
#define T2T_TENSOR2TENSOR_MODELS_BATCH_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "modalities/adapters/units_batch.h"

namespace t2t {

struct Batch {
  std::string problem;                        // the instance's name
  std::map<std::string, UnitsBatch> inputs;   // by port
  std::map<std::string, UnitsBatch> targets;  // by port; empty when decoding
  std::vector<int64_t> examples;              // their numbers in the split
  // By input port: the rows of which the model is not to see it; not there: none.
  std::map<std::string, std::vector<bool>> unseen;
  std::vector<uint64_t> keys;  // random keys, one an example: (seed, problem, epoch, example)

  // The packed row of each example (ForwardContext::packed_rows); empty where none is packed.
  std::vector<int64_t> packed_rows;

  int64_t rows() const { return static_cast<int64_t>(examples.size()); }  // of its tensors
  // Of all ports, with padding. Where examples are packed it is the padding of packed rows, of the inputs and of each target, in
  // which an example also has a tag.
  int64_t positions() const;
  int64_t real_positions() const;  // without
  Batch To(const at::Device& device) const;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_BATCH_H_
