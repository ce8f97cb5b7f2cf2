#include "tensor2tensor/evaluation/retrieval.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/from_torch.h"

namespace t2t {
namespace {

// Two that differ by the rounding of batches alone; both may be infinite.
bool Equal(double a, double b) { return a == b || std::abs(a - b) <= 1e-5 * (1 + std::abs(b)); }

// Negative log-probabilities [rows], double, of one answer for every row.
at::Tensor Price(Production& production, const std::vector<int64_t>& ids) {
  const int64_t rows = production.rows();
  std::vector<int64_t> same(static_cast<size_t>(rows));
  std::iota(same.begin(), same.end(), 0);
  at::Tensor sum = at::zeros({rows}, at::kDouble);
  for (const int64_t id : ids) {
    sum.sub_(production.Next().select(1, id).to(at::kCPU, at::kDouble));
    production.Advance(same, std::vector<int64_t>(same.size(), id));
  }
  if (const auto stop = production.stop(); stop.has_value())
    sum.sub_(production.Next().select(1, *stop).to(at::kCPU, at::kDouble));
  return sum;
}

}  // namespace

absl::StatusOr<Retrieval> Retrieve(const Model& judge, const JudgePorts& ports,
                                   const std::vector<Example>& examples,
                                   const std::vector<Value>& values,
                                   const RetrievalOptions& options) {
  const Task& task = *ports.task;
  const TaskPort& answer = *task.Find(ports.answer);
  if (answer.codec->gives_frames()) {
    return absl::InvalidArgumentError(absl::StrCat("retrieval: ", task.spec.name, ".", ports.answer,
                                                   " is ", answer.codec->Describe(),
                                                   ", of which no probability can be told"));
  }
  std::vector<EncodedExample> asked, seen;
  std::vector<Units> answers;
  for (size_t i = 0; i < examples.size(); ++i) {
    T2T_ASSIGN_OR_RETURN(EncodedExample of_asked,
                         EncodePorts(task, examples[i], /*with_targets=*/false, 0));
    Example made = examples[i];
    made.ports[ports.seen] = values[i];
    T2T_ASSIGN_OR_RETURN(EncodedExample of_made,
                         EncodePorts(task, made, /*with_targets=*/false, 0));
    auto units = answer.codec->Encode(examples[i].ports.at(ports.answer), {});
    if (!units.ok()) return Annotate(units.status(), absl::StrCat("example ", examples[i].key));
    asked.push_back(std::move(of_asked));
    seen.push_back(std::move(of_made));
    answers.push_back(*std::move(units));
  }
  Retrieval result;
  for (size_t i = 0; i < examples.size(); ++i) {
    std::vector<std::pair<uint64_t, size_t>> order;  // of the others, as they are drawn
    const RandomKey key = RandomKey(options.seed).With("retrieval").With(i);
    for (size_t j = 0; j < examples.size(); ++j) {
      if (answers[j].ids != answers[i].ids) order.emplace_back(key.With(j).value(), j);
    }
    std::sort(order.begin(), order.end());
    order.resize(std::min(order.size(), static_cast<size_t>(options.candidates - 1)));
    order.emplace(order.begin(), 0, i);
    std::vector<EncodedExample> candidates;
    for (const auto& [drawn, j] : order) {
      candidates.push_back(asked[i]);
      candidates.back().inputs[ports.seen] = seen[j].inputs.at(ports.seen);
    }
    std::vector<double> prices(candidates.size());
    T2T_RETURN_IF_ERROR(FromTorch([&]() -> absl::Status {
      const c10::InferenceMode inference;
      for (const std::vector<int64_t>& rows : CutBatches(candidates, options.batching)) {
        const Batch batch =
            MakeBatch(task, candidates, rows, /*with_targets=*/false).To(judge.device());
        const auto production =
            judge.Start(batch, ports.answer, std::max<int64_t>(answers[i].length(), 1));
        const at::Tensor of_rows = Price(*production, answers[i].ids);
        for (size_t row = 0; row < rows.size(); ++row)
          prices[static_cast<size_t>(rows[row])] = of_rows.const_data_ptr<double>()[row];
      }
      return absl::OkStatus();
    }));
    double rank = 1;
    for (size_t j = 1; j < prices.size(); ++j)
      rank += Equal(prices[j], prices[0]) ? 0.5 : prices[j] < prices[0] ? 1 : 0;
    result.ranks.push_back(rank);
    result.by_chance += (1 + static_cast<double>(prices.size())) / 2;
    if (options.progress)
      options.progress(static_cast<int64_t>(i + 1), static_cast<int64_t>(examples.size()));
  }
  result.by_chance /= static_cast<double>(examples.size());
  if (result.by_chance == 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("retrieval: all ", examples.size(), " examples have the same ", ports.answer));
  }
  return result;
}

}  // namespace t2t
