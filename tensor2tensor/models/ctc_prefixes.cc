#include "tensor2tensor/models/ctc_prefixes.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "registry/check.h"

namespace t2t {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

double LogAdd(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == kNever ? a : a + std::log1p(std::exp(b - a));
}

// log(sum over t of exp(logs[t]) probabilities[t, c]) for each class c: [classes].
at::Tensor LogMix(const std::vector<double>& logs, const at::Tensor& probabilities) {
  const double largest = *std::max_element(logs.begin(), logs.end());
  if (largest == kNever) return at::full({probabilities.size(1)}, kNever, at::kDouble);
  const at::Tensor weights = (at::tensor(logs, at::kDouble) - largest).exp_();
  return at::mv(probabilities.t(), weights).log_().add_(largest);
}

}  // namespace

CtcPrefixes::CtcPrefixes(const at::Tensor& log_probabilities, const std::vector<int64_t>& lengths)
    : logs_(log_probabilities.detach().to(at::kCPU, at::kFloat).contiguous()) {
  T2T_CHECK(logs_.dim() == 3 && logs_.size(0) == static_cast<int64_t>(lengths.size()));
  probabilities_ = logs_.to(at::kDouble).exp_();
  const int64_t blank = logs_.size(2) - 1;
  const auto logs = logs_.accessor<float, 3>();
  for (size_t source = 0; source < lengths.size(); ++source) {
    const auto s = static_cast<int64_t>(source);
    Row row;
    row.source = s;
    row.in_unit.assign(static_cast<size_t>(lengths[source]) + 1, kNever);
    row.in_blank.assign(1, 0.0);
    for (int64_t t = 0; t < lengths[source]; ++t)
      row.in_blank.push_back(row.in_blank.back() + static_cast<double>(logs[s][t][blank]));
    rows_.push_back(std::move(row));
  }
}

at::Tensor CtcPrefixes::Next() {
  const int64_t blank = logs_.size(2) - 1;
  next_ = at::full({rows(), blank + 1}, kNever, at::kDouble);
  for (int64_t i = 0; i < rows(); ++i) {
    const Row& row = rows_[static_cast<size_t>(i)];
    at::Tensor next = next_.select(0, i);
    if (row.log_prefix == kNever) {
      next.select(0, blank).fill_(0);
      continue;
    }
    const size_t places = row.in_unit.size() - 1;
    if (places > 0) {
      // The unit comes at place t, after places that give the prefix; after a unit of its own kind only with a blank
      // between.
      std::vector<double> before;
      for (size_t t = 0; t < places; ++t) before.push_back(LogAdd(row.in_unit[t], row.in_blank[t]));
      const at::Tensor here =
          probabilities_.select(0, row.source).narrow(0, 0, static_cast<int64_t>(places));
      next.copy_(LogMix(before, here));
      if (row.last >= 0) {
        before.assign(row.in_blank.begin(), row.in_blank.end() - 1);
        next.select(0, row.last).copy_(LogMix(before, here.narrow(1, row.last, 1))[0]);
      }
    }
    next.select(0, blank).fill_(LogAdd(row.in_unit.back(), row.in_blank.back()));
    next.sub_(row.log_prefix);
  }
  return next_.to(at::kFloat);
}

void CtcPrefixes::Advance(const std::vector<int64_t>& parents, const std::vector<int64_t>& ids) {
  T2T_CHECK(parents.size() == ids.size());
  const int64_t blank = logs_.size(2) - 1;
  const auto logs = logs_.accessor<float, 3>();
  const auto next = next_.accessor<double, 2>();
  std::vector<Row> rows;
  for (size_t i = 0; i < parents.size(); ++i) {
    const Row& parent = rows_[static_cast<size_t>(parents[i])];
    const int64_t id = ids[i];
    T2T_CHECK(id >= 0 && id < blank) << id;
    Row row;
    row.source = parent.source;
    row.last = id;
    row.log_prefix = parent.log_prefix + next[parents[i]][id];
    row.in_unit = row.in_blank = {kNever};
    for (size_t t = 1; t < parent.in_unit.size(); ++t) {
      const auto& place = logs[row.source][static_cast<int64_t>(t) - 1];
      const double begins = id == parent.last
                                ? parent.in_blank[t - 1]
                                : LogAdd(parent.in_unit[t - 1], parent.in_blank[t - 1]);
      const double in_unit = static_cast<double>(place[id]) + LogAdd(row.in_unit.back(), begins);
      const double in_blank =
          static_cast<double>(place[blank]) + LogAdd(row.in_unit.back(), row.in_blank.back());
      row.in_unit.push_back(in_unit);
      row.in_blank.push_back(in_blank);
    }
    rows.push_back(std::move(row));
  }
  rows_ = std::move(rows);
}

}  // namespace t2t
