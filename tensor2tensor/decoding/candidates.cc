#include "tensor2tensor/decoding/candidates.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <tuple>

#include "registry/check.h"

namespace t2t {
namespace {

// [rows, classes] on the host, 0 where allowed and -infinity elsewhere; undefined where every row may go on anyhow.
at::Tensor ForbiddenMask(const std::vector<LiveRow>& rows, const Constraint& constraint,
                         int64_t classes) {
  at::Tensor mask;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto allowed = constraint.Allowed(rows[i].source, rows[i].units);
    if (!allowed.has_value()) continue;
    if (!mask.defined()) mask = at::zeros({static_cast<int64_t>(rows.size()), classes});
    float* row = mask.mutable_data_ptr<float>() + static_cast<int64_t>(i) * classes;
    std::fill_n(row, classes, -std::numeric_limits<float>::infinity());
    for (int64_t id : *allowed) {
      T2T_CHECK(id >= 0 && id < classes) << "a constraint allows class " << id << " of " << classes;
      row[id] = 0.0f;
    }
  }
  return mask;
}

}  // namespace

std::vector<LiveRow> FirstRows(const Production& production) {
  std::vector<LiveRow> rows(static_cast<size_t>(production.rows()));
  for (size_t i = 0; i < rows.size(); ++i) rows[i].source = static_cast<int64_t>(i);
  return rows;
}

Candidates NextCandidates(Production& production, const std::vector<LiveRow>& rows,
                          const Constraint* constraint, int64_t width) {
  at::Tensor scores = production.Next();  // [rows, classes]
  const int64_t count = scores.size(0), classes = scores.size(1);
  T2T_CHECK(count == static_cast<int64_t>(rows.size()))
      << count << " rows, " << rows.size() << " expected";
  if (constraint != nullptr) {
    const at::Tensor mask = ForbiddenMask(rows, *constraint, classes);
    if (mask.defined()) scores = scores + mask.to(scores.device());
  }
  Candidates best;
  best.width = std::min(width, classes);
  // topk leaves open which of equal values it takes: one more column shows where equal values reach over its edge.
  const bool all = best.width == classes;
  const int64_t columns = all ? classes : best.width + 1;
  const auto [values, indices] = all ? at::sort(scores, /*stable=*/true, 1, /*descending=*/true)
                                     : at::topk(scores, columns, 1);
  const at::Tensor host =
      at::cat({values.to(at::kDouble), indices.to(at::kDouble)}, 1).to(at::kCPU).contiguous();
  const double* data = host.const_data_ptr<double>();
  std::vector<int64_t> order(static_cast<size_t>(best.width));
  for (int64_t i = 0; i < count; ++i, data += 2 * columns) {
    const double* value = data;
    const double* id = data + columns;
    at::Tensor sorted;  // keeps the memory of an ambiguous row
    if (!all && value[best.width - 1] == value[best.width] && value[best.width] != kImpossible) {
      const auto [row_values, row_ids] =
          at::sort(scores[i].to(at::kCPU), /*stable=*/true, 0, /*descending=*/true);
      sorted = at::stack({row_values.to(at::kDouble), row_ids.to(at::kDouble)});
      value = sorted.const_data_ptr<double>();
      id = value + classes;
    }
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
      const bool a_nan = std::isnan(value[a]), b_nan = std::isnan(value[b]);
      return std::make_tuple(a_nan, a_nan ? 0 : -value[a], id[a]) <
             std::make_tuple(b_nan, b_nan ? 0 : -value[b], id[b]);
    });
    for (int64_t j : order) {
      best.log_probabilities.push_back(std::isnan(value[j]) ? kImpossible : value[j]);
      best.ids.push_back(static_cast<int64_t>(id[j]));
    }
  }
  return best;
}

}  // namespace t2t
