#include "tensor2tensor/models/model.h"

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "registry/check.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// torch's module names may not hold a dot; names of problems and ports hold none.
std::shared_ptr<Layer> Child(torch::nn::Module& parent, const std::string& name) {
  const auto children = parent.named_children();
  if (const auto* found = children.find(name)) {
    const auto layer = std::dynamic_pointer_cast<Layer>(*found);
    T2T_CHECK(layer != nullptr) << name;
    return layer;
  }
  return parent.register_module(name, std::make_shared<Layer>());
}

at::Tensor NewVector(Layer& holder, const std::string& name, int64_t width) {
  return holder.AddNormal(name, {width}, 0.02);
}

// The role a target plays for the body: its modality, and its language where it has one.
std::string RoleOf(const Port& port) {
  return port.language.empty() ? port.modality : absl::StrCat(port.modality, "-", port.language);
}

}  // namespace

void ModelOptions::Bind(Binder& b) {
  b.Field("body", &body, "a registered body, see `t2t list bodies`");
  b.Field("share_body", &share_body, "one body for all problems; false: one for each");
  b.Field("tie_embeddings", &tie_embeddings,
          "an autoregressive target's table is also its output projection");
}

absl::StatusOr<std::shared_ptr<Model>> Model::Make(const std::vector<Task>& tasks,
                                                   const ModelRegistries& registries,
                                                   Config& config, std::optional<uint64_t> seed) {
  torch::manual_seed(seed.value_or(0));  // for modules of plug-ins that draw by themselves
  auto model = std::make_shared<Model>();
  T2T_RETURN_IF_ERROR(model->Build(tasks, registries, config));
  if (seed.has_value()) DrawParameters(*model, *seed);
  return model;
}

absl::Status Model::Build(const std::vector<Task>& tasks, const ModelRegistries& registries,
                          Config& config) {
  Binder section = config.Root().Section("model");
  ModelOptions options;
  options.Bind(section);
  int64_t axes = 1;
  for (const Task& task : tasks) {
    for (const auto* ports : {&task.inputs, &task.targets}) {
      for (const TaskPort& port : *ports) axes = std::max(axes, port.codec->axes());
    }
  }
  T2T_ASSIGN_OR_RETURN(const auto* body_entry, registries.bodies->Find(options.body));
  std::shared_ptr<Body> shared_body;
  if (options.share_body) {
    T2T_ASSIGN_OR_RETURN(shared_body, body_entry->value(section, axes));
    register_module("body", shared_body);
  }
  ports_ = register_module("ports", std::make_shared<Layer>());
  shared_ = register_module("shared", std::make_shared<Layer>());
  tags_ = register_module("tags", std::make_shared<Layer>());

  for (const Task& task : tasks) {
    TaskParts& parts = tasks_[task.spec.name];
    parts.body = shared_body;
    if (parts.body == nullptr) {
      T2T_ASSIGN_OR_RETURN(parts.body, body_entry->value(section, axes));
      Child(*this, "bodies")->register_module(task.spec.name, parts.body);
    }
    const int64_t width = parts.body->width();
    const auto problem_holder = Child(*ports_, task.spec.name);
    for (const TaskPort& port : task.inputs) {
      const auto holder = Child(*problem_holder, port.port.name);
      InputPart& part = parts.inputs[port.port.name];
      T2T_ASSIGN_OR_RETURN(part.adapter, PortAdapter(port, registries, config, *holder, width));
      part.marker = NewVector(*holder, "marker", width);
      part.drop = port.drop;
    }
    for (const TaskPort& port : task.targets) {
      const std::string place = absl::StrCat(task.spec.name, ".", port.port.name);
      const auto holder = Child(*problem_holder, port.port.name);
      TargetPart& part = parts.targets[port.port.name];
      part.scheme = port.scheme;
      part.guide = port.guide;
      T2T_RETURN_IF_ERROR(Annotate(part.scheme->FitsBody(*parts.body), place));
      T2T_RETURN_IF_ERROR(Annotate(part.scheme->FitsCodec(*port.codec),
                                   absl::StrCat(place, ", scheme ", port.scheme_name)));
      if (part.scheme->feeds_back()) {
        T2T_ASSIGN_OR_RETURN(part.feedback, PortAdapter(port, registries, config, *holder, width));
        T2T_RETURN_IF_ERROR(CheckFeedback(port, *part.feedback));
      }
      part.units = TargetUnits(*port.codec);
      HeadOptions head;
      head.width = width;
      head.extra_classes = part.scheme->extra_classes(part.units);
      if (options.tie_embeddings && part.feedback != nullptr) head.table = part.feedback->table();
      T2T_ASSIGN_OR_RETURN(const auto* head_entry, registries.heads->Find(port.head));
      Binder port_options = config.Root().Section(port.config_path);
      T2T_ASSIGN_OR_RETURN(part.head, head_entry->value(*port.codec, port_options, head));
      if (part.head->draws() && !part.scheme->gives_keys()) {
        return absl::InvalidArgumentError(absl::StrCat(place, ": the head '", port.head,
                                                       "' draws frames, which the scheme '",
                                                       port.scheme_name, "' does not do"));
      }
      holder->register_module("head", part.head);
      if (part.scheme->ends_apart(part.units))
        part.stop = holder->register_module("stop", std::make_shared<Linear>(width, 1));
      if (part.scheme->aligns()) {
        part.aligner = holder->register_module(
            "aligner",
            std::make_shared<Aligner>(width, port.codec->frame_width(), port.codec->frame_parts()));
      }
      if (part.scheme->reads_along()) {
        T2T_RETURN_IF_ERROR(BindAlongWeight(port_options, &part.along_weight));
        part.along = holder->register_module(
            "along", std::make_shared<Linear>(width, part.units.vocabulary_size + 1));
      }
      if (part.scheme->in_order()) T2T_RETURN_IF_ERROR(BindForget(port_options, &part.forget));
      part.tag = NewVector(*holder, "tag", width);
      const std::string role = RoleOf(port.port);
      if (roles_.count(role) == 0) roles_[role] = NewVector(*tags_, role, width);
      part.role = roles_[role];
      part.in_bits = part.head->measure() == Head::Measure::kLikelihood && port.codec->reversible();
    }
  }
  T2T_RETURN_IF_ERROR(CheckDecoders(tasks, *tasks_.begin()->second.body, options.share_body));
  return section.status();
}

absl::Status CheckDecoders(const std::vector<Task>& tasks, const Body& body, bool share_body) {
  if (!body.has_decoder()) return absl::OkStatus();
  const auto reads_inputs = [](const Task& task) {
    return std::all_of(task.targets.begin(), task.targets.end(),
                       [](const TaskPort& port) { return port.scheme->reads_inputs(); });
  };
  const auto unused = std::find_if(tasks.begin(), tasks.end(), reads_inputs);
  // A shared one is used if any problem uses it.
  if (unused == tasks.end() ||
      (share_body && !std::all_of(tasks.begin(), tasks.end(), reads_inputs))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "model.layout: every target of ", unused->spec.name,
      " is read off its input, so that nothing would use the decoder; choose encoder_only"));
}

absl::Status BindForget(Binder& port, double* forget) {
  port.Field("forget", forget,
             "share of the decided units that training hides where they enter again");
  if (!(*forget >= 0 && *forget < 1)) port.Error("forget", "must be from 0 to below 1");
  return port.status();
}

absl::Status BindAlongWeight(Binder& port, double* weight) {
  *weight = 0.3;
  port.Field("ctc_weight", weight,
             "share of the CTC that reads the target along its input, of the loss and of what a "
             "search is told");
  if (!(*weight > 0 && *weight < 1)) port.Error("ctc_weight", "must be above 0 and below 1");
  return port.status();
}

absl::Status CheckFeedback(const TaskPort& port, const InputAdapter& adapter) {
  if (adapter.unit_by_unit()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(port.config_path,
                   ".stem: looks at several units at once, of which those that are not decided yet "
                   "are unknown to a target; choose linear"));
}

absl::StatusOr<std::shared_ptr<InputAdapter>> Model::PortAdapter(const TaskPort& port,
                                                                 const ModelRegistries& registries,
                                                                 Config& config, Layer& holder,
                                                                 int64_t width) {
  Binder options = config.Root().Section(port.config_path);
  T2T_ASSIGN_OR_RETURN(const auto* entry, registries.adapters->Find(port.adapter));
  T2T_ASSIGN_OR_RETURN(auto adapter, entry->value(*port.codec, options, width));
  if (port.share.empty()) {
    holder.register_module("adapter", adapter);
    return adapter;
  }
  const auto [it, first] = shared_adapters_.emplace(port.share, adapter);
  if (first) {
    shared_from_[port.share] = port.config_path;
    shared_->register_module(port.share, adapter);
    return adapter;
  }
  const auto before = it->second->named_parameters(), now = adapter->named_parameters();
  bool equal = before.size() == now.size() && it->second->grid() == adapter->grid();
  for (const auto& parameter : now) {
    const at::Tensor* other = before.find(parameter.key());
    equal = equal && other != nullptr && other->sizes() == parameter.value().sizes();
  }
  if (!equal) {
    return absl::InvalidArgumentError(absl::StrCat(
        port.config_path, ".share = ", port.share,
        ": its shapes or its grid of patches differ from those of ", shared_from_[port.share]));
  }
  return it->second;
}

const Model::TargetPart& Model::Target(const std::string& problem, const std::string& port) const {
  const auto task = tasks_.find(problem);
  T2T_CHECK(task != tasks_.end()) << "problem " << problem;
  const auto target = task->second.targets.find(port);
  T2T_CHECK(target != task->second.targets.end()) << "target " << problem << "." << port;
  return target->second;
}

SchemeParts Model::Parts(const std::string& problem, const TargetPart& target) const {
  SchemeParts parts;
  parts.body = tasks_.at(problem).body.get();
  parts.head = target.head.get();
  parts.feedback = target.feedback.get();
  parts.stop = target.stop.get();
  parts.aligner = target.aligner.get();
  parts.along = target.along.get();
  parts.along_weight = target.along_weight;
  parts.forget = target.forget;
  parts.tag = target.tag + target.role;
  parts.units = target.units;
  return parts;
}

namespace {

// Rows that do not see an input have none of its units.
void Hide(const Batch& batch, const std::string& input, double drop, const ForwardContext& context,
          std::vector<int64_t>* lengths) {
  const auto unseen = batch.unseen.find(input);
  for (size_t row = 0; row < lengths->size(); ++row) {
    bool hidden = unseen != batch.unseen.end() && unseen->second[row];
    if (context.training && drop > 0) {
      Philox random(RandomKey(context.row_keys.at(row)).With("drop").With(input));
      hidden = hidden || random.Uniform() < drop;
    }
    if (hidden) (*lengths)[row] = 0;
  }
}

}  // namespace

Memory Model::Encode(const Batch& batch, const TargetPart& target, ForwardContext& context) const {
  const TaskParts& parts = tasks_.at(batch.problem);
  // The tag stands in front of the inputs: the body knows what is wanted while it reads, and no row is empty.
  Stream tag;
  tag.values = (target.tag + target.role).view({1, 1, -1}).expand({batch.rows(), 1, -1});
  tag.positions = at::zeros({1, 1, 1}, at::TensorOptions(at::kLong).device(device()));
  tag.lengths.assign(static_cast<size_t>(batch.rows()), 1);
  std::vector<Stream> streams = {tag};
  int64_t guide_place = 0;  // among the streams
  for (const auto& [name, part] : parts.inputs) {
    const auto units = batch.inputs.find(name);
    T2T_CHECK(units != batch.inputs.end()) << batch.problem << " without " << name;
    UnitsBatch seen = units->second;
    Hide(batch, name, part.drop, context, &seen.lengths);
    Stream stream = part.adapter->Forward(seen);
    stream.values = stream.values + part.marker;
    if (name == target.guide) guide_place = static_cast<int64_t>(streams.size());
    streams.push_back(std::move(stream));
  }
  Memory memory = parts.body->Encode(streams, context);
  if (guide_place == 0) return memory;
  for (int64_t i = 0; i < guide_place; ++i)
    memory.guide_begin += streams[static_cast<size_t>(i)].time();
  memory.guide = std::move(streams[static_cast<size_t>(guide_place)]);
  return memory;
}

std::vector<LossTerm> Model::Loss(const Batch& batch, double smoothing,
                                  ForwardContext& context) const {
  std::vector<LossTerm> terms;
  for (const auto& [port, units] : batch.targets) {
    const TargetPart& target = Target(batch.problem, port);
    const Memory memory = Encode(batch, target, context);
    const Head::Sum sum =
        target.scheme->Loss(Parts(batch.problem, target), memory, units, smoothing, context);
    terms.push_back({port, sum.loss, sum.plain,
                     target.scheme->Decisions(target.units, units.lengths, context.row_keys),
                     units.raw_units});
  }
  return terms;
}

std::map<std::string, int64_t> Model::Decisions(const Batch& batch) const {
  std::map<std::string, int64_t> decisions;
  for (const auto& [port, units] : batch.targets) {
    const TargetPart& target = Target(batch.problem, port);
    decisions[port] = target.scheme->Decisions(target.units, units.lengths, batch.keys);
  }
  return decisions;
}

std::unique_ptr<Production> Model::Start(const Batch& batch, const std::string& port,
                                         int64_t max_length) const {
  const TargetPart& target = Target(batch.problem, port);
  ForwardContext context;
  return target.scheme->Start(Parts(batch.problem, target), Encode(batch, target, context),
                              max_length);
}

at::Tensor Model::InputFeatures(const Batch& batch, const std::string& port) const {
  ForwardContext context;
  const Memory memory = Encode(batch, Target(batch.problem, port), context);
  at::Tensor states = tasks_.at(batch.problem).body->InputStates(memory, context);
  const at::Tensor& valid = memory.stream.valid;
  if (!valid.defined()) return states.mean(1);
  const at::Tensor there = valid.unsqueeze(2).to(states.scalar_type());
  return (states * there).sum(1) / there.sum(1);
}

at::Device Model::device() const { return parameters()[0].device(); }

int64_t Model::parameter_count() const {
  int64_t count = 0;
  for (const at::Tensor& parameter : parameters()) count += parameter.numel();
  return count;
}

bool Model::is_likelihood(const std::string& problem, const std::string& port) const {
  return Target(problem, port).head->measure() == Head::Measure::kLikelihood;
}

bool Model::knows_unseen(const std::string& problem) const {
  const auto task = tasks_.find(problem);
  T2T_CHECK(task != tasks_.end()) << problem;
  const auto& inputs = task->second.inputs;
  return !inputs.empty() && std::all_of(inputs.begin(), inputs.end(),
                                        [](const auto& input) { return input.second.drop > 0; });
}

bool Model::draws(const std::string& problem, const std::string& port) const {
  return Target(problem, port).head->draws();
}

bool Model::in_bits(const std::string& problem, const std::string& port) const {
  return Target(problem, port).in_bits;
}

}  // namespace t2t
