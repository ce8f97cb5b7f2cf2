// ModelKit: real models of the smallest size over nine problems, without data on disk.
//
//   copy        text -> text
//   caption     hint (text) and picture (frames on a grid of 3 columns) -> caption (text) and kind (label)
//   sort        picture -> kind
//   draw        text -> drawn (2x3 grey pixels)
//   flow        text -> drawn (2x3 grey pixels as frames, drawn by a flow)
//   sketch      text -> sketched (six frames on a grid of 2 x 3, by their squared error)
//   film        text -> filmed (frames in a number that differs)
//   speak       text and picture -> spoken (such frames, along the text by durations)
//   tag         text and picture -> tags (text), aligned with the text
#ifndef T2T_TESTS_TENSOR2TENSOR_MODELS_MODEL_KIT_H_
#define T2T_TESTS_TENSOR2TENSOR_MODELS_MODEL_KIT_H_

#include <ATen/ATen.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tensor2tensor/models/batching.h"
#include "tensor2tensor/models/model.h"

namespace t2t {

class ModelKit {
 public:
  // `model`: YAML of the section `model` over the smallest sizes; `ports`: of the section `ports`.
  static absl::StatusOr<ModelKit> Make(const std::vector<std::string>& problems,
                                       const std::string& model, const std::string& ports = "{}",
                                       uint64_t seed = 1);

  const Task& task(const std::string& problem) const;
  // The examples' units; every port of the problem, of unequal lengths.
  std::vector<EncodedExample> Examples(const std::string& problem, int64_t count) const;
  // All rows, each port padded by `padding` positions more than it needs.
  Batch MakeBatch(const std::string& problem, const std::vector<EncodedExample>& examples,
                  int64_t padding = 0) const;
  // The sum of every target's loss, without label smoothing.
  double Loss(const Batch& batch) const;

  std::shared_ptr<Model> model;

 private:
  std::shared_ptr<Registry<Modality>> modalities_;  // tasks borrow from it
  std::vector<Task> tasks_;
};

// Fails the test with the reason.
ModelKit MakeKit(const std::vector<std::string>& problems, const std::string& model,
                 const std::string& ports = "{}");

// The gradients that `loss` leaves in these parameters, in double, against central differences: at the steepest element of each
// and at one other. One that the loss does not reach has the slope 0.
struct SlopeOptions {
  double step;
  double absolute, relative;  // tolerances
};
void ExpectSlopes(const Model& model, const std::vector<std::string>& parameters,
                  const std::function<at::Tensor()>& loss, const SlopeOptions& options);

// A context of training with the rows' keys.
ForwardContext TrainingContext(const Batch& batch);

}  // namespace t2t

#endif  // T2T_TESTS_TENSOR2TENSOR_MODELS_MODEL_KIT_H_
