#include "tensor2tensor/layers/dropout.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>

#include "random/philox.h"
#include "registry/check.h"
#include "tensor2tensor/layers/packing.h"
#include "tensor2tensor/layers/parallel_for.h"

// Clones for wider vectors, chosen when the program starts. Sanitizers do not get along with the resolvers.
#if defined(__x86_64__) && !defined(T2T_SANITIZED)
#define T2T_VECTOR_CLONES \
  __attribute__((target_clones("arch=skylake-avx512", "arch=haswell", "default")))
#else
#define T2T_VECTOR_CLONES
#endif

namespace t2t {
namespace {

constexpr int kRounds = 7;
constexpr int64_t kLanes = 16;                 // blocks made at once
constexpr int64_t kPerBlock = 8;               // elements of a block: 16 bits each
constexpr int64_t kSpan = kLanes * kPerBlock;  // elements made at once

// Of 65536: at most 65535, or no kept share were left to scale by.
uint32_t Threshold(double rate) {
  return static_cast<uint32_t>(std::min(std::lround(rate * 65536.0), 65535L));
}
float Scale(uint32_t threshold) { return 65536.0f / static_cast<float>(65536 - threshold); }

// Random bits of kLanes blocks from block number `first` on. Element e of the span stands at
// bits[(e % 8) * kLanes / ...]: word w of lane l holds the elements (l * 8 + 2 w) and (l * 8 + 2 w + 1).
T2T_VECTOR_CLONES
void MaskedAddSpan(const float* x, const float* residual, float* out, int64_t count, uint64_t key,
                   uint32_t site, uint64_t first, uint32_t threshold, float scale) {
  alignas(64) uint32_t c0[kLanes], c1[kLanes], c2[kLanes], c3[kLanes];
  for (int64_t lane = 0; lane < kLanes; ++lane) {
    c0[lane] = static_cast<uint32_t>(first + static_cast<uint64_t>(lane));
    c1[lane] = 0;
    c2[lane] = site;
    c3[lane] = 0;
  }
  uint32_t k0 = static_cast<uint32_t>(key), k1 = static_cast<uint32_t>(key >> 32);
  for (int round = 0; round < kRounds; ++round) {
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      const uint64_t p0 = uint64_t{0xD2511F53} * c0[lane];
      const uint64_t p1 = uint64_t{0xCD9E8D57} * c2[lane];
      c0[lane] = static_cast<uint32_t>(p1 >> 32) ^ c1[lane] ^ k0;
      c1[lane] = static_cast<uint32_t>(p1);
      c2[lane] = static_cast<uint32_t>(p0 >> 32) ^ c3[lane] ^ k1;
      c3[lane] = static_cast<uint32_t>(p0);
    }
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  alignas(64) float mask[kSpan];
  const uint32_t* words[4] = {c0, c1, c2, c3};
  for (int64_t lane = 0; lane < kLanes; ++lane) {
    for (int64_t word = 0; word < 4; ++word) {
      const uint32_t bits = words[word][lane];
      mask[lane * kPerBlock + 2 * word] = (bits & 0xFFFFu) >= threshold ? scale : 0.0f;
      mask[lane * kPerBlock + 2 * word + 1] = (bits >> 16) >= threshold ? scale : 0.0f;
    }
  }
  if (residual != nullptr) {
    for (int64_t i = 0; i < count; ++i) out[i] = residual[i] + x[i] * mask[i];
  } else {
    for (int64_t i = 0; i < count; ++i) out[i] = x[i] * mask[i];
  }
}

// Whether MaskedAddSpan can do it.
bool HasKernel(const at::Tensor& x) { return x.is_cpu() && x.scalar_type() == at::kFloat; }

at::Tensor TimesMask(const at::Tensor& residual, const at::Tensor& x, const at::Tensor& mask) {
  return residual.defined() ? at::addcmul(residual, x, mask) : x * mask;
}

// out = residual + mask * x, a span at a time, where HasKernel; what no span covers stays as it is made: 0.
class MaskedSpans {
 public:
  MaskedSpans(const at::Tensor& residual, const at::Tensor& x, bool covers_all, uint32_t site,
              uint32_t threshold)
      : in_(x.contiguous()),
        base_(residual.defined() ? residual.contiguous() : at::Tensor()),
        out_(covers_all ? at::empty_like(in_) : at::zeros_like(in_)),
        x_(in_.const_data_ptr<float>()),
        residual_(base_.defined() ? base_.const_data_ptr<float>() : nullptr),
        sum_(out_.mutable_data_ptr<float>()),
        site_(site),
        threshold_(threshold) {}

  // The span number `span` of `elements` that begin at the element `begin` and have the mask of a row of this key.
  void Add(int64_t begin, int64_t elements, int64_t span, uint64_t key) const {
    const int64_t done = span * kSpan, at = begin + done;
    MaskedAddSpan(x_ + at, residual_ != nullptr ? residual_ + at : nullptr, sum_ + at,
                  std::min(kSpan, elements - done), key, site_,
                  static_cast<uint64_t>(span * kLanes), threshold_, Scale(threshold_));
  }
  const at::Tensor& out() const { return out_; }

 private:
  at::Tensor in_, base_, out_;
  const float *x_, *residual_;
  float* sum_;
  uint32_t site_, threshold_;
};

int64_t SpansOf(int64_t elements) { return (elements + kSpan - 1) / kSpan; }

// out = residual + mask * x over [rows, elements].
at::Tensor MaskedAdd(const at::Tensor& residual, const at::Tensor& x,
                     const std::vector<uint64_t>& row_keys, uint32_t site, uint32_t threshold) {
  const int64_t rows = static_cast<int64_t>(row_keys.size());
  const int64_t elements = rows > 0 ? x.numel() / rows : 0;
  if (!HasKernel(x)) {
    return TimesMask(residual, x,
                     internal::KeyedMask(row_keys, elements, site, threshold / 65536.0, x.device())
                         .to(x.scalar_type())
                         .view(x.sizes()));
  }
  const MaskedSpans masked(residual, x, /*covers_all=*/true, site, threshold);
  const int64_t spans = SpansOf(elements);
  ParallelFor(rows * spans, 256, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t row = i / spans;
      masked.Add(row * elements, elements, i % spans, row_keys[static_cast<size_t>(row)]);
    }
  });
  return masked.out();
}

// MaskedAdd of a packed x [rows, time, width]: each segment takes the mask of its key's row.
at::Tensor MaskedAddPacked(const at::Tensor& residual, const at::Tensor& x, const Packing& packing,
                           const std::vector<uint64_t>& row_keys, uint32_t site,
                           uint32_t threshold) {
  T2T_CHECK(x.dim() == 3 && x.sizes().slice(0, 2) == packing.segments().sizes())
      << x.sizes() << " packed as " << packing.segments().sizes();
  const int64_t width = x.size(2);
  if (!HasKernel(x)) {
    const at::Tensor straight = internal::KeyedMask(row_keys, packing.longest() * width, site,
                                                    threshold / 65536.0, x.device());
    return TimesMask(residual, x,
                     straight.view({-1, width})
                         .index_select(0, packing.flat_places())
                         .to(x.scalar_type())
                         .view(x.sizes()));
  }
  const MaskedSpans masked(residual, x, /*covers_all=*/false, site, threshold);
  ParallelFor(static_cast<int64_t>(row_keys.size()), 4, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const auto segment = static_cast<size_t>(i);
      const int64_t elements = packing.lengths()[segment] * width;
      for (int64_t span = 0; span < SpansOf(elements); ++span)
        masked.Add(packing.begins()[segment] * width, elements, span, row_keys[segment]);
    }
  });
  return masked.out();
}

// A custom function takes an absent tensor only as an empty optional.
std::optional<at::Tensor> Optional(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional<at::Tensor>(tensor) : std::nullopt;
}

// What a mask is a function of, beside the elements' places; lives as long as the graph's node.
struct MaskKey : torch::CustomClassHolder {
  std::vector<uint64_t> row_keys;
  uint32_t site = 0, threshold = 0;
  std::optional<at::Tensor> places;        // ForwardContext::places
  std::shared_ptr<const Packing> packing;  // ForwardContext::packing
};

// MaskedAdd, for x [rows, time, width] whose position t takes the mask of position places[row, t], or that is packed.
at::Tensor MaskedAddAt(const at::Tensor& residual, const at::Tensor& x, const MaskKey& key) {
  if (key.packing != nullptr)
    return MaskedAddPacked(residual, x, *key.packing, key.row_keys, key.site, key.threshold);
  if (!key.places.has_value()) return MaskedAdd(residual, x, key.row_keys, key.site, key.threshold);
  T2T_CHECK(x.dim() == 3 && key.places->sizes() == x.sizes().slice(0, 2))
      << x.sizes() << " at " << key.places->sizes();
  const at::Tensor straight =
      MaskedAdd({}, at::ones_like(x), key.row_keys, key.site, key.threshold);
  return TimesMask(residual, x, straight.gather(1, key.places->unsqueeze(2).expand_as(x)));
}

class DropoutAddFunction : public torch::autograd::Function<DropoutAddFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* ctx,
                            const std::optional<at::Tensor>& residual, const at::Tensor& x,
                            c10::intrusive_ptr<MaskKey> key) {
    ctx->saved_data["key"] = c10::IValue::make_capsule(key);
    ctx->saved_data["has_residual"] = residual.has_value();
    return MaskedAddAt(residual.value_or(at::Tensor()), x, *key);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 const torch::autograd::variable_list& grads) {
    const auto capsule = ctx->saved_data["key"].toCapsule();
    const at::Tensor x_grad =
        MaskedAddAt(at::Tensor(), grads[0], static_cast<const MaskKey&>(*capsule));
    return {ctx->saved_data["has_residual"].toBool() ? grads[0] : at::Tensor(), x_grad,
            at::Tensor()};
  }
};

}  // namespace

at::Tensor DropoutAdd(const at::Tensor& residual, const at::Tensor& x, double rate,
                      ForwardContext& context) {
  const uint32_t site = context.site++;
  const uint32_t threshold = Threshold(rate);
  if (!context.training || threshold == 0) return residual.defined() ? residual + x : x;
  const auto keyed = context.packing != nullptr
                         ? static_cast<int64_t>(context.packing->lengths().size())
                         : x.size(0);
  T2T_CHECK(static_cast<int64_t>(context.row_keys.size()) == keyed)
      << context.row_keys.size() << " row keys for " << keyed << " rows";
  auto key = c10::make_intrusive<MaskKey>();
  key->row_keys = context.row_keys;
  key->site = site;
  key->threshold = threshold;
  key->places = Optional(context.places);
  key->packing = context.packing;
  return DropoutAddFunction::apply(Optional(residual), x, std::move(key));
}

namespace internal {

at::Tensor KeyedMask(const std::vector<uint64_t>& row_keys, int64_t elements, uint32_t site,
                     double rate, const at::Device& device) {
  const int64_t rows = static_cast<int64_t>(row_keys.size());
  const int64_t blocks = (elements + kPerBlock - 1) / kPerBlock;
  const uint32_t threshold = Threshold(rate);
  std::vector<int64_t> low, high;
  for (uint64_t key : row_keys) {
    low.push_back(static_cast<int64_t>(key & 0xFFFFFFFFu));
    high.push_back(static_cast<int64_t>(key >> 32));
  }
  const auto integers = at::TensorOptions().dtype(at::kLong);
  at::Tensor k0 = at::tensor(low, integers).to(device).unsqueeze(1);   // [rows, 1]
  at::Tensor k1 = at::tensor(high, integers).to(device).unsqueeze(1);  // [rows, 1]
  const int64_t mask32 = 0xFFFFFFFF;
  at::Tensor c0 = at::arange(blocks, integers.device(device)).unsqueeze(0).expand({rows, blocks});
  at::Tensor c1 = at::zeros({rows, blocks}, integers.device(device));
  at::Tensor c2 = at::full({rows, blocks}, static_cast<int64_t>(site), integers.device(device));
  at::Tensor c3 = c1;
  // 32 x 32 -> 64 bits in int64 wraps as unsigned does; the shift is made logical by the mask.
  for (int round = 0; round < kRounds; ++round) {
    const at::Tensor p0 = c0 * int64_t{0xD2511F53};
    const at::Tensor p1 = c2 * int64_t{0xCD9E8D57};
    const at::Tensor n0 =
        p1.bitwise_right_shift(32).bitwise_and(mask32).bitwise_xor(c1).bitwise_xor(k0);
    const at::Tensor n2 =
        p0.bitwise_right_shift(32).bitwise_and(mask32).bitwise_xor(c3).bitwise_xor(k1);
    c1 = p1.bitwise_and(mask32);
    c3 = p0.bitwise_and(mask32);
    c0 = n0;
    c2 = n2;
    k0 = (k0 + int64_t{0x9E3779B9}).bitwise_and(mask32);
    k1 = (k1 + int64_t{0xBB67AE85}).bitwise_and(mask32);
  }
  const at::Tensor words = at::stack({c0, c1, c2, c3}, 2);  // [rows, blocks, 4]
  const at::Tensor bits = at::stack({words.bitwise_and(0xFFFF), words.bitwise_right_shift(16)},
                                    3);  // [rows, blocks, 4, 2]
  return bits.reshape({rows, blocks * kPerBlock})
      .narrow(1, 0, elements)
      .ge(static_cast<int64_t>(threshold))
      .to(at::kFloat)
      .mul(Scale(threshold));
}

}  // namespace internal
}  // namespace t2t

#undef T2T_VECTOR_CLONES
