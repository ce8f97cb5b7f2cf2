// SpectrumAdapter: stacked spectra of sound -> width, by strided convolutions over time.
//
// The stem of Whisper (Radford et al., arXiv 2212.04356, section 2.2), with a stride in every stage until a position is a
// stack: convolutions of width 3 over time with GELU, then a projection. Neighbouring positions see into each other; what
// lies behind a row's end is zeros in every stage, so that padding changes nothing.
#ifndef T2T_MODALITIES_ADAPTERS_SPECTRUM_ADAPTER_H_
#define T2T_MODALITIES_ADAPTERS_SPECTRUM_ADAPTER_H_

#include <vector>

#include "modalities/adapters/input_adapter.h"
#include "tensor2tensor/layers/linear.h"

namespace t2t {

class SpectrumAdapter : public InputAdapter {
 public:
  // Frames of `parts` spectra of `bins` numbers; parts must be a power of two.
  SpectrumAdapter(int64_t parts, int64_t bins, int64_t width);
  Stream Forward(const UnitsBatch& units) const override;
  bool unit_by_unit() const override { return false; }
  std::vector<int64_t> grid() const override { return {parts_, bins_}; }

 private:
  struct Convolution {
    at::Tensor weight, bias;
    int64_t stride;
  };
  int64_t parts_, bins_;
  std::vector<Convolution> convolutions_;
  std::shared_ptr<Linear> projection_;
};

// Port option: stem = convolution, or linear: a projection of each stack.
absl::StatusOr<std::shared_ptr<InputAdapter>> MakeSpectrumAdapter(const Codec& codec,
                                                                  Binder& options, int64_t width);

}  // namespace t2t

#endif  // T2T_MODALITIES_ADAPTERS_SPECTRUM_ADAPTER_H_
