// What the loop does for its mixture of problems.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "registry/status_macros.h"
#include "trainer/mixture_unit.h"
#include "trainer/trainer.h"

namespace t2t {

absl::Status Trainer::StartMixture(const TrainState& state) {
  std::map<std::string, int64_t> sizes;
  for (const auto& [name, problem] : problems_) sizes[name] = problem.train->size();
  mixture_.emplace(MixtureShares(setup_.mixture, setup_.rates, sizes));
  // After a change of rates old counts would have the problems make up for the past, one after the other.
  const bool same_rates = state.rates.empty() || state.rates == setup_.rates;
  if (same_rates && state.unit == setup_.mixture.unit) {
    MixtureState before = state.mixture;
    const bool shares_kept = std::any_of(before.problems.begin(), before.problems.end(),
                                         [](const auto& entry) { return entry.second.share > 0; });
    if (!shares_kept) {  // an older checkpoint: the rates gave them
      const MixtureShares plain(setup_.rates);
      for (const auto& [name, share] : plain(0, mixture_->state()))
        before.problems[name].share = share;
    }
    mixture_->Restore(before);
  }
  drawn_ = mixture_->state();
  for (auto& [name, problem] : problems_) T2T_RETURN_IF_ERROR(CheckEpochs(name, &problem));
  return absl::OkStatus();
}

absl::Status Trainer::CheckEpochs(const std::string& name, Problem* problem) {
  const auto most = setup_.mixture.epochs.find(name);
  if (most == setup_.mixture.epochs.end()) return absl::OkStatus();
  T2T_ASSIGN_OR_RETURN(const int64_t epoch, problem->stream->NextEpoch());
  if (epoch < most->second) return absl::OkStatus();
  mixture_->SetOver(name);
  SayOnce(name + " over", absl::StrCat(name, ": has had its epochs (mixture.epochs = ",
                                       most->second, ") and is drawn no more"));
  return absl::OkStatus();
}

absl::Status Trainer::CountDrawn(const std::string& name, const Batch& batch, Problem* problem) {
  mixture_->Count(name, AmountOf(setup_.mixture.unit, *problem->task, batch));
  return CheckEpochs(name, problem);
}

void Trainer::ObserveLosses(const StepLosses& losses) {
  for (const auto& [name, problem] : problems_) {
    double loss = 0;
    bool met = false;
    for (const TaskPort& port : problem.task->targets) {
      const auto own = losses.plain.find(absl::StrCat(name, ".", port.port.name));
      if (own == losses.plain.end()) continue;
      loss += own->second;
      met = true;
    }
    if (met) mixture_->Observe(name, loss);
  }
}

absl::Status Trainer::LogShares(nlohmann::json* record) {
  nlohmann::json& log = *record;
  log["share_unit"] = setup_.mixture.unit;
  for (const auto& [name, own] : drawn_.problems) {
    const Problem& problem = problems_.at(name);
    log["share"][name] = drawn_.Realised(own);
    log["share_aimed"][name] = own.share;
    log["batches"][name] = own.batches;
    log["examples"][name] = problem.examples_seen;
    log["tokens"][name] = problem.tokens_seen;
    log["epochs"][name] = problem.epochs_seen();
    if (problems_.size() == 1) continue;
    T2T_RETURN_IF_ERROR(log_->Scalar("train/share/" + name, step_, drawn_.Realised(own)));
    const auto progress = own.progress.Of(setup_.mixture.horizon);
    if (setup_.mixture.adaptive && progress.has_value()) log["learning_progress"][name] = *progress;
  }
  return absl::OkStatus();
}

std::string Trainer::MixtureText() const {
  if (problems_.size() < 2) return "";
  std::vector<std::string> shares;
  for (const auto& [name, problem] : problems_) {
    shares.push_back(absl::StrFormat("%s %.1f%% (%.1f epochs, %d examples)", name,
                                     100 * drawn_.Realised(drawn_.problems.at(name)),
                                     problem.epochs_seen(), problem.examples_seen));
  }
  return absl::StrCat("mixture in ", setup_.mixture.unit, ": ", absl::StrJoin(shares, ", "));
}

}  // namespace t2t
