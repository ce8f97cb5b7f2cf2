#include "tensor2tensor/evaluation/predict.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "registry/status_macros.h"
#include "tensor2tensor/decoding/search.h"
#include "tensor2tensor/decoding/translation_constraint.h"
#include "tensor2tensor/evaluation/from_torch.h"

namespace t2t {
namespace {

absl::StatusOr<Candidate> DecodeCandidate(const TaskPort& port, const Hypothesis& hypothesis) {
  Units units;
  units.ids = hypothesis.units;
  Candidate candidate;
  T2T_ASSIGN_OR_RETURN(candidate.value, port.codec->Decode(units));
  candidate.text = port.codec->Show(candidate.value);
  candidate.log_probability = hypothesis.log_probability;
  candidate.score = hypothesis.score;
  candidate.finished = hypothesis.finished;
  return candidate;
}

// Of numbers, which no search has scored.
absl::StatusOr<Candidate> FrameCandidate(const TaskPort& port, const FrameRow& row) {
  const at::Tensor numbers = row.frames.to(at::kFloat).cpu().contiguous();
  Units units;
  units.frame_width = numbers.size(1);
  units.frames.assign(numbers.const_data_ptr<float>(),
                      numbers.const_data_ptr<float>() + numbers.numel());
  Candidate candidate;
  T2T_ASSIGN_OR_RETURN(candidate.value, port.codec->Decode(units));
  candidate.text = port.codec->Show(candidate.value);
  candidate.log_probability = candidate.score = std::numeric_limits<double>::quiet_NaN();
  candidate.finished = row.finished;
  return candidate;
}

struct DecodingBatch {
  int64_t max_length;         // of the target
  std::vector<int64_t> rows;  // indices into the examples
};

// `fixed_length`: of the target where all of its values have one length, else 0.
std::vector<DecodingBatch> CutForDecoding(const std::vector<EncodedExample>& examples,
                                          const DecodeOptions& decode, int64_t fixed_length,
                                          const BatchingOptions& batching, const Body& body) {
  // Of a decoded position keys and values are kept; in training, for which tokens_per_batch is chosen, all that the
  // backward pass needs, which is more than eight times as much.
  const int64_t budget = 8 * batching.tokens_per_batch;
  const int64_t copies = decode.method == "beam"     ? decode.beam
                         : decode.method == "sample" ? decode.n_best
                                                     : 1;
  const int64_t views = decode.guidance != 1 ? 2 : 1;  // with the inputs, and without
  std::vector<DecodingBatch> batches;
  for (const std::vector<int64_t>& together : CutBatches(examples, batching)) {
    // Where positions end, a long input leaves less of them to its own target, and to no other one.
    std::map<int64_t, std::vector<int64_t>> by_max_length;
    int64_t longest = 0;
    for (const int64_t row : together) {
      const int64_t length = examples[static_cast<size_t>(row)].length();
      int64_t most = fixed_length > 0 ? fixed_length : decode.max_length;
      if (fixed_length == 0 && body.max_positions() > 0) {
        const int64_t taken = body.joint_positions() ? length + 2 : 1;
        most = std::min(most, body.max_positions() - taken);
      }
      by_max_length[most].push_back(row);
      longest = std::max(longest, length);
    }
    for (const auto& [max_length, rows] : by_max_length) {
      auto most = static_cast<int64_t>(rows.size());
      if (budget > 0)
        most = std::clamp<int64_t>(budget / copies / views / (longest + max_length), 1, most);
      for (auto begin = rows.begin(); begin != rows.end();) {
        const auto end = begin + std::min<int64_t>(most, rows.end() - begin);
        batches.push_back({max_length, {begin, end}});
        begin = end;
      }
    }
  }
  return batches;
}

}  // namespace

std::vector<Candidate> BestByUtility(const Metric& metric, const std::vector<Candidate>& drawn,
                                     int64_t n_best) {
  std::map<std::string, int64_t> counts;  // of equal texts: each pair is compared once
  for (const Candidate& candidate : drawn) ++counts[candidate.text];
  const double sign = metric.higher_is_better() ? 1 : -1;
  std::vector<Candidate> best;
  for (const Candidate& candidate : drawn) {
    const auto known = std::find_if(best.begin(), best.end(), [&](const Candidate& other) {
      return other.text == candidate.text;
    });
    if (known != best.end()) continue;
    double sum = 0;
    for (const auto& [other, count] : counts)
      sum += static_cast<double>(count) * metric.Score(metric.Statistics(candidate.text, {other}));
    best.push_back(candidate);
    best.back().score = sign * sum / static_cast<double>(drawn.size());
  }
  std::stable_sort(best.begin(), best.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
  if (static_cast<int64_t>(best.size()) > n_best) best.resize(static_cast<size_t>(n_best));
  return best;
}

absl::Status CheckUtilities(const DecodeChoices& choices, absl::string_view usual) {
  const auto check = [](const DecodeOptions& options, absl::string_view place) {
    if (options.utility.empty()) return absl::OkStatus();
    if (JudgedBy(options.utility) != MetricInfo::Judges::kAnswer) {
      return absl::InvalidArgumentError(
          absl::StrCat(place, ": ", options.utility, " does not judge decoded texts"));
    }
    return Annotate(MakeMetric(options.utility).status(), place);
  };
  T2T_RETURN_IF_ERROR(check(choices.usual, usual));
  for (const auto& [target, own] : choices.own)
    T2T_RETURN_IF_ERROR(check(own, absl::StrCat("ports.", target, ".decode.utility")));
  return absl::OkStatus();
}

namespace {

// Frames that are drawn are not searched for, and files are not compared as texts.
absl::Status FitsWay(const TaskPort& port, const DecodeOptions& options) {
  const auto refused = [&](absl::string_view option, absl::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrCat(port.config_path.substr(port.config_path.find('.') + 1), ": decode with ",
                     option, ": ", why, "; ", port.config_path, ".decode is of this target alone"));
  };
  if (!options.utility.empty() && port.modality->is_file())
    return refused("utility", "it compares texts, and this target is a file");
  if (options.passes != 0 && !port.scheme->in_passes()) {
    return refused("passes", absl::StrCat("the scheme ", port.scheme_name, " has none"));
  }
  if (!port.draws_frames()) {
    if (options.guidance != 1) return refused("guidance", "it leads frames that are drawn");
    if (options.steps != 0) return refused("steps", "they are of frames that are drawn");
    return absl::OkStatus();
  }
  if (options.guidance != 1 && !port.guide.empty()) {
    return refused("guidance", absl::StrCat("the scheme ", port.scheme_name,
                                            " cannot do without the input '", port.guide, "'"));
  }
  if (options.method == "beam")
    return refused("method = beam", "frames are drawn, not searched for: greedy or sample");
  if (options.method == "sample" && (options.top_k > 0 || options.top_p < 1))
    return refused("top_k or top_p", "frames are drawn whole, not from among the likeliest");
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckDecoding(const Task& task, const DecodeChoices& choices,
                           absl::string_view usual) {
  for (const TaskPort& port : task.targets) {
    T2T_RETURN_IF_ERROR(FitsWay(port, choices.Of(task.spec.name, port.port.name)));
    const std::string target = absl::StrCat(task.spec.name, ".", port.port.name);
    const std::string& constraint = choices.Of(task.spec.name, port.port.name).constraint;
    if (constraint == "none") continue;
    const absl::Status status = TranslationConstraint::Make(task, port).status();
    if (status.ok()) continue;
    const std::string place = absl::StrCat("ports.", target, ".decode.constraint");
    return Annotate(status, choices.own.count(target) > 0
                                ? absl::StrCat(place, " = ", constraint)
                                : absl::StrCat(usual, " = ", constraint, " for ", target, " (",
                                               place, " is of one target alone)"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Prediction>> Predict(const Model& model, const Task& task,
                                                const std::string& target,
                                                const std::vector<Example>& examples,
                                                const PredictOptions& options) {
  const TaskPort* port = task.Find(target);
  if (port == nullptr || port->head.empty()) {
    std::vector<std::string> names;
    for (const TaskPort& known : task.targets) names.push_back(known.port.name);
    return absl::NotFoundError(absl::StrCat("problem '", task.spec.name, "' has no target '",
                                            target, "'", Suggestion(target, names)));
  }
  T2T_RETURN_IF_ERROR(FitsWay(*port, options.decode));
  if (options.decode.steps != 0 && !model.draws(task.spec.name, target)) {
    return absl::InvalidArgumentError(absl::StrCat(
        task.spec.name, ".", target, ": decode with steps: the model draws no frames of it"));
  }
  const bool guided = options.decode.guidance != 1;
  if (guided && !(model.draws(task.spec.name, target) && model.knows_unseen(task.spec.name))) {
    return absl::InvalidArgumentError(absl::StrCat(
        task.spec.name, ".", target, ": decode with guidance: the model draws no frames of it, or ",
        "was not trained without its inputs (the option drop of each)"));
  }
  DecodeOptions search = options.decode;
  std::unique_ptr<Metric> utility;
  if (!options.decode.utility.empty()) {
    T2T_ASSIGN_OR_RETURN(utility, MakeMetric(options.decode.utility));
    search.n_best = search.candidates;
  }
  std::unique_ptr<TranslationConstraint> translation;
  if (options.decode.constraint == "translation") {
    auto made = TranslationConstraint::Make(task, *port);
    if (!made.ok()) {
      return Annotate(made.status(),
                      absl::StrCat("constraint = translation for ", task.spec.name, ".", target));
    }
    translation = *std::move(made);
  }
  const int64_t reach = model.body().max_positions();
  std::vector<EncodedExample> encoded;
  for (size_t i = 0; i < examples.size(); ++i) {
    T2T_ASSIGN_OR_RETURN(EncodedExample one,
                         EncodePorts(task, examples[i], /*with_targets=*/false, 0));
    one.number = static_cast<int64_t>(i);
    one.key = RandomKey(options.decode.seed).With(examples[i].key).With(i).value();
    // The tag, the inputs and, where they share positions, the target's tag and units: at least one, all where their number is
    // known, or those of the input along which it is decided.
    const std::string& guide = port->guide;
    const int64_t least =
        guide.empty() ? std::max<int64_t>(port->codec->fixed_length(), 1)
                      : port->scheme->LeastLength(*port->codec, one.inputs.at(guide).length());
    const int64_t needed = one.length() + 1 + (model.body().joint_positions() ? 1 + least : 0);
    if (reach > 0 && needed > reach) {
      return absl::InvalidArgumentError(
          absl::StrCat(task.spec.name, ", example '", examples[i].key, "': ", one.length(),
                       " positions of the inputs are ", needed,
                       " with those of the model and the target, but the model was built with ",
                       reach, " (model.max_positions)"));
    }
    encoded.push_back(std::move(one));
  }
  std::vector<Prediction> predictions(examples.size());
  int64_t done = 0;
  const auto report = [&](const std::vector<int64_t>& rows) {
    done += static_cast<int64_t>(rows.size());
    if (options.progress) options.progress(done, static_cast<int64_t>(examples.size()));
  };
  const absl::Status status = FromTorch([&]() -> absl::Status {
    const c10::InferenceMode inference;
    for (const auto& [max_length, rows] : CutForDecoding(
             encoded, search, port->codec->fixed_length(), options.batching, model.body())) {
      if (options.interrupted && options.interrupted())
        return absl::CancelledError("stopped while decoding");
      // Of frames that are drawn each candidate is a row of its own.
      const bool drawn = model.draws(task.spec.name, target) && search.method == "sample";
      std::vector<int64_t> produced;
      for (const int64_t row : rows)
        produced.insert(produced.end(), static_cast<size_t>(drawn ? search.n_best : 1), row);
      std::vector<int64_t> asked = produced;
      if (guided) asked.insert(asked.end(), produced.begin(), produced.end());
      Batch batch = MakeBatch(task, encoded, asked, /*with_targets=*/false).To(model.device());
      for (const TaskPort& input : task.inputs) {
        if (!guided) break;
        std::vector<bool>& unseen = batch.unseen[input.port.name];
        unseen.resize(asked.size(), false);
        std::fill(unseen.begin() + static_cast<ptrdiff_t>(produced.size()), unseen.end(), true);
      }
      const auto production = model.Start(batch, target, max_length);
      FrameDraw draw;
      draw.temperature = search.temperature;
      draw.guidance = search.guidance;
      draw.steps = search.steps;
      draw.passes = search.passes;
      for (size_t i = 0; drawn && i < produced.size(); ++i) {
        draw.keys.push_back(
            RandomKey(batch.keys[i]).With(i % static_cast<size_t>(search.n_best)).value());
      }
      if (const std::vector<FrameRow> frames = production->Frames(draw); !frames.empty()) {
        for (size_t i = 0; i < produced.size(); ++i) {
          T2T_ASSIGN_OR_RETURN(Candidate candidate, FrameCandidate(*port, frames[i]));
          predictions[static_cast<size_t>(produced[i])].candidates.push_back(std::move(candidate));
        }
        report(rows);
        continue;
      }
      const Constraint* constraint = options.constraint;
      if (translation != nullptr && constraint == nullptr) {
        std::vector<const Units*> proteins;
        for (const int64_t row : rows) {
          const EncodedExample& example = encoded[static_cast<size_t>(row)];
          proteins.push_back(&example.inputs.at(translation->protein_port()));
        }
        translation->SetRows(proteins);
        constraint = translation.get();
      }
      const auto found = Search(*production, search, constraint, batch.keys);
      for (size_t i = 0; i < rows.size(); ++i) {
        for (const Hypothesis& hypothesis : found[i]) {
          T2T_ASSIGN_OR_RETURN(Candidate candidate, DecodeCandidate(*port, hypothesis));
          predictions[static_cast<size_t>(rows[i])].candidates.push_back(std::move(candidate));
        }
        if (utility != nullptr) {
          std::vector<Candidate>& candidates = predictions[static_cast<size_t>(rows[i])].candidates;
          candidates = BestByUtility(*utility, candidates, options.decode.n_best);
        }
      }
      report(rows);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return predictions;
}

}  // namespace t2t
