#include "tensor2tensor/evaluation/evaluate.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "random/sample.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/from_torch.h"
#include "tensor2tensor/evaluation/metrics/cost.h"
#include "tensor2tensor/evaluation/predict_in_pieces.h"

namespace t2t {
namespace {

constexpr int64_t kChunk = 2048;  // examples encoded at a time: bounded memory, well filled batches

struct LossSums {
  double nats = 0;
  int64_t decisions = 0, raw_units = 0;
};

// Of one example and target port.
struct LossOfOne {
  double loss = 0;  // nats of a likelihood
  int64_t decisions = 0;
};
using Costs = std::map<std::string, std::vector<LossOfOne>>;

// Adds the teacher-forced losses of these examples; where costs are wanted, each example is a batch of its own.
absl::Status AddLosses(const Model& model, const Task& task,
                       const std::vector<EncodedExample>& examples, const EvaluateOptions& options,
                       std::map<std::string, LossSums>* sums, Costs* costs) {
  const c10::InferenceMode inference;
  std::map<std::string, std::vector<at::Tensor>> losses;  // on the device, read once for each port
  std::vector<std::vector<int64_t>> batches;
  if (costs == nullptr) {
    batches = CutBatches(examples, options.batching);
  } else {
    for (size_t i = 0; i < examples.size(); ++i) batches.push_back({static_cast<int64_t>(i)});
  }
  for (const std::vector<int64_t>& rows : batches) {
    if (options.interrupted && options.interrupted())
      return absl::CancelledError("stopped while evaluating");
    const Batch batch = MakeBatch(task, examples, rows, /*with_targets=*/true).To(model.device());
    ForwardContext context;
    // Numbers of its own for every example: a loss may be drawn, also where nothing is trained.
    for (const int64_t row : rows) {
      context.row_keys.push_back(
          RandomKey(options.seed)
              .With("loss")
              .With(static_cast<uint64_t>(examples[static_cast<size_t>(row)].number))
              .value());
    }
    for (const LossTerm& term : model.Loss(batch, 0.0, context)) {
      LossSums& sum = (*sums)[term.port];
      losses[term.port].push_back(term.plain);
      sum.decisions += term.decisions;
      if (costs != nullptr) (*costs)[term.port].push_back({0, term.decisions});
      sum.raw_units += term.raw_units;
    }
  }
  for (const auto& [port, list] : losses) {
    const at::Tensor all = at::stack(list).to(at::kCPU, at::kDouble);
    (*sums)[port].nats += all.sum().item<double>();
    if (costs == nullptr) continue;
    for (int64_t i = 0; i < all.size(0); ++i)
      (*costs)[port][static_cast<size_t>(i)].loss = all[i].item<double>();
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckReach(const Model& model, const Task& task, int64_t max_length) {
  // The largest that max_length lets through: the tag and all inputs, and behind them the target with its stop.
  const int64_t inputs = 1 + static_cast<int64_t>(task.inputs.size()) * max_length;
  const int64_t target = 1 + max_length;
  const int64_t needed =
      model.body().joint_positions() ? inputs + target : std::max(inputs, target);
  const int64_t reach = model.body().max_positions();
  if (reach == 0 || needed <= reach) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("model.max_positions = ", reach, " is too small: examples of '", task.spec.name,
                   "' may take ", needed, " positions under data.max_length = ", max_length));
}

std::vector<std::string> MetricNames(const Task& task, const TaskPort& port) {
  if (!port.port.metrics.empty()) return port.port.metrics;
  const std::vector<std::string>& usual = port.way->metrics;
  const MetricInfo::Judges cost = CostOf(port);
  if (!task.inputs.empty() || cost == MetricInfo::Judges::kAnswer) return usual;
  std::vector<std::string> of_cost;
  std::copy_if(usual.begin(), usual.end(), std::back_inserter(of_cost), IsOfCost);
  if (!of_cost.empty()) return of_cost;
  return cost == MetricInfo::Judges::kBits ? std::vector<std::string>{"bits_per_character"} : usual;
}

MetricInfo::Judges CostOf(const TaskPort& port) {
  using Judges = MetricInfo::Judges;
  if (port.draws_frames()) return Judges::kScore;
  if (port.scheme_name != "autoregressive") return Judges::kAnswer;
  if (!port.codec->reversible()) return Judges::kAnswer;
  if (port.port.modality == "image") return Judges::kBitsOfPicture;
  if (port.port.modality == "audio") return Judges::kBitsOfSound;
  return Judges::kBits;
}

namespace {

absl::Status FitsTarget(const std::string& metric, const TaskPort& port) {
  const auto made = [&] {
    return absl::StrCat(port.codec->Describe(), ", by the scheme ", port.scheme_name);
  };
  switch (JudgedBy(metric)) {
    case MetricInfo::Judges::kAnswer:
      if (!port.modality->is_file()) return absl::OkStatus();
      return absl::InvalidArgumentError(absl::StrCat(
          metric, " compares texts, and values of modality ", port.port.modality, " are files"));
    case MetricInfo::Judges::kPicture:
    case MetricInfo::Judges::kSound: {
      const char* modality = JudgedBy(metric) == MetricInfo::Judges::kPicture ? "image" : "audio";
      if (port.port.modality == modality) return absl::OkStatus();
      return absl::InvalidArgumentError(
          absl::StrCat(metric, " is of modality ", modality, "; these are ", port.port.modality));
    }
    case MetricInfo::Judges::kBits:
      if (CostOf(port) == MetricInfo::Judges::kBits) return absl::OkStatus();
      return absl::InvalidArgumentError(
          absl::StrCat(metric,
                       " needs units that go back to the text and come one after the other "
                       "until they stop (autoregressive); these are ",
                       made()));
    case MetricInfo::Judges::kBitsOfPicture:
      if (CostOf(port) == MetricInfo::Judges::kBitsOfPicture) return absl::OkStatus();
      return absl::InvalidArgumentError(
          absl::StrCat(metric, " is of a picture's pixels; these are ", made()));
    case MetricInfo::Judges::kBitsOfSound:
      if (CostOf(port) == MetricInfo::Judges::kBitsOfSound) return absl::OkStatus();
      return absl::InvalidArgumentError(
          absl::StrCat(metric, " is of a sound's samples; these are ", made()));
    case MetricInfo::Judges::kScore:
      if (CostOf(port) == MetricInfo::Judges::kScore) return absl::OkStatus();
      return absl::InvalidArgumentError(
          absl::StrCat(metric, " is of frames that are drawn; these are ", made()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckMetrics(const Task& task) {
  for (const TaskPort& port : task.targets) {
    for (const std::string& name : MetricNames(task, port)) {
      const absl::Status status = FitsTarget(name, port);
      if (!status.ok()) return Annotate(status, absl::StrCat(task.spec.name, ".", port.port.name));
    }
  }
  return absl::OkStatus();
}

namespace {

// Whether the target has a metric that is of costs, or one that is not.
bool HasMetric(const Task& task, const TaskPort& port, bool of_cost) {
  const std::vector<std::string> names = MetricNames(task, port);
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return IsOfCost(name) == of_cost; });
}

}  // namespace

std::string AsAnswer(const TaskPort& port, const Value& value) {
  return port.modality->is_file() && value.is_bytes() ? value.bytes() : port.codec->Show(value);
}

namespace {

// All acceptable references of the port, by `show`.
std::vector<std::string> ShownBy(
    const TaskPort& port, const Example& example,
    absl::FunctionRef<std::string(const TaskPort&, const Value&)> show) {
  std::vector<std::string> references;
  const auto own = example.ports.find(port.port.name);
  if (own != example.ports.end()) references.push_back(show(port, own->second));
  const auto others = example.alternatives.find(port.port.name);
  if (others != example.alternatives.end()) {
    for (const Value& value : others->second) references.push_back(show(port, value));
  }
  return references;
}

}  // namespace

std::vector<std::string> ReferenceTexts(const TaskPort& port, const Example& example) {
  return ShownBy(port, example,
                 [](const TaskPort& of, const Value& value) { return of.codec->Show(value); });
}

std::vector<std::string> References(const TaskPort& port, const Example& example) {
  return ShownBy(port, example, AsAnswer);
}

absl::Status AddMetrics(const std::vector<std::string>& names, std::vector<Task>* tasks) {
  for (const std::string& name : names) {
    T2T_RETURN_IF_ERROR(MakeMetric(name).status());
    bool fits = false;
    absl::Status why;
    for (Task& task : *tasks) {
      for (TaskPort& port : task.targets) {
        why = Annotate(FitsTarget(name, port), absl::StrCat(task.spec.name, ".", port.port.name));
        if (!why.ok()) continue;
        fits = true;
        std::vector<std::string> metrics = MetricNames(task, port);
        if (std::find(metrics.begin(), metrics.end(), name) == metrics.end())
          metrics.push_back(name);
        port.port.metrics = std::move(metrics);
      }
    }
    if (!fits) return why;
  }
  return absl::OkStatus();
}

namespace {

// EvaluateOptions::blind of the example at a place of `numbers`. NotFound where no other one's inputs fit.
absl::StatusOr<Example> ReadBlind(const Task& task, const SplitReader& split,
                                  const std::vector<int64_t>& numbers, int64_t place,
                                  const EvaluateOptions& options) {
  T2T_ASSIGN_OR_RETURN(Example example, split.Read(numbers[static_cast<size_t>(place)]));
  const auto size = static_cast<int64_t>(numbers.size());
  const bool aligned =
      std::any_of(task.targets.begin(), task.targets.end(),
                  [](const TaskPort& port) { return !port.port.aligned_with.empty(); });
  if (size > 1) {
    Philox random(RandomKey(options.seed).With("blind"));
    const auto shift = 1 + static_cast<int64_t>(random.Below(static_cast<uint64_t>(size - 1)));
    for (int64_t further = 0; further < size; ++further) {
      const int64_t other = (place + shift + further) % size;
      if (other == place) continue;
      const auto read = split.Read(numbers[static_cast<size_t>(other)]);
      if (!read.ok()) continue;  // counted where its own turn comes
      for (const TaskPort& input : task.inputs) {
        const auto given = read->ports.find(input.port.name);
        if (given == read->ports.end()) {
          example.ports.erase(input.port.name);
        } else {
          example.ports[input.port.name] = given->second;
        }
      }
      if (!aligned) return example;
      const auto encoded = EncodePorts(task, example, /*with_targets=*/true, 0);
      // A class that training has not seen fits nothing, and is no matter of the input.
      if (absl::IsNotFound(encoded.status()) || encoded.ok()) return example;
    }
  }
  return absl::NotFoundError(absl::StrCat(task.spec.name, ", example '", example.key,
                                          "': no other one's inputs fit its targets"));
}

}  // namespace

absl::StatusOr<EvaluationResult> EvaluateTask(const Model& model, const Task& task,
                                              const SplitReader& split,
                                              const EvaluateOptions& options) {
  T2T_RETURN_IF_ERROR(CheckReach(model, task, options.batching.max_length));
  T2T_RETURN_IF_ERROR(CheckMetrics(task));
  EvaluationResult result;
  result.problem = task.spec.name;
  result.revision = task.spec.revision;
  const std::vector<int64_t> numbers =
      options.only.empty()
          ? SampleInOrder(split.size(), options.limit, RandomKey(options.seed).With("evaluated"))
          : options.only;
  const auto size = static_cast<int64_t>(numbers.size());
  if (size == 0)
    return absl::InvalidArgumentError(absl::StrCat(task.spec.name, ": the split is empty"));
  std::map<std::string, LossSums> sums;
  std::map<std::string, TargetResult> targets;
  const auto any_metric = [&](bool of_cost) {
    return std::any_of(task.targets.begin(), task.targets.end(),
                       [&](const TaskPort& port) { return HasMetric(task, port, of_cost); });
  };
  const bool with_costs = options.price_all || any_metric(/*of_cost=*/true),
             with_answers = any_metric(/*of_cost=*/false);
  absl::Status alone;  // why an example has no other's inputs
  for (int64_t begin = 0; begin < size; begin += kChunk) {
    std::vector<Example> examples;
    std::vector<EncodedExample> encoded;
    std::vector<size_t> encoded_places;  // of these among the examples
    int64_t longest_target = 0;
    bool all_known = true;  // whether every target could be encoded
    for (int64_t place = begin; place < std::min(size, begin + kChunk); ++place) {
      const int64_t i = numbers[static_cast<size_t>(place)];
      auto read = options.blind ? ReadBlind(task, split, numbers, place, options) : split.Read(i);
      if (options.blind && absl::IsNotFound(read.status())) {
        alone = read.status();
        ++result.left_out;
        continue;
      }
      auto encoding = read.ok() ? EncodePorts(task, *read, /*with_targets=*/true, 0)
                                : absl::StatusOr<EncodedExample>(read.status());
      const bool unseen = read.ok() && absl::IsNotFound(encoding.status());
      if (unseen) encoding = EncodePorts(task, *read, /*with_targets=*/false, 0);
      if (!encoding.ok() && options.skip_broken) {
        ++result.broken;
        continue;
      }
      T2T_ASSIGN_OR_RETURN(EncodedExample one, std::move(encoding));
      Example& example = *read;
      const bool too_long = one.longest_port() > options.batching.max_length;
      if (too_long) {
        bool fits = false;
        if (options.decoded && with_answers) {
          T2T_ASSIGN_OR_RETURN(fits, FitsInPieces(task, example, options.batching.max_length));
        }
        ++(fits ? result.in_pieces : result.left_out);
        if (!fits) continue;
      }
      one.CountRemarks(&result.remarks);
      for (const auto& [port, units] : one.targets)
        longest_target = std::max(longest_target, units.length());
      one.number = i;
      if (unseen || !one.in_reach) {
        all_known = all_known && !unseen;
        ++(unseen ? result.without_loss : result.out_of_reach);
      } else if (!too_long) {
        encoded_places.push_back(examples.size());
        encoded.push_back(std::move(one));
      }
      result.numbers.push_back(i);
      result.keys.push_back(example.key);
      examples.push_back(std::move(example));
    }
    if (!encoded.empty()) {
      Costs costs;
      T2T_RETURN_IF_ERROR(FromTorch([&] {
        return AddLosses(model, task, encoded, options, &sums, with_costs ? &costs : nullptr);
      }));
      for (const auto& [name, losses] : costs) {
        const TaskPort& port = *task.Find(name);
        if (!options.price_all && !HasMetric(task, port, /*of_cost=*/true)) continue;
        TargetResult& target = targets[name];
        const bool in_bits = model.is_likelihood(task.spec.name, name);
        for (size_t i = 0; i < losses.size(); ++i) {
          const Units& units = encoded[i].targets.at(name);
          target.cost_numbers.push_back(encoded[i].number);
          target.costs.predictions.push_back(
              in_bits ? CostText(losses[i].loss / std::log(2.0), units.raw_units)
                      : CostText(losses[i].loss, losses[i].decisions));
          target.costs.references.push_back(ReferenceTexts(port, examples[encoded_places[i]]));
        }
      }
    }
    result.examples += static_cast<int64_t>(examples.size());
    if (options.decoded) {
      for (const TaskPort& port : task.targets) {
        const bool judged = HasMetric(task, port, /*of_cost=*/false);
        if (!judged && !options.decode_all) continue;
        PredictOptions predict;
        predict.decode = options.decode.Of(task.spec.name, port.port.name);
        predict.batching = options.batching;
        predict.interrupted = options.interrupted;
        if (options.end_runaways && all_known) {
          predict.decode.max_length = std::min(predict.decode.max_length, 2 * longest_target + 8);
        }
        T2T_ASSIGN_OR_RETURN(std::vector<Prediction> predictions,
                             PredictInPieces(model, task, port.port.name, examples, predict));
        TargetResult& target = targets[port.port.name];
        for (size_t i = 0; i < examples.size(); ++i) {
          if (judged) {
            target.answers.predictions.push_back(
                predictions[i].candidates.empty()
                    ? ""
                    : AsAnswer(port, predictions[i].candidates[0].value));
            target.answers.references.push_back(References(port, examples[i]));
          }
          target.predictions.push_back(std::move(predictions[i]));
        }
      }
    }
    if (options.progress) options.progress(std::min(size, begin + kChunk), size);
  }
  if (result.examples == 0 && !alone.ok()) return absl::InvalidArgumentError(alone.message());
  if (result.examples == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(task.spec.name, ": every example of the split is longer than ",
                     options.batching.max_length, " (data.max_length)"));
  }
  for (const TaskPort& port : task.targets) {
    TargetResult& target = targets[port.port.name];
    const LossSums& sum = sums[port.port.name];
    target.target = port.port.name;
    target.decisions = sum.decisions;
    target.tf_loss = sum.nats / static_cast<double>(sum.decisions);
    target.raw_unit = port.codec->raw_unit();
    target.is_likelihood = model.is_likelihood(task.spec.name, port.port.name);
    if (model.in_bits(task.spec.name, port.port.name) && sum.raw_units > 0) {
      target.bits_per_raw_unit = sum.nats / std::log(2.0) / static_cast<double>(sum.raw_units);
    }
    for (const std::string& name : MetricNames(task, port)) {
      if (!IsOfCost(name) && !options.decoded) continue;
      T2T_ASSIGN_OR_RETURN(const auto metric, MakeMetric(name));
      T2T_ASSIGN_OR_RETURN(
          MetricValue value,
          Evaluate(*metric, IsOfCost(name) ? target.costs : target.answers, options.seed));
      target.metrics.push_back(std::move(value));
    }
    result.targets.push_back(std::move(target));
  }
  return result;
}

nlohmann::json ToJson(const std::vector<MetricValue>& metrics) {
  nlohmann::json json = nlohmann::json::object();
  for (const MetricValue& metric : metrics) {
    json[metric.name] = {{"value", metric.value},
                         {"low", metric.low},
                         {"high", metric.high},
                         {"higher_is_better", metric.higher_is_better}};
  }
  return json;
}

nlohmann::json ToJson(const TargetResult& result) {
  nlohmann::json json = {{"tf_loss", result.tf_loss},
                         {"loss_unit", result.is_likelihood ? "nats a decision" : "a decision"},
                         {"metrics", ToJson(result.metrics)}};
  if (result.bits_per_raw_unit.has_value())
    json["bits_per_" + result.raw_unit] = *result.bits_per_raw_unit;
  return json;
}

}  // namespace t2t
