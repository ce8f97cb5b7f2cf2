#include "tensor2tensor/models/transformer_body.h"

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "registry/check.h"
#include "tensor2tensor/layers/checkpointing.h"
#include "tensor2tensor/layers/dropout.h"
#include "tensor2tensor/layers/packing.h"

namespace t2t {

void TransformerOptions::Bind(Binder& b) {
  b.Choice("layout", &layout, {"encoder_decoder", "decoder_only", "encoder_only"},
           "how the blocks are put together");
  b.Field("d_model", &d_model, "width of every stream");
  b.Field("heads", &heads, "attention heads; must divide d_model");
  b.Field("ff", &ff, "inner width of the feed-forward layer");
  if (layout == "encoder_decoder") {
    b.Field("encoder_layers", &encoder_layers, "blocks of the encoder");
    b.Field("decoder_layers", &decoder_layers, "blocks of the decoder");
    b.Field(
        "local_attention", &local_attention,
        "positions that an autoregressive target is cut into: each sees its own stretch and the "
        "one before, such as rows of a picture; 0 = all before");
  } else {
    b.Field("layers", &layers, "blocks of the one stack");
  }
  b.Choice("feed_forward", &feed_forward, FeedForward::Kinds(),
           "activation; the last two are gated");
  b.Choice("norm", &norm, {"pre", "post"}, "norm before each part, or behind its residual");
  b.Choice("norm_kind", &norm_kind, {"layer", "rms"}, "layer normalisation or RMSNorm");
  b.Choice("positions", &positions, {"rotary", "sinusoidal", "learned"}, "how order is told");
  if (positions == "learned") b.Field("max_positions", &max_positions, "rows of the table");
  b.Field("dropout", &dropout, "rate on embeddings and on every residual");
  b.Field("checkpoint_activations", &checkpoint_activations,
          "compute blocks again in the backward pass");
  if (d_model <= 0) b.Error("d_model", "must be positive");
  if (heads <= 0 || (d_model > 0 && d_model % heads != 0)) {
    b.Error("heads", absl::StrCat("must divide d_model = ", d_model));
  } else if (positions == "rotary" && (d_model / heads) % 2 != 0) {
    b.Error("heads",
            absl::StrCat("rotary positions need an even width of a head, not ", d_model / heads));
  }
  if (d_model % 2 != 0) b.Error("d_model", "must be even");
  if (ff <= 0) b.Error("ff", "must be positive");
  if (encoder_layers < 0) b.Error("encoder_layers", "must not be negative");
  if (decoder_layers <= 0) b.Error("decoder_layers", "must be positive");
  if (layers <= 0) b.Error("layers", "must be positive");
  if (dropout < 0 || dropout >= 1) b.Error("dropout", "must be in [0, 1)");
  if (local_attention < 0) b.Error("local_attention", "must not be negative");
  if (max_positions <= 0) b.Error("max_positions", "must be positive");
}

TransformerBody::TransformerBody(const TransformerOptions& options, int64_t axes)
    : options_(options), axes_(axes) {
  const auto norm = [&] {
    return std::make_shared<Norm>(
        options.d_model, options.norm_kind == "rms" ? Norm::Kind::kRms : Norm::Kind::kLayer);
  };
  const bool pre_norm = options.norm == "pre";
  if (options.layout == "encoder_decoder") {
    encoder_ = MakeStack("encoder", options.encoder_layers, false);
    if (pre_norm) encoder_norm_ = register_module("encoder_norm", norm());
    decoder_ = MakeStack("decoder", options.decoder_layers, true);
  } else {
    decoder_ = MakeStack("decoder", options.layers, false);
  }
  if (pre_norm) decoder_norm_ = register_module("decoder_norm", norm());
  if (options.positions == "learned") {
    // All axes together as large as sinusoids, whose mean square is a half: beside units of deviation 1 smaller ones go unseen
    // for hundreds of steps.
    const double deviation = std::sqrt(0.5 / static_cast<double>(axes));
    for (int64_t axis = 0; axis < axes; ++axis) {
      tables_.push_back(AddNormal(absl::StrCat("positions_axis", axis),
                                  {options.max_positions, options.d_model}, deviation));
    }
  }
}

TransformerBody::Stack TransformerBody::MakeStack(const std::string& name, int64_t layers,
                                                  bool cross) {
  BlockOptions block;
  block.width = options_.d_model;
  block.heads = options_.heads;
  block.inner = options_.ff;
  block.feed_forward = options_.feed_forward;
  block.pre_norm = options_.norm == "pre";
  block.norm = options_.norm_kind == "rms" ? Norm::Kind::kRms : Norm::Kind::kLayer;
  block.dropout = options_.dropout;
  block.cross = cross;
  Stack stack;
  auto holder = register_module(name, std::make_shared<torch::nn::Module>());
  for (int64_t i = 0; i < layers; ++i) {
    stack.push_back(
        holder->register_module(absl::StrCat(i), std::make_shared<TransformerBlock>(block)));
  }
  return stack;
}

at::Tensor TransformerBody::Embed(const Stream& stream, ForwardContext& context) const {
  at::Tensor x = stream.values;
  context.places = stream.places;
  context.packing = stream.packing;
  if (options_.positions == "sinusoidal") {
    x = x + Sinusoids(stream.positions, options_.d_model).to(x.scalar_type());
  } else if (options_.positions == "learned") {
    // Padding may stand beyond the table: batches are padded up. What is valid was checked to be within it.
    const at::Tensor rows = stream.positions.clamp_max(options_.max_positions - 1);
    for (int64_t axis = 0; axis < axes_; ++axis) {
      x = x + at::embedding(tables_[static_cast<size_t>(axis)], rows.select(2, axis));
    }
  }
  return DropoutAdd({}, x, options_.dropout, context);
}

BlockInputs TransformerBody::InputsFor(const at::Tensor& positions) const {
  BlockInputs inputs;
  if (options_.positions == "rotary") {
    inputs.rotary = MakeRotaryTable(positions, options_.d_model / options_.heads);
  }
  return inputs;
}

at::Tensor TransformerBody::RunStack(const Stack& stack, at::Tensor x, const at::Tensor& memory,
                                     const BlockInputs& inputs, ForwardContext& context) const {
  for (size_t i = 0; i < stack.size(); ++i) {
    const auto& block = stack[i];
    const int64_t layer = static_cast<int64_t>(i);
    if (options_.checkpoint_activations && context.training) {
      x = Checkpointed(
          [block, inputs, layer](const std::vector<at::Tensor>& in, ForwardContext& inner) {
            return block->Forward(in[0], in[1], inputs, layer, inner);
          },
          {x, memory}, block->parameters(), context);
    } else {
      x = block->Forward(x, memory, inputs, layer, context);
    }
  }
  context.places = at::Tensor();  // of this stream alone
  context.packing = nullptr;
  return x;
}

at::Tensor TransformerBody::Finish(const std::shared_ptr<Norm>& norm, const at::Tensor& x,
                                   const Stream& stream) const {
  const at::Tensor states = norm != nullptr ? norm->Forward(x) : x;
  return stream.packing != nullptr ? stream.packing->Unpack(states) : states;
}

namespace {

// The stream as the stacks see it: its rows packed where the context says so.
Stream Packed(const Stream& stream, const ForwardContext& context) {
  return context.packed_rows.empty() ? stream : Pack(stream, context.packed_rows);
}

// Who may see whom in a stream that is computed at once.
AttentionMask SelfMask(const Visibility& visibility, const Stream& stream, bool padding_behind) {
  const at::TensorOptions options = stream.values.options();
  if (stream.packing != nullptr)
    return MakePackedMask(visibility, *stream.packing, *stream.packing, options);
  return MakeAttentionMask(visibility, stream.valid, stream.time(), stream.time(), padding_behind,
                           options);
}

}  // namespace

Memory TransformerBody::Encode(const std::vector<Stream>& streams, ForwardContext& context) const {
  Memory memory;
  memory.stream = Concatenate(streams, axes_);
  if (options_.layout != "encoder_decoder") return memory;
  const Stream stream = Packed(memory.stream, context);
  BlockInputs inputs = InputsFor(stream.positions);
  inputs.self_mask = SelfMask(Visibility::Full(), stream, true);
  memory.stream.values = Finish(
      encoder_norm_, RunStack(encoder_, Embed(stream, context), {}, inputs, context), stream);
  return memory;
}

at::Tensor TransformerBody::InputStates(const Memory& memory, ForwardContext& context) const {
  if (options_.layout == "encoder_decoder") return memory.stream.values;
  const Stream stream = Packed(memory.stream, context);
  BlockInputs inputs = InputsFor(stream.positions);
  inputs.self_mask = SelfMask(Visibility::Full(), stream, false);
  return Finish(decoder_norm_, RunStack(decoder_, Embed(stream, context), {}, inputs, context),
                stream);
}

at::Tensor TransformerBody::Run(const Stream& given, const Memory& memory,
                                const Visibility& visibility, KvCache* cache,
                                ForwardContext& context) const {
  const Stream whole = Concatenate({given}, axes_);
  if (options_.layout != "encoder_decoder")
    return RunJoint(whole, memory, visibility, cache, context);
  Visibility sees = visibility;
  if (sees.kind == Visibility::Kind::kCausal) sees.block = options_.local_attention;
  const at::TensorOptions options = whole.values.options();
  if (cache != nullptr) {
    BlockInputs inputs = InputsFor(whole.positions);
    inputs.cache = cache;
    inputs.self_mask =
        MakeAttentionMask(sees, cache->Valid(whole.time()), whole.time(),
                          cache->length() + whole.time(), /*padding_behind=*/false, options);
    inputs.cross_mask.additive = cache->memory_mask;
    const at::Tensor x =
        RunStack(decoder_, Embed(whole, context), memory.stream.values, inputs, context);
    cache->Extend(whole.time(), {});
    return Finish(decoder_norm_, x, whole);
  }
  const Stream target = Packed(whole, context), seen = Packed(memory.stream, context);
  BlockInputs inputs = InputsFor(target.positions);
  inputs.self_mask = SelfMask(sees, target, true);
  inputs.cross_mask =
      target.packing != nullptr
          ? MakePackedMask(Visibility::Full(), *target.packing, *seen.packing, options)
          : MakeAttentionMask(Visibility::Full(), seen.valid, target.time(), seen.time(), true,
                              options);
  return Finish(decoder_norm_,
                RunStack(decoder_, Embed(target, context), seen.values, inputs, context), target);
}

at::Tensor TransformerBody::RunJoint(const Stream& target, const Memory& memory,
                                     const Visibility& visibility, KvCache* cache,
                                     ForwardContext& context) const {
  const int64_t prefix = memory.stream.values.defined() ? memory.stream.time() : 0;
  if (cache == nullptr) {
    const Stream joint = Packed(Concatenate({memory.stream, target}, axes_), context);
    BlockInputs inputs = InputsFor(joint.positions);
    const Visibility seen =
        visibility.kind == Visibility::Kind::kFull ? visibility : Visibility::Prefix(prefix);
    inputs.self_mask = SelfMask(seen, joint, false);
    const at::Tensor x = RunStack(decoder_, Embed(joint, context), {}, inputs, context);
    return Finish(decoder_norm_, x, joint).narrow(1, prefix, target.time());
  }
  if (cache->length() == 0) {  // the inputs do not see the target: their part is computed once
    const Stream& stream = memory.stream;
    BlockInputs inputs = InputsFor(stream.positions);
    inputs.cache = cache;
    inputs.self_mask = MakeAttentionMask(Visibility::Full(), stream.valid, prefix, prefix, false,
                                         stream.values.options());
    RunStack(decoder_, Embed(stream, context), {}, inputs, context);
    cache->Extend(prefix, stream.valid);
    cache->origin = NextPosition(stream);
  }
  Stream placed = target;
  placed.positions = target.positions + cache->origin;
  BlockInputs inputs = InputsFor(placed.positions);
  inputs.cache = cache;
  inputs.self_mask =
      MakeAttentionMask(visibility, cache->Valid(target.time()), target.time(),
                        cache->length() + target.time(), false, target.values.options());
  const at::Tensor x = RunStack(decoder_, Embed(placed, context), {}, inputs, context);
  cache->Extend(target.time(), {});
  return Finish(decoder_norm_, x, placed);
}

std::unique_ptr<KvCache> TransformerBody::NewCache(const Memory& memory,
                                                   int64_t target_capacity) const {
  const Stream& stream = memory.stream;
  const bool joint = options_.layout != "encoder_decoder";
  auto cache =
      std::make_unique<KvCache>(static_cast<int64_t>(decoder_.size()), stream.batch(),
                                options_.heads, target_capacity + (joint ? stream.time() : 0),
                                options_.d_model / options_.heads, stream.values.options());
  if (!joint) {
    cache->memory_mask = MakeAttentionMask(Visibility::Full(), stream.valid, 1, stream.time(), true,
                                           stream.values.options())
                             .additive;
  }
  return cache;
}

absl::StatusOr<std::shared_ptr<Body>> MakeTransformerBody(Binder& options, int64_t axes) {
  TransformerOptions transformer;
  transformer.Bind(options);
  if (!options.status().ok()) return options.status();
  return std::make_shared<TransformerBody>(transformer, axes);
}

}  // namespace t2t
