// Model: the adapters and heads of every port of a run's tasks, their tags, and the one body between them.
//
// Parameter names come from port and role: body.* (bodies.<problem>.* where each has its own),
// ports.<problem>.<port>.adapter.table, ports.<problem>.<port>.head.bias, ports.<problem>.<port>.tag, tags.<modality>, shared.<key>.table.
#ifndef T2T_TENSOR2TENSOR_MODELS_MODEL_H_
#define T2T_TENSOR2TENSOR_MODELS_MODEL_H_

#include <torch/nn/module.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "registry/config.h"
#include "registry/registry.h"
#include "tensor2tensor/layers/layer.h"
#include "tensor2tensor/models/aligner.h"
#include "tensor2tensor/models/batch.h"
#include "tensor2tensor/models/scheme.h"
#include "tensor2tensor/models/task.h"

namespace t2t {

// The registries that a model is made of; borrowed.
struct ModelRegistries {
  const Registry<BodyFactory>* bodies = nullptr;
  const Registry<AdapterFactory>* adapters = nullptr;
  const Registry<HeadFactory>* heads = nullptr;
};

// What the section `model` says beside the body's own options.
struct ModelOptions {
  std::string body = "transformer";
  bool share_body = true;
  bool tie_embeddings = true;
  void Bind(Binder& b);
};

// What can be refused before there are data. A decoder that no target uses would never be trained:
absl::Status CheckDecoders(const std::vector<Task>& tasks, const Body& body, bool share_body);
// A target whose units enter again one by one may not have an adapter that looks at several at once.
absl::Status CheckFeedback(const TaskPort& port, const InputAdapter& adapter);

// The option `forget` of a target whose units enter again in order (SchemeParts::forget).
absl::Status BindForget(Binder& port, double* forget);
// The option `ctc_weight` of a target that is also read along its guide (SchemeParts::along_weight).
absl::Status BindAlongWeight(Binder& port, double* weight);

// The loss of one target port over one batch: sums, with what they are sums over.
struct LossTerm {
  std::string port;
  at::Tensor loss;        // scalar: what is minimised, summed over decisions
  at::Tensor plain;       // scalar, no gradient: without label smoothing
  int64_t decisions = 0;  // units with the stop, labels, or the units that were hidden
  int64_t raw_units = 0;  // bytes, residues
};

class Model : public torch::nn::Module {
 public:
  // Binds `model.*` and the ports' options that adapters read. Codecs must be ready (learned or loaded).
  // Initial weights come from (seed, name) alone: a body starts the same whatever ports stand beside it. Without a seed
  // they are arbitrary: for weights that are to be loaded. (A plug-in's module that is no Layer draws from torch's
  // generator, which depends on what was built before it.)
  static absl::StatusOr<std::shared_ptr<Model>> Make(const std::vector<Task>& tasks,
                                                     const ModelRegistries& registries,
                                                     Config& config, std::optional<uint64_t> seed);

  // One term for each target port that the batch holds.
  std::vector<LossTerm> Loss(const Batch& batch, double smoothing, ForwardContext& context) const;
  // Decisions of each target port of the batch, as Loss will sum them where its rows have the batch's keys, as in training.
  std::map<std::string, int64_t> Decisions(const Batch& batch) const;
  // Begins to produce the target for each row of the batch. The model must outlive it.
  std::unique_ptr<Production> Start(const Batch& batch, const std::string& target,
                                    int64_t max_length) const;

  // The mean, over the inputs' positions and the tag's, of the body's hidden states of them where this target is wanted:
  // [rows, width].
  at::Tensor InputFeatures(const Batch& batch, const std::string& target) const;

  at::Device device() const;
  int64_t parameter_count() const;
  // The body; where each problem has its own, the first: they differ in their weights alone.
  const Body& body() const { return *tasks_.begin()->second.body; }
  // Whether the port's loss is a likelihood, in nats.
  bool is_likelihood(const std::string& problem, const std::string& port) const;
  // Whether training leaves out each input of the problem at a rate, so that it knows what comes about without them.
  bool knows_unseen(const std::string& problem) const;
  // Whether the port's values are drawn from random numbers, not searched for.
  bool draws(const std::string& problem, const std::string& port) const;
  // Whether the port's loss is a likelihood over a reversible codec, to be told in bits per raw unit.
  bool in_bits(const std::string& problem, const std::string& port) const;

 private:
  struct InputPart {
    std::shared_ptr<InputAdapter> adapter;
    at::Tensor marker;  // [width]: tells the body which port a position belongs to
    double drop = 0;    // TaskPort::drop
  };
  struct TargetPart {
    std::shared_ptr<InputAdapter> feedback;  // null where the scheme feeds nothing back
    std::shared_ptr<Head> head;
    std::shared_ptr<Linear> stop;      // null unless the scheme's end is a decision apart
    std::shared_ptr<Aligner> aligner;  // null unless the scheme aligns
    std::shared_ptr<Linear> along;     // null unless the scheme reads along its guide
    double along_weight = 0;           // SchemeParts::along_weight
    std::shared_ptr<const Scheme> scheme;
    std::string guide;  // the input that the scheme decides along; "" where it has none
    double forget = 0;  // SchemeParts::forget
    at::Tensor tag;     // [width] of this problem's port
    at::Tensor role;    // [width] of the modality or language, shared by ports of the same
    TargetUnits units;
    bool in_bits = false;
  };
  struct TaskParts {
    std::shared_ptr<Body> body;  // one for all tasks where it is shared
    std::map<std::string, InputPart> inputs;
    std::map<std::string, TargetPart> targets;
  };

  absl::Status Build(const std::vector<Task>& tasks, const ModelRegistries& registries,
                     Config& config);
  absl::StatusOr<std::shared_ptr<InputAdapter>> PortAdapter(const TaskPort& port,
                                                            const ModelRegistries& registries,
                                                            Config& config, Layer& holder,
                                                            int64_t width);
  const TargetPart& Target(const std::string& problem, const std::string& port) const;
  SchemeParts Parts(const std::string& problem, const TargetPart& target) const;
  Memory Encode(const Batch& batch, const TargetPart& target, ForwardContext& context) const;

  std::shared_ptr<Layer> ports_, shared_, tags_;
  std::map<std::string, std::shared_ptr<InputAdapter>> shared_adapters_;
  std::map<std::string, std::string> shared_from_;  // key -> the port that made it, for messages
  std::map<std::string, at::Tensor> roles_;
  std::map<std::string, TaskParts> tasks_;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_MODEL_H_
