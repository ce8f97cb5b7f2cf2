#include "trainer/trainer.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "problems/shards/manifest.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/from_torch.h"
#include "tensor2tensor/evaluation/metrics/metric.h"
#include "tensor2tensor/runs/provenance.h"
#include "trainer/freeze.h"

namespace t2t {
namespace {

// "950", "12k", "3.4M": short enough for the bar.
std::string ShortCount(int64_t count) {
  const auto number = static_cast<double>(count);
  if (count < 1000) return absl::StrCat(count);
  if (count < 1'000'000) return absl::StrFormat("%.0fk", std::floor(number / 1e3));
  return absl::StrFormat("%.1fM", number / 1e6);
}

NamedTensors NamedParameters(const Model& model) {
  NamedTensors tensors;
  for (const auto& parameter : model.named_parameters())
    tensors[parameter.key()] = parameter.value();
  return tensors;
}

}  // namespace

Trainer::Trainer(TrainSetup setup) : setup_(std::move(setup)), checkpoints_(setup_.run_folder) {}

absl::Status Trainer::CheckNames(const std::vector<Task>& tasks, const TrainerOptions& trainer,
                                 const ValidationOptions& validation) {
  std::vector<std::string> measured, targets;
  for (const Task& task : tasks) {
    T2T_RETURN_IF_ERROR(CheckMetrics(task));
    for (const TaskPort& port : task.targets) {
      targets.push_back(absl::StrCat(task.spec.name, ".", port.port.name));
      measured.push_back(absl::StrCat(targets.back(), ".tf_loss"));
      for (const std::string& metric : MetricNames(task, port)) {
        if (validation.decoded || IsOfCost(metric))
          measured.push_back(absl::StrCat(targets.back(), ".", metric));
      }
    }
  }
  T2T_RETURN_IF_ERROR(CheckUtilities(validation.decode, "validation.decode.utility"));
  for (const Task& task : tasks) {
    T2T_RETURN_IF_ERROR(CheckDecoding(task, validation.decode, "validation.decode.constraint"));
  }
  const std::string& best = validation.best;
  if (!best.empty() && std::find(measured.begin(), measured.end(), best) == measured.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("validation.best = ", best, ": is not measured", Suggestion(best, measured)));
  }
  for (const auto& [target, weight] : trainer.loss.weights) {
    if (std::find(targets.begin(), targets.end(), target) == targets.end()) {
      return absl::InvalidArgumentError(absl::StrCat("trainer.loss_weights.", target,
                                                     ": there is no such target",
                                                     Suggestion(target, targets)));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Trainer>> Trainer::Make(TrainSetup setup) {
  T2T_RETURN_IF_ERROR(CheckNames(*setup.tasks, setup.trainer, setup.validation));
  for (const Task& task : *setup.tasks)
    T2T_RETURN_IF_ERROR(CheckReach(*setup.model, task, setup.data.batching.max_length));
  if (setup.data.pack > 0 && !setup.model->body().packs()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "data.pack = ", setup.data.pack, ": this body does not pack rows; leave it at 0"));
  }
  auto trainer = std::unique_ptr<Trainer>(new Trainer(std::move(setup)));
  Trainer& t = *trainer;
  if (!t.setup_.trainer.freeze.empty()) {
    T2T_RETURN_IF_ERROR(Freeze(*t.setup_.model, t.setup_.trainer.freeze).status());
  }
  T2T_ASSIGN_OR_RETURN(t.optimizer_,
                       Optimizer::Make(t.setup_.optimizer, t.setup_.model->named_parameters()));
  if (t.setup_.trainer.average_decay > 0) {
    t.average_ = std::make_unique<MovingAverage>(t.setup_.trainer.average_decay,
                                                 t.setup_.model->named_parameters());
  }
  T2T_RETURN_IF_ERROR(t.checkpoints_.Prune(1 << 30, {}));  // what an interrupted save left
  t.progress_ = std::make_unique<Progress>(stderr, IsTerminal(stderr), MonotonicSeconds);
  TrainState state;
  if (const std::vector<int64_t> steps = t.checkpoints_.Steps(); !steps.empty()) {
    T2T_ASSIGN_OR_RETURN(const Checkpoint checkpoint, t.checkpoints_.Load(steps.back(), true));
    T2T_ASSIGN_OR_RETURN(
        state, ReadState(checkpoint.state,
                         absl::StrCat(t.checkpoints_.PathOf(steps.back()), "/state.json")));
    T2T_RETURN_IF_ERROR(t.Restore(checkpoint, state));
  }
  T2T_RETURN_IF_ERROR(t.OpenProblems(state));
  T2T_RETURN_IF_ERROR(t.StartMixture(state));
  T2T_ASSIGN_OR_RETURN(t.log_, RunLog::Open(t.setup_.run_folder, t.setup_.trainer.tensorboard));
  T2T_RETURN_IF_ERROR(t.log_->DropAfter(t.step_));  // lines of steps that will come again
  return trainer;
}

absl::Status Trainer::Restore(const Checkpoint& checkpoint, const TrainState& state) {
  const LoadReport report = CopyTensors(checkpoint.model, NamedParameters(*setup_.model));
  if (!report.exact()) {
    return absl::InvalidArgumentError(absl::StrCat(
        setup_.run_folder, ": the checkpoint does not fit the model: ", report.Text()));
  }
  T2T_RETURN_IF_ERROR(optimizer_->LoadState(checkpoint.optimizer));
  if (average_ != nullptr) T2T_RETURN_IF_ERROR(average_->LoadState(checkpoint.average));
  step_ = saved_step_ = state.step;
  validated_step_ = saved_validated_ = state.validated_step;
  elapsed_before_ = state.seconds;
  // Values of another metric cannot be compared.
  const bool same_metric = state.best_by.value_or(setup_.validation.best) == setup_.validation.best;
  since_better_ = same_metric ? state.since_better : 0;
  early_ = setup_.trainer.patience > 0 && since_better_ >= setup_.trainer.patience;
  if (same_metric) best_ = state.best;
  interval_ = state.interval;
  return MarkBest();  // an earlier run may have ended between saving and marking
}

absl::Status Trainer::OpenProblems(const TrainState& state) {
  for (const Task& task : *setup_.tasks) {
    Problem& problem = problems_[task.spec.name];
    problem.task = &task;
    const std::string folder = DatasetFolder(setup_.data_folder, task.spec.dataset_name());
    T2T_ASSIGN_OR_RETURN(problem.train, SplitReader::Open(setup_.data_folder, task.spec, "train"));
    auto valid = SplitReader::Open(setup_.data_folder, task.spec, "valid");
    if (valid.ok()) {
      problem.valid = *std::move(valid);
    } else if (!absl::IsNotFound(valid.status())) {
      return valid.status();
    }
    StreamPosition& position = problem.position;
    if (const auto kept = state.problems.find(task.spec.name); kept != state.problems.end()) {
      position = kept->second.position;
      problem.examples_seen = kept->second.examples;
      problem.tokens_seen = kept->second.tokens;
      const std::string &before = kept->second.data, &now = problem.train->fingerprint();
      if (!before.empty() && before != now) {
        const std::string difference = absl::StrCat(
            folder, ": is not the data set that ", setup_.run_folder,
            " was trained on (fingerprint ", before.substr(0, 12), " then, ", now.substr(0, 12),
            " now): it was made with another seed, limit, revision, source or version of a "
            "library");
        if (!setup_.data_may_differ) return absl::FailedPreconditionError(difference);
        SayOnce(folder, absl::StrCat(difference, "; its order begins anew"));
        position.window = position.batch = 0;  // places of an order that is no more
      }
    }
    T2T_ASSIGN_OR_RETURN(problem.stream,
                         BatchStream::Open(task, problem.train, setup_.data,
                                           static_cast<uint64_t>(setup_.trainer.seed), position));
  }
  return absl::OkStatus();
}

std::vector<at::Tensor> Trainer::Parameters() const { return setup_.model->parameters(); }

double Trainer::Elapsed() const {
  return trained_.value_or(elapsed_before_ + (MonotonicSeconds() - started_));
}

absl::Status Trainer::Probe() {
  for (auto& [name, problem] : problems_) {
    T2T_ASSIGN_OR_RETURN(const std::vector<Batch> worst, problem.stream->WorstBatches());
    for (const Batch& batch : worst) {
      T2T_RETURN_IF_ERROR(Annotate(
          FromTorch([&] {
            const int64_t workers = setup_.trainer.workers;
            return AccumulateGradients(*setup_.model,
                                       std::vector<Batch>(static_cast<size_t>(workers), batch),
                                       setup_.trainer.loss, step_, workers)
                .status();
          }),
          absl::StrCat("trying the largest batch of ", name, " (", batch.rows(), " examples, ",
                       batch.positions(), " positions)")));
      optimizer_->ZeroGrad();
    }
  }
  return absl::OkStatus();
}

absl::Status Trainer::Compute(std::vector<Batch>* micro_batches, StepLosses* losses) {
  for (int64_t i = 0; i < setup_.trainer.micro_batches; ++i) {
    const std::optional<std::string> name = mixture_->Next(step_ + 1);
    if (!name.has_value()) break;  // all have had their epochs: the last step is a smaller one
    Problem& problem = problems_.at(*name);
    T2T_ASSIGN_OR_RETURN(Batch batch, problem.stream->Next());
    T2T_RETURN_IF_ERROR(CountDrawn(*name, batch, &problem));
    micro_batches->push_back(std::move(batch));
  }
  return FromTorch([&]() -> absl::Status {
    T2T_ASSIGN_OR_RETURN(
        *losses, AccumulateGradients(*setup_.model, *micro_batches, setup_.trainer.loss, step_ + 1,
                                     setup_.trainer.workers));
    return absl::OkStatus();
  });
}

absl::Status Trainer::SaveBefore(const absl::Status& error) {
  if (step_ == 0) return error;
  const absl::Status saved = FromTorch([this] { return Save(); });
  return absl::Status(error.code(),
                      saved.ok()
                          ? absl::StrCat(error.message(), "; step ", step_, " before it is saved")
                          : absl::StrCat(error.message(), "; and step ", step_,
                                         " before it could not be saved: ", saved.message()));
}

absl::Status Trainer::Step() {
  const double begin = MonotonicSeconds();
  std::vector<Batch> micro_batches;
  StepLosses losses;
  if (const absl::Status computed = Compute(&micro_batches, &losses); !computed.ok()) {
    // Weights that give no finite loss must not take the place of those that do.
    return absl::IsOutOfRange(computed) ? computed : SaveBefore(computed);
  }
  ++step_;
  T2T_RETURN_IF_ERROR(FromTorch([&]() -> absl::Status {
    const double norm = ClipByGlobalNorm(Parameters(), setup_.trainer.clip_norm);
    if (!std::isfinite(norm)) {
      std::vector<std::string> batches;
      for (const Batch& batch : micro_batches) batches.push_back(DescribeBatch(batch));
      return absl::OutOfRangeError(
          absl::StrCat("step ", step_, ": the gradient is not finite (norm ", norm, ") on ",
                       absl::StrJoin(batches, "; and "), "; lower schedule.learning_rate"));
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
  for (const Batch& batch : micro_batches) {
    Problem& problem = problems_.at(batch.problem);
    problem.examples_seen += batch.rows();
    problem.tokens_seen += batch.real_positions();
  }
  for (auto& [name, problem] : problems_) problem.position = problem.stream->position();
  ObserveLosses(losses);
  drawn_ = mixture_->state();
  interval_.seconds += MonotonicSeconds() - begin;
  return absl::OkStatus();
}

std::string Trainer::ProgressText() const {
  std::string text = absl::StrCat("step ", step_);
  for (const auto& [name, problem] : problems_) {
    bool shown = false;
    for (const TaskPort& port : problem.task->targets) {
      const std::string place = absl::StrCat(name, ".", port.port.name);
      const auto sum = interval_.loss_sums.find(place);
      if (sum == interval_.loss_sums.end()) continue;
      const double loss = sum->second / static_cast<double>(interval_.loss_counts.at(place));
      absl::StrAppend(&text, absl::StrFormat("  %s %.3f", place, loss));
      shown = true;
    }
    // Its share so far, in the mixture's unit, and its tokens.
    if (shown && problems_.size() > 1)
      absl::StrAppend(&text,
                      absl::StrFormat(" (%.0f%%, %s)",
                                      std::floor(100 * drawn_.Realised(drawn_.problems.at(name))),
                                      ShortCount(problem.tokens_seen)));
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
  T2T_RETURN_IF_ERROR(LogShares(&record));
  for (auto& [name, problem] : problems_) {
    if (const int64_t too_long = problem.stream->too_long(); too_long > 0) {
      record["too_long"][name] = too_long;
      SayOnce(
          name + " too_long",
          absl::StrCat(name, ": ", too_long, " examples so far are longer than data.max_length = ",
                       setup_.data.batching.max_length, " and left out; the log counts on"));
    }
    if (const int64_t far = problem.stream->out_of_reach(); far > 0) {
      record["out_of_reach"][name] = far;
      SayOnce(name + " out_of_reach",
              absl::StrCat(name, ": ", far, " examples so far have ", kOutOfReach,
                           ", and are left out; the log counts on"));
    }
    for (const auto& [remark, examples] : problem.stream->remarks()) {
      record["remarks"][name][remark] = examples;
      SayOnce(absl::StrCat(name, " ", remark),
              absl::StrCat(name, ": of ", examples, " examples so far the ", remark,
                           "; they are used, and the log counts on through the first epoch"));
    }
    if (const int64_t broken = problem.stream->broken(); broken > 0) {
      record["broken"][name] = broken;
      SayOnce(name + " broken", absl::StrCat(name, ": ", broken,
                                             " examples so far are broken and left out "
                                             "(data.on_error = skip); the log counts on"));
    }
  }
  T2T_RETURN_IF_ERROR(
      log_->Scalar("train/learning_rate", step_, record["learning_rate"].get<double>()));
  T2T_RETURN_IF_ERROR(
      log_->Scalar("train/tokens_per_second", step_, record["tokens_per_second"].get<double>()));
  last_text_ = ProgressText();
  interval_ = {};
  saved_step_ = -1;  // a checkpoint of this step would have the line written again
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
      options.end_runaways = true;
      options.skip_broken = setup_.data.on_error == "skip";
      options.seed = static_cast<uint64_t>(setup_.trainer.seed);
      options.interrupted = [this] { return stop_.requested(); };
      const std::string problem_name = name;
      options.progress = [&](int64_t done, int64_t total) {
        progress_->Update(Fraction(), absl::StrCat("step ", step_, "  evaluating ", problem_name,
                                                   " ", done, "/", total));
      };
      T2T_ASSIGN_OR_RETURN(const EvaluationResult result,
                           EvaluateTask(*setup_.model, *problem.task, *problem.valid, options));
      record["examples"][name] = result.examples;
      record["left_out"][name] = result.left_out;
      record["broken"][name] = result.broken;
      if (result.without_loss > 0) {
        SayOnce(name + " without_loss",
                absl::StrCat(name, ": ", result.without_loss,
                             " valid examples have a target that training has not seen: they count "
                             "as wrong and have no loss"));
      }
      if (result.out_of_reach > 0) {
        SayOnce(name + " valid out_of_reach",
                absl::StrCat(name, ": ", result.out_of_reach, " valid examples have ", kOutOfReach,
                             ": they count by what is decoded and have no loss"));
      }
      if (result.in_pieces > 0) {
        record["in_pieces"][name] = result.in_pieces;
        SayOnce(name + " in_pieces",
                absl::StrCat(name, ": ", result.in_pieces,
                             " valid examples are longer than data.max_length: they are decoded in "
                             "pieces and have no loss"));
      }
      if (result.left_out > 0) {
        SayOnce(name + " left_out",
                absl::StrCat(name, ": evaluated without ", result.left_out, " of ",
                             result.left_out + result.examples,
                             " valid examples, which are longer than data.max_length = ",
                             setup_.data.batching.max_length));
      }
      for (const TargetResult& target : result.targets) {
        const std::string place = absl::StrCat(name, ".", target.target);
        record["targets"][place] = ToJson(target);
        T2T_RETURN_IF_ERROR(
            log_->Scalar(absl::StrCat("valid/", place, "/tf_loss"), step_, target.tf_loss));
        absl::StrAppend(&text, absl::StrFormat("  %s tf_loss %.3f", place, target.tf_loss));
        tf_loss_sum += target.tf_loss;
        ++targets;
        if (setup_.validation.best == place + ".tf_loss") chosen = -target.tf_loss;
        for (size_t i = 0; i < target.metrics.size(); ++i) {
          const MetricValue& metric = target.metrics[i];
          T2T_RETURN_IF_ERROR(
              log_->Scalar(absl::StrCat("valid/", place, "/", metric.name), step_, metric.value));
          if (i < 2)
            absl::StrAppend(&text, absl::StrFormat(" %s %.*f", metric.name,
                                                   MetricDigits(metric.name) + 1, metric.value));
          const bool only = setup_.validation.best.empty() && i == 0 && problems_.size() == 1 &&
                            result.targets.size() == 1;
          if (only || setup_.validation.best == absl::StrCat(place, ".", metric.name))
            chosen = metric.higher_is_better ? metric.value : -metric.value;
        }
      }
    }
  }
  if (targets == 0) return absl::OkStatus();
  if (!chosen.has_value()) {
    if (!setup_.validation.best.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("validation.best = ", setup_.validation.best,
                                                     ": that problem has no valid examples"));
    }
    chosen = -tf_loss_sum / static_cast<double>(targets);
  }
  record["chosen"] = *chosen;
  validated_step_ = step_;
  // A value that is no number is not better than anything, and nothing must be compared with it.
  const bool finite = std::isfinite(*chosen);
  const bool better = finite && (best_.empty() || *chosen > best_[0].value);
  since_better_ = better ? 0 : since_better_ + 1;
  if (finite) best_.push_back({step_, *chosen});
  std::stable_sort(
      best_.begin(), best_.end(),
      [](const TrainState::Best& a, const TrainState::Best& b) { return a.value > b.value; });
  const auto most = static_cast<size_t>(std::max<int64_t>(setup_.trainer.keep_best, 1));
  if (best_.size() > most) best_.resize(most);
  early_ = setup_.trainer.patience > 0 && since_better_ >= setup_.trainer.patience;
  record["validation_seconds"] = MonotonicSeconds() - begin;
  T2T_RETURN_IF_ERROR(log_->Write(record));
  progress_->PrintLine(text);  // the bar's clock goes on
  const bool among_best =
      std::any_of(best_.begin(), best_.end(),
                  [this](const TrainState::Best& best) { return best.step == step_; });
  return among_best && setup_.trainer.keep_best > 0 ? Save() : absl::OkStatus();
}

absl::Status Trainer::Save() {
  if (saved_step_ == step_ && saved_validated_ == validated_step_) return absl::OkStatus();
  Checkpoint checkpoint;
  checkpoint.model = NamedParameters(*setup_.model);
  checkpoint.optimizer = optimizer_->State();
  if (average_ != nullptr) checkpoint.average = average_->State();
  TrainState state;
  state.step = step_;
  state.validated_step = validated_step_;
  state.since_better = since_better_;
  state.seconds = Elapsed();
  state.best = best_;
  state.best_by = setup_.validation.best;
  state.rates = setup_.rates;
  state.unit = setup_.mixture.unit;
  state.mixture = drawn_;
  state.interval = interval_;
  for (const auto& [name, problem] : problems_)
    state.problems[name] = {problem.position, problem.examples_seen, problem.tokens_seen,
                            problem.train->fingerprint()};
  checkpoint.state = ToJson(state);
  checkpoint.state["run"] = RunProvenance();
  checkpoint.state["run"]["seed"] = setup_.trainer.seed;
  checkpoint.state["configuration"] = setup_.configuration;
  T2T_RETURN_IF_ERROR(checkpoints_.Save(step_, checkpoint));
  saved_step_ = step_;
  saved_validated_ = validated_step_;
  T2T_RETURN_IF_ERROR(MarkBest());  // before the one it points at may be removed
  std::vector<int64_t> keep;
  if (setup_.trainer.keep_best > 0) {
    for (const TrainState::Best& best : best_) keep.push_back(best.step);
  }
  return checkpoints_.Prune(setup_.trainer.keep_last, keep);
}

absl::Status Trainer::MarkBest() const {
  if (setup_.trainer.keep_best == 0 || best_.empty()) return absl::OkStatus();
  const std::vector<int64_t> saved = checkpoints_.Steps();
  if (std::find(saved.begin(), saved.end(), best_[0].step) == saved.end()) return absl::OkStatus();
  return checkpoints_.MarkBest(best_[0].step);
}

void Trainer::SayOnce(const std::string& topic, const std::string& line) {
  if (said_.insert(topic).second) progress_->PrintLine(line);
}

bool Trainer::ShouldStop() const {
  return step_ >= setup_.trainer.steps || early_ || stop_.requested() ||
         mixture_->Over(step_ + 1) ||
         (setup_.trainer.max_seconds > 0 && Elapsed() >= setup_.trainer.max_seconds);
}

absl::Status Trainer::ValidateIfDue() {
  const int64_t every = setup_.validation.every;
  if (step_ == 0 || every == 0 || step_ % every != 0) return absl::OkStatus();
  const absl::Status status = Validate();
  if (status.ok() || absl::IsCancelled(status)) return absl::OkStatus();
  T2T_RETURN_IF_ERROR(Save());  // the training before it is not lost
  return status;
}

absl::Status Trainer::Run() {
  started_ = MonotonicSeconds();
  if (step_ > 0) progress_->Finish(absl::StrCat("going on from step ", step_));
  if (setup_.trainer.probe && !ShouldStop()) T2T_RETURN_IF_ERROR(Probe());
  T2T_RETURN_IF_ERROR(ValidateIfDue());  // one that a signal cut short
  while (!ShouldStop()) {
    T2T_RETURN_IF_ERROR(Step());
    progress_->Update(Fraction(), interval_.loss_sums.empty() ? last_text_ : ProgressText());
    if (step_ % setup_.trainer.log_every == 0 || step_ == setup_.trainer.steps)
      T2T_RETURN_IF_ERROR(Log());
    T2T_RETURN_IF_ERROR(ValidateIfDue());
    if (step_ % setup_.trainer.checkpoint_every == 0) T2T_RETURN_IF_ERROR(Save());
  }
  // Of a run that a signal stops the rest of the interval is saved: the log goes on as if it had not been.
  const bool stopped = stop_.requested();
  if (!stopped) T2T_RETURN_IF_ERROR(Log());
  trained_ = Elapsed();  // the last evaluation is not training
  T2T_RETURN_IF_ERROR(Save());
  const absl::Status status = stopped ? absl::CancelledError() : Validate();
  T2T_RETURN_IF_ERROR(Save());
  if (absl::IsCancelled(status)) {
    progress_->Finish(absl::StrCat("stopped by a signal at step ", step_, "; saved"));
    return absl::CancelledError("stopped by a signal; the same command goes on from here");
  }
  T2T_RETURN_IF_ERROR(status);
  if (const std::string mixture = MixtureText(); !mixture.empty()) progress_->PrintLine(mixture);
  progress_->Finish(absl::StrFormat("%s at step %d after %s",
                                    early_ ? "no better for long: stopped" : "trained", step_,
                                    FormatDuration(Elapsed())));
  return absl::OkStatus();
}

}  // namespace t2t
