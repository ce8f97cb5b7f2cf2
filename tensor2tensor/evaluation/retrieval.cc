#include "tensor2tensor/evaluation/retrieval.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "registry/check.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/from_torch.h"

namespace t2t {
namespace {

// Two that differ by the rounding of batches alone. What is impossible costs infinitely much.
bool Equal(double a, double b) {
  if (!std::isfinite(a) || !std::isfinite(b)) return a == b;
  return std::abs(a - b) <= 1e-5 * (1 + std::abs(b));
}

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
                                   const RetrievalOptions& options) {
  const Task& task = *ports.task;
  const TaskPort& answer = *task.Find(ports.answer);
  if (answer.codec->gives_frames()) {
    return absl::InvalidArgumentError(absl::StrCat("retrieval: ", task.spec.name, ".", ports.answer,
                                                   " is ", answer.codec->Describe(),
                                                   ", of which no probability can be told"));
  }
  T2T_CHECK(options.candidates > 1) << options.candidates;
  Retrieval result;
  std::vector<EncodedExample> asked;  // without what is judged
  std::vector<Units> seen, answers;   // what is judged, and the answer
  for (const Example& example : examples) {
    auto encoded = SeenByJudge(task, example, options.batching.max_length);
    const auto own = example.ports.find(ports.answer);
    auto units = own == example.ports.end() ? absl::StatusOr<Units>(absl::NotFoundError(""))
                                            : answer.codec->Encode(own->second, {});
    if (!encoded.has_value() || !units.ok()) {
      ++result.left_out;
      continue;
    }
    seen.push_back(std::move(encoded->inputs.at(ports.seen)));
    encoded->inputs.erase(ports.seen);
    asked.push_back(*std::move(encoded));
    answers.push_back(*std::move(units));
  }
  for (size_t i = 0; i < asked.size(); ++i) {
    std::vector<std::pair<uint64_t, size_t>> order;  // of the others, as they are drawn
    const RandomKey key = RandomKey(options.seed).With("retrieval").With(i);
    for (size_t j = 0; j < asked.size(); ++j) {
      if (answers[j].ids != answers[i].ids) order.emplace_back(key.With(j).value(), j);
    }
    std::sort(order.begin(), order.end());
    order.resize(std::min(order.size(), static_cast<size_t>(options.candidates - 1)));
    order.emplace(order.begin(), 0, i);
    std::vector<EncodedExample> candidates(order.size(), asked[i]);
    for (size_t j = 0; j < order.size(); ++j)
      candidates[j].inputs[ports.seen] = seen[order[j].second];
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
    if (std::any_of(prices.begin(), prices.end(), [](double price) { return std::isnan(price); })) {
      return absl::InternalError(
          absl::StrCat("retrieval: what the judge says of ", ports.answer, " is not a number"));
    }
    double rank = 1;
    for (size_t j = 1; j < prices.size(); ++j)
      rank += Equal(prices[j], prices[0]) ? 0.5 : prices[j] < prices[0] ? 1 : 0;
    result.ranks.push_back(rank);
    result.candidates += static_cast<double>(prices.size()) / static_cast<double>(asked.size());
    if (options.progress)
      options.progress(static_cast<int64_t>(i + 1), static_cast<int64_t>(asked.size()));
  }
  result.by_chance = (1 + result.candidates) / 2;
  if (result.candidates <= 1) {
    return absl::InvalidArgumentError(absl::StrCat("retrieval: of ", examples.size(),
                                                   " examples the judge can see ", asked.size(),
                                                   ", and no two have another ", ports.answer));
  }
  return result;
}

}  // namespace t2t
