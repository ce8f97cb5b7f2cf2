#include "trainer/trainer.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "problems/shards/manifest.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/from_torch.h"
#include "tensor2tensor/runs/provenance.h"

namespace t2t {
namespace {

NamedTensors NamedParameters(const Model& model) {
  NamedTensors tensors;
  for (const auto& parameter : model.named_parameters())
    tensors[parameter.key()] = parameter.value();
  return tensors;
}

}  // namespace

Trainer::Trainer(TrainSetup setup)
    : setup_(std::move(setup)), mixture_(setup_.rates), checkpoints_(setup_.run_folder) {}

absl::StatusOr<std::unique_ptr<Trainer>> Trainer::Make(TrainSetup setup) {
  auto trainer = std::unique_ptr<Trainer>(new Trainer(std::move(setup)));
  Trainer& t = *trainer;
  const int64_t reach = t.setup_.model->body().max_positions();
  for (const Task& task : *t.setup_.tasks) {
    // The largest that max_length lets through: the tag and all inputs, and behind them the target
    // with its stop.
    const int64_t inputs =
        1 + static_cast<int64_t>(task.inputs.size()) * t.setup_.data.batching.max_length;
    const int64_t target = 1 + t.setup_.data.batching.max_length;
    const int64_t needed =
        t.setup_.model->body().joint_positions() ? inputs + target : std::max(inputs, target);
    if (reach > 0 && needed > reach) {
      return absl::InvalidArgumentError(
          absl::StrCat("model.max_positions = ", reach, " is too small: examples of '",
                       task.spec.name, "' may take ", needed,
                       " positions under data.max_length = ", t.setup_.data.batching.max_length));
    }
  }
  T2T_ASSIGN_OR_RETURN(t.optimizer_,
                       Optimizer::Make(t.setup_.optimizer, t.setup_.model->named_parameters()));
  if (t.setup_.trainer.average_decay > 0) {
    t.average_ = std::make_unique<MovingAverage>(t.setup_.trainer.average_decay,
                                                 t.setup_.model->named_parameters());
  }
  T2T_RETURN_IF_ERROR(t.checkpoints_.Prune(1 << 30, {}));  // what an interrupted save left
  nlohmann::json state;
  if (!t.checkpoints_.Steps().empty()) {
    T2T_ASSIGN_OR_RETURN(const Checkpoint checkpoint,
                         t.checkpoints_.Load(t.checkpoints_.Steps().back(), true));
    T2T_RETURN_IF_ERROR(t.Restore(checkpoint));
    state = checkpoint.state;
  }
  T2T_RETURN_IF_ERROR(t.OpenProblems(state));
  T2T_ASSIGN_OR_RETURN(t.log_, RunLog::Open(t.setup_.run_folder, t.setup_.trainer.tensorboard));
  T2T_RETURN_IF_ERROR(t.log_->DropAfter(t.step_));  // lines of steps that will come again
  t.progress_ = std::make_unique<Progress>(stderr, IsTerminal(stderr), MonotonicSeconds);
  return trainer;
}

absl::Status Trainer::Restore(const Checkpoint& checkpoint) {
  const LoadReport report = CopyTensors(checkpoint.model, NamedParameters(*setup_.model));
  if (!report.exact()) {
    return absl::InvalidArgumentError(absl::StrCat(
        setup_.run_folder, ": the checkpoint does not fit the model: ", report.Text()));
  }
  T2T_RETURN_IF_ERROR(optimizer_->LoadState(checkpoint.optimizer));
  const nlohmann::json& state = checkpoint.state;
  if (average_ != nullptr) T2T_RETURN_IF_ERROR(average_->LoadState(checkpoint.average));
  step_ = state.value("step", int64_t{0});
  saved_step_ = step_;
  validated_step_ = state.value("validated_step", int64_t{-1});
  saved_validated_ = validated_step_;
  elapsed_before_ = state.value("seconds", 0.0);
  since_better_ = state.value("since_better", int64_t{0});
  early_ = setup_.trainer.patience > 0 && since_better_ >= setup_.trainer.patience;
  for (const auto& entry : state.value("best", nlohmann::json::array())) {
    best_.push_back({entry.value("step", int64_t{0}), entry.value("value", 0.0)});
  }
  std::map<std::string, int64_t> drawn;
  const nlohmann::json counts = state.value("drawn", nlohmann::json::object());
  for (const auto& [name, count] : counts.items()) drawn[name] = count.get<int64_t>();
  mixture_.Restore(drawn);
  return absl::OkStatus();
}

absl::Status Trainer::OpenProblems(const nlohmann::json& state) {
  for (const Task& task : *setup_.tasks) {
    Problem& problem = problems_[task.spec.name];
    problem.task = &task;
    const std::string folder = DatasetFolder(setup_.data_folder, task.spec.name);
    T2T_ASSIGN_OR_RETURN(problem.train, SplitReader::Open(folder, "train"));
    auto valid = SplitReader::Open(folder, "valid");
    if (valid.ok()) {
      problem.valid = *std::move(valid);
    } else if (!absl::IsNotFound(valid.status())) {
      return valid.status();
    }
    StreamPosition position;
    if (state.contains("problems") && state["problems"].contains(task.spec.name)) {
      const nlohmann::json& kept = state["problems"][task.spec.name];
      position = {kept.value("epoch", int64_t{0}), kept.value("window", int64_t{0}),
                  kept.value("batch", int64_t{0})};
      problem.examples_seen = kept.value("examples", int64_t{0});
    }
    T2T_ASSIGN_OR_RETURN(problem.stream,
                         BatchStream::Open(task, problem.train, setup_.data,
                                           static_cast<uint64_t>(setup_.trainer.seed), position));
  }
  return absl::OkStatus();
}

std::vector<at::Tensor> Trainer::Parameters() const { return setup_.model->parameters(); }

double Trainer::Elapsed() const { return elapsed_before_ + (MonotonicSeconds() - started_); }

absl::Status Trainer::Probe() {
  for (auto& [name, problem] : problems_) {
    T2T_ASSIGN_OR_RETURN(const std::vector<Batch> worst, problem.stream->WorstBatches());
    for (const Batch& batch : worst) {
      T2T_RETURN_IF_ERROR(Annotate(
          FromTorch([&] {
            return AccumulateGradients(*setup_.model, {batch}, setup_.trainer.loss, step_).status();
          }),
          absl::StrCat("trying the largest batch of ", name, " (", batch.rows(), " examples, ",
                       batch.positions(), " positions)")));
      optimizer_->ZeroGrad();
    }
  }
  return absl::OkStatus();
}

absl::Status Trainer::Step() {
  const double begin = MonotonicSeconds();
  std::vector<Batch> micro_batches;
  for (int64_t i = 0; i < setup_.trainer.micro_batches; ++i) {
    Problem& problem = problems_.at(mixture_.Next());
    T2T_ASSIGN_OR_RETURN(Batch batch, problem.stream->Next());
    problem.examples_seen += batch.rows();
    micro_batches.push_back(std::move(batch));
  }
  ++step_;
  T2T_RETURN_IF_ERROR(FromTorch([&]() -> absl::Status {
    T2T_ASSIGN_OR_RETURN(const StepLosses losses, AccumulateGradients(*setup_.model, micro_batches,
                                                                      setup_.trainer.loss, step_));
    const double norm = ClipByGlobalNorm(Parameters(), setup_.trainer.clip_norm);
    if (!std::isfinite(norm)) {
      return absl::InternalError(absl::StrCat("step ", step_, ": the gradient of ",
                                              micro_batches[0].problem, " is not finite (norm ",
                                              norm, "); lower schedule.learning_rate"));
    }
    optimizer_->Step(LearningRate(setup_.schedule, step_));
    optimizer_->ZeroGrad();
    if (average_ != nullptr) average_->Update();
    for (const auto& [name, loss] : losses.plain) {
      interval_.loss_sums[name] += loss;
      ++interval_.loss_counts[name];
    }
    for (const auto& [name, count] : losses.decisions) interval_.decisions += count;
    interval_.positions += losses.positions;
    interval_.real_positions += losses.real_positions;
    interval_.gradient_norm = norm;
    return absl::OkStatus();
  }));
  interval_.seconds += MonotonicSeconds() - begin;
  return absl::OkStatus();
}

std::string Trainer::ProgressText() const {
  std::string text = absl::StrCat("step ", step_);
  for (const auto& [name, sum] : interval_.loss_sums) {
    absl::StrAppend(&text,
                    absl::StrFormat("  %s %.3f", name,
                                    sum / static_cast<double>(interval_.loss_counts.at(name))));
  }
  const double seconds = std::max(interval_.seconds, 1e-9);
  absl::StrAppend(
      &text,
      absl::StrFormat(
          "  %.0f tokens/s  padding %.0f%%",
          static_cast<double>(interval_.real_positions) / seconds,
          100.0 * (1.0 - static_cast<double>(interval_.real_positions) /
                             std::max<double>(1.0, static_cast<double>(interval_.positions)))));
  return text;
}

double Trainer::Fraction() const {
  double fraction = setup_.trainer.steps > 0
                        ? static_cast<double>(step_) / static_cast<double>(setup_.trainer.steps)
                        : 1.0;
  if (setup_.trainer.max_seconds > 0)
    fraction = std::max(fraction, Elapsed() / setup_.trainer.max_seconds);
  return std::min(fraction, 1.0);
}

absl::Status Trainer::Log() {
  if (interval_.loss_sums.empty()) return absl::OkStatus();
  nlohmann::json record = {{"kind", "train"},
                           {"step", step_},
                           {"seconds", Elapsed()},
                           {"learning_rate", LearningRate(setup_.schedule, step_)},
                           {"gradient_norm", interval_.gradient_norm}};
  const double seconds = std::max(interval_.seconds, 1e-9);
  record["tokens_per_second"] = static_cast<double>(interval_.real_positions) / seconds;
  record["decisions_per_second"] = static_cast<double>(interval_.decisions) / seconds;
  record["padding"] = 1.0 - static_cast<double>(interval_.real_positions) /
                                std::max<double>(1.0, static_cast<double>(interval_.positions));
  for (const auto& [name, sum] : interval_.loss_sums) {
    const double loss = sum / static_cast<double>(interval_.loss_counts[name]);
    record["loss"][name] = loss;
    T2T_RETURN_IF_ERROR(log_->Scalar("train/loss/" + name, step_, loss));
  }
  int64_t drawn = 0;
  for (const auto& [name, count] : mixture_.drawn()) drawn += count;
  for (const auto& [name, count] : mixture_.drawn()) {
    const Problem& problem = problems_.at(name);
    record["share"][name] =
        static_cast<double>(count) / static_cast<double>(std::max<int64_t>(drawn, 1));
    record["epochs"][name] =
        static_cast<double>(problem.examples_seen) / static_cast<double>(problem.train->size());
    if (problem.stream->too_long() > 0) record["too_long"][name] = problem.stream->too_long();
    if (problem.stream->broken() > 0) record["broken"][name] = problem.stream->broken();
  }
  T2T_RETURN_IF_ERROR(
      log_->Scalar("train/learning_rate", step_, record["learning_rate"].get<double>()));
  T2T_RETURN_IF_ERROR(
      log_->Scalar("train/tokens_per_second", step_, record["tokens_per_second"].get<double>()));
  last_text_ = ProgressText();
  interval_ = {};
  return log_->Write(record);
}

absl::Status Trainer::Validate() {
  if (validated_step_ == step_) return absl::OkStatus();
  const double begin = MonotonicSeconds();
  nlohmann::json record = {{"kind", "valid"}, {"step", step_}, {"seconds", Elapsed()}};
  double tf_loss_sum = 0;
  int64_t targets = 0;
  std::optional<double> chosen;  // larger is better
  std::string text = absl::StrCat("step ", step_, " valid:");
  std::vector<std::string> known;
  {
    std::optional<MovingAverage::Swapped> averaged;
    if (average_ != nullptr) averaged.emplace(*average_);
    for (auto& [name, problem] : problems_) {
      if (problem.valid == nullptr || problem.valid->size() == 0) continue;
      EvaluateOptions options;
      options.decode = setup_.validation.decode;
      options.batching = setup_.data.batching;
      options.limit = setup_.validation.limit;
      options.decoded = setup_.validation.decoded;
      options.seed = static_cast<uint64_t>(setup_.trainer.seed);
      options.interrupted = [this] { return stop_.requested(); };
      const std::string problem_name = name;
      options.progress = [&](int64_t done, int64_t total) {
        progress_->Update(Fraction(), absl::StrCat("step ", step_, "  evaluating ", problem_name,
                                                   " ", done, "/", total));
      };
      T2T_ASSIGN_OR_RETURN(const EvaluationResult result,
                           EvaluateTask(*setup_.model, *problem.task, *problem.valid, options));
      for (const TargetResult& target : result.targets) {
        const std::string place = absl::StrCat(name, ".", target.target);
        record["targets"][place] = ToJson(target);
        T2T_RETURN_IF_ERROR(
            log_->Scalar(absl::StrCat("valid/", place, "/tf_loss"), step_, target.tf_loss));
        absl::StrAppend(&text, absl::StrFormat("  %s tf_loss %.3f", place, target.tf_loss));
        tf_loss_sum += target.tf_loss;
        ++targets;
        known.push_back(place + ".tf_loss");
        if (setup_.validation.best == place + ".tf_loss") chosen = -target.tf_loss;
        for (size_t i = 0; i < target.metrics.size(); ++i) {
          const MetricValue& metric = target.metrics[i];
          T2T_RETURN_IF_ERROR(
              log_->Scalar(absl::StrCat("valid/", place, "/", metric.name), step_, metric.value));
          if (i < 2) absl::StrAppend(&text, absl::StrFormat(" %s %.2f", metric.name, metric.value));
          known.push_back(absl::StrCat(place, ".", metric.name));
          const bool only = setup_.validation.best.empty() && i == 0 && problems_.size() == 1 &&
                            result.targets.size() == 1;
          if (only || setup_.validation.best == known.back())
            chosen = metric.higher_is_better ? metric.value : -metric.value;
        }
      }
    }
  }
  if (targets == 0) return absl::OkStatus();
  if (!chosen.has_value()) {
    if (!setup_.validation.best.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("validation.best = ", setup_.validation.best,
                                                     " is not measured",
                                                     Suggestion(setup_.validation.best, known)));
    }
    chosen = -tf_loss_sum / static_cast<double>(targets);
  }
  record["chosen"] = *chosen;
  validated_step_ = step_;
  const bool better = best_.empty() || *chosen > best_[0].value;
  since_better_ = better ? 0 : since_better_ + 1;
  best_.push_back({step_, *chosen});
  std::stable_sort(best_.begin(), best_.end(),
                   [](const Best& a, const Best& b) { return a.value > b.value; });
  if (static_cast<int64_t>(best_.size()) > std::max<int64_t>(setup_.trainer.keep_best, 1)) {
    best_.resize(static_cast<size_t>(std::max<int64_t>(setup_.trainer.keep_best, 1)));
  }
  early_ = setup_.trainer.patience > 0 && since_better_ >= setup_.trainer.patience;
  validation_seconds_ += MonotonicSeconds() - begin;
  record["validation_seconds"] = MonotonicSeconds() - begin;
  T2T_RETURN_IF_ERROR(log_->Write(record));
  progress_->Finish(text);
  if (better && setup_.trainer.keep_best > 0) {
    T2T_RETURN_IF_ERROR(Save());
    T2T_RETURN_IF_ERROR(checkpoints_.MarkBest(step_));
  }
  return absl::OkStatus();
}

absl::Status Trainer::Save() {
  if (saved_step_ == step_ && saved_validated_ == validated_step_) return absl::OkStatus();
  Checkpoint checkpoint;
  checkpoint.model = NamedParameters(*setup_.model);
  checkpoint.optimizer = optimizer_->State();
  nlohmann::json& state = checkpoint.state;
  state = {{"format", 1},
           {"step", step_},
           {"seconds", Elapsed()},
           {"validated_step", validated_step_},
           {"since_better", since_better_},
           {"best", nlohmann::json::array()},
           {"run", RunProvenance()}};
  if (average_ != nullptr) checkpoint.average = average_->State();
  for (const Best& best : best_)
    state["best"].push_back({{"step", best.step}, {"value", best.value}});
  for (const auto& [name, count] : mixture_.drawn()) state["drawn"][name] = count;
  for (const auto& [name, problem] : problems_) {
    const StreamPosition at = problem.stream->position();
    state["problems"][name] = {{"epoch", at.epoch},
                               {"window", at.window},
                               {"batch", at.batch},
                               {"examples", problem.examples_seen}};
  }
  T2T_RETURN_IF_ERROR(checkpoints_.Save(step_, checkpoint));
  saved_step_ = step_;
  saved_validated_ = validated_step_;
  std::vector<int64_t> keep;
  if (setup_.trainer.keep_best > 0) {
    for (const Best& best : best_) keep.push_back(best.step);
  }
  return checkpoints_.Prune(setup_.trainer.keep_last, keep);
}

bool Trainer::ShouldStop() const {
  return step_ >= setup_.trainer.steps || early_ || stop_.requested() ||
         (setup_.trainer.max_seconds > 0 && Elapsed() >= setup_.trainer.max_seconds);
}

absl::Status Trainer::Run() {
  started_ = MonotonicSeconds();
  if (step_ > 0) progress_->Finish(absl::StrCat("going on from step ", step_));
  if (setup_.trainer.probe && !ShouldStop()) T2T_RETURN_IF_ERROR(Probe());
  while (!ShouldStop()) {
    T2T_RETURN_IF_ERROR(Step());
    progress_->Update(Fraction(), interval_.loss_sums.empty() ? last_text_ : ProgressText());
    if (step_ % setup_.trainer.log_every == 0) T2T_RETURN_IF_ERROR(Log());
    if (setup_.validation.every > 0 && step_ % setup_.validation.every == 0) {
      const absl::Status status = Validate();
      if (!status.ok() && !absl::IsCancelled(status)) return status;
    }
    if (step_ % setup_.trainer.checkpoint_every == 0) T2T_RETURN_IF_ERROR(Save());
  }
  T2T_RETURN_IF_ERROR(Log());
  if (stop_.requested()) {
    T2T_RETURN_IF_ERROR(Save());
    progress_->Finish(absl::StrCat("stopped by a signal at step ", step_, "; saved"));
    return absl::CancelledError("stopped by a signal; the same command goes on from here");
  }
  const absl::Status status = Validate();
  T2T_RETURN_IF_ERROR(Save());
  if (!status.ok()) return status;
  progress_->Finish(absl::StrFormat("%s at step %d after %s",
                                    early_ ? "no better for long: stopped" : "trained", step_,
                                    FormatDuration(Elapsed())));
  return absl::OkStatus();
}

}  // namespace t2t
