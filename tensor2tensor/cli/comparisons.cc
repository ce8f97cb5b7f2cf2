#include "tensor2tensor/cli/comparisons.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "random/sample.h"
#include "registry/status_macros.h"
#include "tensor2tensor/cli/console.h"
#include "tensor2tensor/evaluation/baselines/baselines.h"
#include "tensor2tensor/evaluation/frechet_distance.h"
#include "tensor2tensor/evaluation/from_torch.h"
#include "tensor2tensor/evaluation/judge.h"
#include "tensor2tensor/evaluation/judge_features.h"
#include "tensor2tensor/evaluation/metrics/cost.h"
#include "tensor2tensor/evaluation/retrieval.h"

namespace t2t {
namespace {

// The answers of a baseline, or its costs, beside those of the model to the same questions:
// {"examples", "metrics", "lead": {metric: {"value", "low", "high"}}}. A lead says by how much the
// model is the better one, below 0 where it is not, with its 95 % interval.
absl::StatusOr<nlohmann::json> BesideModel(const BaselineAnswers& answers, bool of_cost,
                                           const Task& task, const TaskPort& port,
                                           const EvaluationResult& result,
                                           const TargetResult& target, uint64_t seed) {
  const MetricInput& measured = of_cost ? target.costs : target.answers;
  const std::vector<int64_t>& numbers = of_cost ? target.cost_numbers : result.numbers;
  MetricInput baseline, model;
  for (const auto& [number, answer] : answers) {
    const auto at = std::lower_bound(numbers.begin(), numbers.end(), number);
    const auto place = static_cast<size_t>(at - numbers.begin());
    baseline.predictions.push_back(of_cost ? answer.bytes() : AsAnswer(port, answer));
    baseline.references.push_back(measured.references[place]);
    model.predictions.push_back(measured.predictions[place]);
  }
  model.references = baseline.references;
  std::vector<MetricValue> values;
  nlohmann::json lead;
  for (const std::string& metric_name : MetricNames(task, port)) {
    if (IsOfCost(metric_name) != of_cost) continue;
    T2T_ASSIGN_OR_RETURN(const auto metric, MakeMetric(metric_name));
    T2T_ASSIGN_OR_RETURN(MetricValue value, Evaluate(*metric, baseline, seed));
    values.push_back(std::move(value));
    T2T_ASSIGN_OR_RETURN(const PairedComparison paired,
                         PairedBootstrap(*metric, baseline, model, seed));
    lead[metric_name] = {{"value", paired.lead}, {"low", paired.low}, {"high", paired.high}};
  }
  return nlohmann::json{{"examples", baseline.predictions.size()},
                        {"metrics", ToJson(values)},
                        {"lead", std::move(lead)}};
}

// The bits that xz pays for the texts whose costs the model has: {"examples", "metrics", "lead"}.
absl::StatusOr<nlohmann::json> XzBesideModel(double bits, const TargetResult& target) {
  T2T_ASSIGN_OR_RETURN(const auto metric, MakeMetric("bits_per_character"));
  double characters = 0;
  for (size_t i = 0; i < target.costs.references.size(); ++i) {
    characters += metric->Statistics(target.costs.predictions[i], target.costs.references[i])[1];
  }
  const double value = metric->Score({bits, characters});
  const auto own =
      std::find_if(target.metrics.begin(), target.metrics.end(),
                   [&](const MetricValue& measured) { return measured.name == metric->name(); });
  return nlohmann::json{
      {"examples", target.cost_numbers.size()},
      {"metrics", {{metric->name(), {{"value", value}, {"higher_is_better", false}}}}},
      {"lead", {{metric->name(), {{"value", value - own->value}}}}}};
}

}  // namespace

absl::StatusOr<nlohmann::json> BesideBaselines(const MeasuredTarget& measured,
                                               const SplitReader& train, int64_t limit,
                                               Progress& progress) {
  const Task& task = measured.task;
  const TaskPort& port = measured.port;
  const SplitReader& test = measured.split;
  const EvaluationResult& result = measured.result;
  const TargetResult& target = measured.target;
  nlohmann::json json = nlohmann::json::object();
  std::vector<ComparedPort> inputs;
  std::string copied;  // the first input of the target's modality
  for (const TaskPort& input : task.inputs) {
    inputs.push_back({input.port.name, input.modality->distance});
    if (copied.empty() && input.port.modality == port.port.modality) copied = input.port.name;
  }
  // Of the examples of these numbers.
  const auto options_of = [&](const std::string& name, const std::vector<int64_t>& among) {
    BaselineOptions options;
    options.among = among;
    options.skip_broken = measured.options.skip_broken;
    options.train_limit = 0;  // all of them: a baseline is not made weaker than it is
    options.progress = [&task, &progress, name](int64_t done, int64_t total) {
      progress.Update(static_cast<double>(done) / static_cast<double>(std::max<int64_t>(total, 1)),
                      absl::StrCat(task.spec.name, ": ", name));
    };
    return options;
  };
  const auto add = [&](const std::string& name, const absl::StatusOr<BaselineAnswers>& answers,
                       bool of_cost = false) -> absl::Status {
    if (absl::IsUnimplemented(answers.status())) {
      Say(absl::StrCat(task.spec.name, ": without a baseline: ", answers.status().message()));
      return absl::OkStatus();
    }
    if (!answers.ok()) return Annotate(answers.status(), name);
    T2T_ASSIGN_OR_RETURN(json[name], BesideModel(*answers, of_cost, task, port, result, target,
                                                 measured.options.seed));
    return absl::OkStatus();
  };
  // Of what the port's own metrics tell, not of what was priced for another reason.
  const std::vector<std::string> names = MetricNames(task, port);
  const bool priced = !target.cost_numbers.empty() &&
                      std::any_of(names.begin(), names.end(), [&](const std::string& name) {
                        return JudgedBy(name) == CostOf(port);
                      });
  const MetricInfo::Judges cost = priced ? CostOf(port) : MetricInfo::Judges::kAnswer;
  if (cost == MetricInfo::Judges::kBitsOfPicture || cost == MetricInfo::Judges::kBitsOfSound) {
    T2T_RETURN_IF_ERROR(add("independent",
                            IndependentUnits(*port.codec, train, test, port.port.name,
                                             options_of("independent", target.cost_numbers)),
                            /*of_cost=*/true));
    if (cost == MetricInfo::Judges::kBitsOfPicture) {
      T2T_RETURN_IF_ERROR(
          add("png",
              PngSizes(*port.codec, test, port.port.name, options_of("png", target.cost_numbers)),
              /*of_cost=*/true));
    }
  } else if (cost == MetricInfo::Judges::kBits) {
    T2T_ASSIGN_OR_RETURN(const double bits, BitsOfXz(train, test, port.port.name,
                                                     options_of("xz", target.cost_numbers)));
    T2T_ASSIGN_OR_RETURN(json["xz"], XzBesideModel(bits, target));
  }
  if (target.answers.predictions.empty()) return json;
  if (port.modality->distance == "numbers") {  // of which the most frequent one says little
    T2T_RETURN_IF_ERROR(
        add("mean", MeanNumbers(train, test, port.port.name, options_of("mean", result.numbers))));
  } else {
    T2T_RETURN_IF_ERROR(add(
        "most_frequent",
        MostFrequent(train, test, port.port.name, options_of("most_frequent", result.numbers))));
  }
  const TaskPort* along = task.Find(port.port.aligned_with);
  if (along != nullptr && along->codec->vocabulary_size() > 0 && port.codec->reversible()) {
    AlignedTarget aligned = {port.port.name, along->port.name, port.codec.get(),
                             along->codec.get()};
    for (const TaskPort& input : task.inputs) {
      if (input.port.modality == "label") aligned.beside.push_back(input.port.name);
    }
    const std::string name = "most_frequent_aligned";
    T2T_RETURN_IF_ERROR(
        add(name, MostFrequentAligned(aligned, train, test, options_of(name, result.numbers))));
  }
  if (!inputs.empty()) {
    BaselineOptions options = options_of("nearest_neighbour", result.numbers);
    options.limit = limit;
    T2T_RETURN_IF_ERROR(
        add("nearest_neighbour", NearestNeighbour(inputs, train, test, port.port.name, options)));
  }
  if (!copied.empty()) {
    T2T_RETURN_IF_ERROR(add("copy", CopyInput(test, copied, options_of("copy", result.numbers))));
  }
  return json;
}

namespace {

// Two systems on the examples that both were asked for, with the references of the first.
struct Common {
  MetricInput own, other;
};
Common OnCommon(const std::vector<int64_t>& own_numbers, const MetricInput& own,
                const std::vector<int64_t>& other_numbers, const MetricInput& other) {
  Common common;
  if (own.predictions.empty() || other.predictions.empty()) return common;
  for (size_t i = 0, j = 0; i < own_numbers.size() && j < other_numbers.size();) {
    if (own_numbers[i] != other_numbers[j]) {
      ++(own_numbers[i] < other_numbers[j] ? i : j);
      continue;
    }
    common.own.predictions.push_back(own.predictions[i]);
    common.own.references.push_back(own.references[i++]);
    common.other.predictions.push_back(other.predictions[j++]);
  }
  common.other.references = common.own.references;
  return common;
}

}  // namespace

absl::Status AddBeside(const std::string& name, const MeasuredTarget& measured,
                       const EvaluationResult& other_result, const TargetResult& other,
                       bool same_units, nlohmann::json* target) {
  const TargetResult& own = measured.target;
  const uint64_t seed = measured.options.seed;
  const Common answers = OnCommon(measured.result.numbers, own.answers, other_result.numbers,
                                  other.answers),
               costs = OnCommon(own.cost_numbers, own.costs, other.cost_numbers, other.costs);
  nlohmann::json& beside = (*target)["baselines"][name];
  beside = {{"examples", std::max(answers.own.predictions.size(), costs.own.predictions.size())},
            {"metrics", nlohmann::json::object()},
            {"lead", nlohmann::json::object()}};
  std::vector<MetricValue> values;
  for (const std::string& metric_name : MetricNames(measured.task, measured.port)) {
    const Common& common = IsOfCost(metric_name) ? costs : answers;
    if (common.own.predictions.empty() || (IsOfCost(metric_name) && !same_units)) continue;
    T2T_ASSIGN_OR_RETURN(const auto metric, MakeMetric(metric_name));
    T2T_ASSIGN_OR_RETURN(MetricValue value, Evaluate(*metric, common.other, seed));
    values.push_back(std::move(value));
    T2T_ASSIGN_OR_RETURN(const PairedComparison lead,
                         PairedBootstrap(*metric, common.other, common.own, seed));
    beside["lead"][metric_name] = {
        {"value", lead.lead}, {"low", lead.low}, {"high", lead.high}, {"p", lead.p_value}};
  }
  beside["metrics"] = ToJson(values);
  if (!same_units || costs.own.predictions.empty()) return absl::OkStatus();
  const CostPerUnit cost("loss");
  T2T_ASSIGN_OR_RETURN(const MetricValue ours, Evaluate(cost, costs.own, seed));
  T2T_ASSIGN_OR_RETURN(const MetricValue theirs, Evaluate(cost, costs.other, seed));
  T2T_ASSIGN_OR_RETURN(const PairedComparison less,
                       PairedBootstrap(cost, costs.other, costs.own, seed));
  (*target)[name + "_loss"] = {
      {"unit", own.is_likelihood ? absl::StrCat("bits a ", own.raw_unit) : "a decision"},
      {"own", ours.value},
      {"other", theirs.value},
      {"less", less.lead},
      {"low", less.low},
      {"high", less.high}};
  return absl::OkStatus();
}

bool SameUnits(const TaskPort& a, const TaskPort& b) {
  return a.codec->Describe() == b.codec->Describe() && a.head == b.head &&
         a.scheme_name == b.scheme_name && a.codec->frame_width() == b.codec->frame_width() &&
         a.codec->Files() == b.codec->Files();
}

namespace {

// Of the split's examples of these numbers.
absl::StatusOr<std::vector<Example>> ReadAll(const SplitReader& split,
                                             const std::vector<int64_t>& numbers) {
  std::vector<Example> examples;
  for (const int64_t number : numbers) {
    T2T_ASSIGN_OR_RETURN(Example example, split.Read(number));
    examples.push_back(std::move(example));
  }
  return examples;
}

absl::StatusOr<MetricValue> MeanRank(const Retrieval& retrieval, uint64_t seed) {
  MetricInput ranks;
  for (const double rank : retrieval.ranks) {
    ranks.predictions.push_back(CostText(rank, 1));
    ranks.references.push_back({""});
  }
  return Evaluate(CostPerUnit("rank"), ranks, seed);
}

}  // namespace

absl::StatusOr<nlohmann::json> Judged(const Run& judge, const JudgePorts& ports,
                                      const MeasuredTarget& measured, const JudgeOptions& options,
                                      Progress& progress) {
  T2T_ASSIGN_OR_RETURN(const std::vector<Example> examples,
                       ReadAll(measured.split, measured.result.numbers));
  std::vector<Example> with_made = examples;
  for (size_t i = 0; i < examples.size(); ++i) {
    const auto& candidates = measured.target.predictions[i].candidates;
    with_made[i].ports[ports.seen] = candidates.empty() ? Value("") : candidates[0].value;
  }
  const uint64_t seed = measured.options.seed;
  PredictOptions of_judge;
  T2T_ASSIGN_OR_RETURN(const DecodeChoices choices, judge.Decoding({}));
  of_judge.decode = choices.Of(ports.task->spec.name, ports.answer);
  of_judge.batching = judge.options.data.batching;
  const std::string name = measured.task.spec.name;
  const auto report = [&](const char* what) {
    return [&progress, place = absl::StrCat(name, ": ", what)](int64_t done, int64_t total) {
      progress.Update(static_cast<double>(done) / static_cast<double>(total), place);
    };
  };
  of_judge.progress = report("judging");
  T2T_ASSIGN_OR_RETURN(const Judgement judgement,
                       Judge(*judge.model, ports, examples, with_made, of_judge, seed));
  nlohmann::json json = {{"run", options.folder},
                         {"step", judge.state.value("step", int64_t{0})},
                         {"checkpoint", judge.checkpoint},
                         {"decode", of_judge.decode.Values()},
                         {"problem", ports.task->spec.name},
                         {"answer", ports.answer},
                         {"of_made", ToJson(judgement.of_made)},
                         {"of_true", ToJson(judgement.of_true)}};
  const auto features = [&](const std::vector<Example>& of) {
    return JudgeFeatures(*judge.model, ports, of, of_judge.batching);
  };
  T2T_ASSIGN_OR_RETURN(const at::Tensor of_true, features(examples));
  T2T_ASSIGN_OR_RETURN(const at::Tensor of_made, features(with_made));
  if (of_true.size(0) > 1 && of_made.size(0) > 1) {
    nlohmann::json& frechet = json["frechet"];
    frechet = {{"features", of_true.size(1)}, {"examples", of_made.size(0)}};
    std::vector<Example> others;
    if (options.train != nullptr) {
      for (const int64_t number :
           SampleInOrder(options.train->size(), static_cast<int64_t>(examples.size()),
                         RandomKey(seed).With("others"))) {
        auto read = options.train->Read(number);
        if (read.ok()) others.push_back(*std::move(read));
      }
    }
    T2T_ASSIGN_OR_RETURN(const at::Tensor of_others, features(others));
    T2T_RETURN_IF_ERROR(FromTorch([&] {
      frechet["made"] = FrechetDistance(of_made, of_true);
      if (of_others.size(0) == of_true.size(0))
        frechet["true"] = FrechetDistance(of_others, of_true);
      return absl::OkStatus();
    }));
  }
  if (options.retrieve > 0) {
    RetrievalOptions retrieval;
    retrieval.candidates = options.retrieve;
    retrieval.seed = seed;
    retrieval.batching = of_judge.batching;
    for (const bool is_made : {true, false}) {
      const std::string key = is_made ? "made" : "true";
      retrieval.progress = report(is_made ? "retrieving what was made" : "retrieving what is true");
      auto ranks = Retrieve(*judge.model, ports, is_made ? with_made : examples, retrieval);
      if (!ranks.ok()) return Annotate(ranks.status(), absl::StrCat(name, ", --retrieve"));
      T2T_ASSIGN_OR_RETURN(const MetricValue mean, MeanRank(*ranks, seed));
      json["retrieval"][key] = {{"value", mean.value}, {"low", mean.low}, {"high", mean.high}};
      if (!is_made) continue;
      json["retrieval"]["candidates"] = ranks->candidates;
      json["retrieval"]["by_chance"] = ranks->by_chance;
      json["retrieval"]["left_out"] = ranks->left_out;
    }
  }
  return json;
}

}  // namespace t2t
