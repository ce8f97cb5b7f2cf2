// PatchAdapter: frames -> width, by a linear projection of each frame, or, for image patches, by a stem of
// strided convolutions over the picture that the patches make up.
// Patches: Dosovitskiy et al., "An Image is Worth 16x16 Words", arXiv 2010.11929. Convolutional stem: Xiao et
// al., "Early Convolutions Help Transformers See Better", arXiv 2106.14881.
#ifndef T2T_MODALITIES_ADAPTERS_PATCH_ADAPTER_H_
#define T2T_MODALITIES_ADAPTERS_PATCH_ADAPTER_H_

#include <vector>

#include "modalities/adapters/input_adapter.h"
#include "tensor2tensor/layers/linear.h"

namespace t2t {

// values = W frame + b.
class LinearPatchAdapter : public InputAdapter {
 public:
  LinearPatchAdapter(int64_t frame_width, int64_t width);
  Stream Forward(const UnitsBatch& units) const override;

 private:
  std::shared_ptr<Linear> projection_;
};

// 3x3 convolutions of stride 2 with ReLU until a position is one patch, whose channels double up to the width, then 1x1. The patch
// must be a power of two and square; every row of a batch must be a whole grid.
class ConvolutionalPatchAdapter : public InputAdapter {
 public:
  ConvolutionalPatchAdapter(int64_t rows, int64_t columns, int64_t patch, int64_t channels,
                            int64_t width);
  Stream Forward(const UnitsBatch& units) const override;
  bool unit_by_unit() const override { return false; }
  std::vector<int64_t> grid() const override { return {rows_, columns_}; }

 private:
  struct Convolution {
    at::Tensor weight, bias, norm_weight, norm_bias;
  };
  int64_t rows_, columns_, patch_, channels_;
  std::vector<Convolution> convolutions_;
  at::Tensor projection_weight_, projection_bias_;
};

// A linear projection of each frame; no option.
absl::StatusOr<std::shared_ptr<InputAdapter>> MakeFrameAdapter(const Codec& codec, Binder& options,
                                                               int64_t width);

// Port option: stem = linear or convolution, whose channels and patch are read off the codec's frames.
absl::StatusOr<std::shared_ptr<InputAdapter>> MakePatchAdapter(const Codec& codec, Binder& options,
                                                               int64_t width);

}  // namespace t2t

#endif  // T2T_MODALITIES_ADAPTERS_PATCH_ADAPTER_H_
