// TransformerBody: the Transformer in three layouts made of the same blocks.
//
//   encoder_decoder  inputs -> encoder -> memory; target -> decoder that sees the memory by cross-attention
//   decoder_only     one stack over [inputs; target]; inputs see each other, the target itself causally
//   encoder_only     one stack over [inputs; target] that all see each other; for one-shot targets
//
// Vaswani et al., arXiv 1706.03762; prefix form: Raffel et al., arXiv 1910.10683, section 3.2.
#ifndef T2T_TENSOR2TENSOR_MODELS_TRANSFORMER_BODY_H_
#define T2T_TENSOR2TENSOR_MODELS_TRANSFORMER_BODY_H_

#include <string>
#include <vector>

#include "tensor2tensor/models/body.h"
#include "tensor2tensor/models/transformer_block.h"

namespace t2t {

struct TransformerOptions {
  std::string layout = "encoder_decoder";
  int64_t d_model = 256;       // width of every stream
  int64_t heads = 4;           // attention heads; must divide d_model
  int64_t ff = 1024;           // inner width of the feed-forward layer
  int64_t encoder_layers = 4;  // encoder_decoder only
  int64_t decoder_layers = 4;  // encoder_decoder only
  int64_t layers = 6;          // the other layouts
  // encoder_decoder only: a causal target sees its own block of so many positions and the one before it; 0 = all before.
  int64_t local_attention = 0;
  std::string feed_forward = "gelu";
  std::string norm = "pre";          // pre or post
  std::string norm_kind = "layer";   // layer or rms
  std::string positions = "rotary";  // rotary, sinusoidal or learned
  int64_t max_positions = 1024;      // learned only: rows of the table
  double dropout = 0.1;              // on embeddings and on every residual
  bool checkpoint_activations =
      false;  // compute blocks again in the backward pass, for less memory
  void Bind(Binder& binder);
};

class TransformerBody : public Body {
 public:
  TransformerBody(const TransformerOptions& options, int64_t axes);
  Memory Encode(const std::vector<Stream>& inputs, ForwardContext& context) const override;
  at::Tensor InputStates(const Memory& memory, ForwardContext& context) const override;
  at::Tensor Run(const Stream& target, const Memory& memory, const Visibility& visibility,
                 KvCache* cache, ForwardContext& context) const override;
  std::unique_ptr<KvCache> NewCache(const Memory& memory, int64_t target_capacity) const override;
  int64_t width() const override { return options_.d_model; }
  bool causal() const override { return options_.layout != "encoder_only"; }
  bool has_decoder() const override { return options_.layout == "encoder_decoder"; }
  bool packs() const override { return true; }
  bool joint_positions() const override { return options_.layout != "encoder_decoder"; }
  int64_t max_positions() const override {
    return options_.positions == "learned" ? options_.max_positions : 0;
  }

 private:
  using Stack = std::vector<std::shared_ptr<TransformerBlock>>;
  Stack MakeStack(const std::string& name, int64_t layers, bool cross);
  // Adds positions (unless rotary) and drops out.
  at::Tensor Embed(const Stream& stream, ForwardContext& context) const;
  BlockInputs InputsFor(const at::Tensor& positions) const;
  at::Tensor RunStack(const Stack& stack, at::Tensor x, const at::Tensor& memory,
                      const BlockInputs& inputs, ForwardContext& context) const;
  at::Tensor RunJoint(const Stream& target, const Memory& memory, const Visibility& visibility,
                      KvCache* cache, ForwardContext& context) const;
  // The last norm, where there is one, and the rows as they were before `stream` was packed.
  at::Tensor Finish(const std::shared_ptr<Norm>& norm, const at::Tensor& x,
                    const Stream& stream) const;

  TransformerOptions options_;
  int64_t axes_;
  Stack encoder_, decoder_;  // the joint layouts have only a decoder
  std::shared_ptr<Norm> encoder_norm_, decoder_norm_;
  std::vector<at::Tensor> tables_;  // learned positions: for each axis [max_positions, d_model]
};

absl::StatusOr<std::shared_ptr<Body>> MakeTransformerBody(Binder& options, int64_t axes);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_MODELS_TRANSFORMER_BODY_H_
