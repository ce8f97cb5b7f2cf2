#include "tensor2tensor/models/aligner.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "registry/check.h"
#include "tensor2tensor/models/monotonic_alignment.h"

namespace t2t {
namespace {

// The logarithm of the probability of what cannot be.
constexpr double kOutOfQuestion = -1e8;
// A number that never changes, such as a band above what a recording holds, would make the likelihood endless.
const double kLeastLogVariance = std::log(0.01);
// The numbers of a part of a frame go together, as neighbouring bands of a spectrum do: as if at most so many were independent.
constexpr double kIndependentBands = 8;
// Of an expected duration, in parts.
constexpr double kMostExpected = 1000;

std::vector<int64_t> LengthsWithEdges(const Stream& units) {
  std::vector<int64_t> lengths = units.lengths;
  for (int64_t& length : lengths) length += Aligner::kEdges;
  return lengths;
}

at::Tensor OnlyValid(const at::Tensor& values, const at::Tensor& valid) {
  return valid.defined() ? values.masked_fill(valid.logical_not().unsqueeze(-1), 0) : values;
}

}  // namespace

Aligner::Convolution Aligner::AddConvolution(const std::string& name, int64_t in, int64_t out) {
  const double deviation = std::sqrt(2.0 / static_cast<double>(3 * in));
  return {AddNormal(name + "_weight", {out, in, 3}, deviation),
          register_parameter(name + "_bias", at::zeros({out}))};
}

Aligner::Aligner(int64_t width, int64_t frame_width, int64_t parts) : width_(width), parts_(parts) {
  T2T_CHECK(parts > 0 && frame_width % parts == 0);
  edges_ = AddNormal("edges", {kEdges, width}, 1);
  unit_in_ = AddConvolution("unit_in", width, width);
  // Small, so that the order alone decides in the beginning.
  means_weight_ = AddNormal("means_weight", {frame_width / parts, width}, 0.02);
  means_bias_ = register_parameter("means_bias", at::zeros({frame_width / parts}));
  log_variances_ = register_parameter("log_variances", at::zeros({frame_width / parts}));
  duration_in_ = AddConvolution("duration_in", width, width);
  duration_middle_ = AddConvolution("duration_middle", width, width);
  duration_out_ = register_module("duration_out", std::make_shared<Linear>(width, 1));
  progress_ = register_module("progress", std::make_shared<Linear>(2, width));
  join_ = register_module("join", std::make_shared<Linear>(parts * width, width));
}

// values [batch, time, width] of the units -> [batch, time + 2, width], what is padding zero.
at::Tensor Aligner::WithEdges(const Stream& units, const at::Tensor& values) const {
  const int64_t batch = values.size(0), time = values.size(1);
  at::Tensor marks = at::zeros({batch, time + kEdges, kEdges});
  float* mark = marks.mutable_data_ptr<float>();
  for (const int64_t length : units.lengths) {
    mark[0] = 1;
    mark[(length + 1) * kEdges + 1] = 1;
    mark += (time + kEdges) * kEdges;
  }
  return at::constant_pad_nd(OnlyValid(values, units.valid), {0, 0, 1, 1}) +
         at::matmul(marks.to(values.options()), edges_);
}

namespace {

// x [batch, time, in], zero where it is padding -> [batch, time, out], zero there too.
at::Tensor Convolved(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                     const at::Tensor& valid) {
  const at::Tensor y = at::conv1d(x.transpose(1, 2), weight, bias, 1, /*padding=*/1);
  return OnlyValid(at::gelu(y.transpose(1, 2)), valid);
}

}  // namespace

Aligner::Fit Aligner::Align(const Stream& units, const UnitsBatch& frames) const {
  const int64_t batch = frames.batch(), parts = frames.time() * parts_;
  std::vector<int64_t> of_units = LengthsWithEdges(units), of_parts = frames.lengths;
  for (int64_t& length : of_parts) length *= parts_;
  const at::Device device = frames.frames.device();
  const int64_t longest = units.time() + kEdges;
  const at::Tensor unit_valid = ValidFromLengths(of_units, longest, device);
  const at::Tensor part_valid = ValidFromLengths(of_parts, parts, device);

  const at::Tensor means = at::linear(
      Convolved(WithEdges(units, units.values), unit_in_.weight, unit_in_.bias, unit_valid),
      means_weight_, means_bias_);
  const at::Tensor heard = OnlyValid(frames.frames.view({batch, parts, -1}), part_valid);
  at::Tensor prior = at::zeros({batch, parts, longest});
  for (int64_t row = 0; row < batch; ++row) {
    const int64_t rows = of_parts[static_cast<size_t>(row)],
                  columns = of_units[static_cast<size_t>(row)];
    T2T_CHECK(columns <= rows) << columns << " units and " << rows << " parts of frames";
    prior[row].narrow(0, 0, rows).narrow(1, 0, columns).copy_(DiagonalPrior(rows, columns));
  }
  const at::Tensor log_variances = log_variances_.clamp_min(kLeastLogVariance);
  const at::Tensor precision = at::exp(-log_variances);
  const auto bands = static_cast<double>(log_variances_.size(0));
  const double counts = std::min(1.0, kIndependentBands / bands);  // of each number
  const at::Tensor squares = (heard.square() * precision).sum(-1).unsqueeze(2) +
                             (means.square() * precision).sum(-1).unsqueeze(1) -
                             2 * at::matmul(heard * precision, means.transpose(1, 2));
  at::Tensor logs = (squares + log_variances.sum()) * (-0.5 * counts) + prior.to(means.options());
  if (unit_valid.defined())
    logs = logs.masked_fill(unit_valid.logical_not().unsqueeze(1), kOutOfQuestion);

  // CTC takes probabilities that sum to 1 at each part: what they lack is added again. Its blank never comes.
  const at::Tensor relative = at::log_softmax(logs, -1);
  const at::Tensor order =
      at::arange(1, longest + 1, at::TensorOptions(at::kLong).device(device)).expand({batch, -1});
  const at::Tensor passed =
      at::ctc_loss(at::constant_pad_nd(relative, {1, 0}, kOutOfQuestion).transpose(0, 1), order,
                   of_parts, of_units, /*blank=*/0, at::Reduction::Sum, /*zero_infinity=*/false);
  at::Tensor sums = at::logsumexp(logs, -1);
  if (part_valid.defined()) sums = sums.masked_fill(part_valid.logical_not(), 0);
  Fit fit;
  fit.loss = (passed - sums.sum()) / (static_cast<double>(parts_) * counts * bands);

  const at::Tensor scores = logs.detach().to(at::kCPU, at::kFloat);
  for (int64_t row = 0; row < batch; ++row) {
    fit.durations.push_back(BestDurations(scores[row]
                                              .narrow(0, 0, of_parts[static_cast<size_t>(row)])
                                              .narrow(1, 0, of_units[static_cast<size_t>(row)])));
  }
  return fit;
}

// Logarithms [batch, time + 2] of what is expected; the states do not learn from it.
at::Tensor Aligner::LogDurations(const Stream& units, const at::Tensor& states) const {
  const at::Tensor x = WithEdges(units, states.detach());
  const at::Tensor valid = ValidFromLengths(LengthsWithEdges(units), x.size(1), x.device());
  const at::Tensor inner = Convolved(Convolved(x, duration_in_.weight, duration_in_.bias, valid),
                                     duration_middle_.weight, duration_middle_.bias, valid);
  return duration_out_->Forward(inner).squeeze(-1).clamp(-std::log(kMostExpected),
                                                         std::log(kMostExpected));
}

at::Tensor Aligner::DurationLoss(const Stream& units, const at::Tensor& states,
                                 const Durations& durations) const {
  const at::Tensor expected = LogDurations(units, states);
  at::Tensor lasted = at::zeros({expected.size(0), expected.size(1)});
  float* out = lasted.mutable_data_ptr<float>();
  for (const std::vector<int64_t>& of_row : durations) {
    std::copy(of_row.begin(), of_row.end(), out);
    out += expected.size(1);
  }
  at::Tensor deviance = expected + lasted.to(expected.options()) * at::exp(-expected);
  const at::Tensor valid =
      ValidFromLengths(LengthsWithEdges(units), expected.size(1), expected.device());
  if (valid.defined()) deviance = deviance.masked_fill(valid.logical_not(), 0);
  return deviance.sum();
}

Durations Aligner::Expected(const Stream& units, const at::Tensor& states) const {
  const at::Tensor expected = LogDurations(units, states).exp().to(at::kCPU, at::kDouble);
  Durations durations;
  for (int64_t row = 0; row < expected.size(0); ++row) {
    const at::Tensor of_row = expected[row].contiguous();
    const double* mean = of_row.const_data_ptr<double>();
    std::vector<int64_t>& rounded = durations.emplace_back();
    double end = 0;
    int64_t reached = 0;
    for (int64_t n = 0; n < units.lengths[static_cast<size_t>(row)] + kEdges; ++n) {
      end += mean[n];
      rounded.push_back(std::max<int64_t>(std::llround(end) - reached, 1));
      reached += rounded.back();
    }
  }
  return durations;
}

at::Tensor Aligner::Lay(const Stream& units, const at::Tensor& states, const Durations& durations,
                        int64_t time) const {
  const int64_t batch = states.size(0), parts = time * parts_;
  at::Tensor places = at::zeros({batch, parts}, at::kLong);
  at::Tensor progress = at::zeros({batch, parts, 2});
  int64_t* place = places.mutable_data_ptr<int64_t>();
  float* come = progress.mutable_data_ptr<float>();
  for (int64_t row = 0; row < batch; ++row) {
    const std::vector<int64_t>& lasts = durations[static_cast<size_t>(row)];
    size_t n = 0;
    int64_t within = 0;
    for (int64_t t = 0; t < parts; ++t, ++within) {
      while (n + 1 < lasts.size() && within >= lasts[n]) {
        within = 0;
        ++n;
      }
      const auto duration = static_cast<double>(lasts[n]);
      *place++ = static_cast<int64_t>(n);
      *come++ = static_cast<float>(std::min((static_cast<double>(within) + 0.5) / duration, 1.0));
      *come++ = static_cast<float>(std::log(duration));
    }
  }
  const at::Tensor of_units = WithEdges(units, states);
  const at::Tensor index = places.to(states.device()).unsqueeze(-1).expand({-1, -1, width_});
  const at::Tensor laid =
      of_units.gather(1, index) + progress_->Forward(progress.to(states.options()));
  return join_->Forward(laid.reshape({batch, time, parts_ * width_}));
}

}  // namespace t2t
