// InputAdapter: how the units of a port enter a body. Every one ends in a Stream of width d_model, by the
// type of this interface.
#ifndef T2T_MODALITIES_ADAPTERS_INPUT_ADAPTER_H_
#define T2T_MODALITIES_ADAPTERS_INPUT_ADAPTER_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "modalities/adapters/units_batch.h"
#include "modalities/codecs/codec.h"
#include "registry/config.h"
#include "registry/registry.h"
#include "tensor2tensor/layers/layer.h"
#include "tensor2tensor/layers/stream.h"

namespace t2t {

// Const methods are called from several threads at once.
class InputAdapter : public Layer {
 public:
  // Values [batch, time', width] with positions and lengths; time' may be shorter than the units' time
  // (strided convolutions). Positions are not added here: the body does that.
  virtual Stream Forward(const UnitsBatch& units) const = 0;
  // The table whose rows are the units' vectors, for a head that shares it: [ids, width]. Undefined where
  // the units are not discrete.
  virtual at::Tensor table() const { return {}; }
  // Whether each vector comes from one unit alone, so that units may enter one by one.
  virtual bool unit_by_unit() const { return true; }
  // How it reads its units beyond the shapes of its parameters, such as the patches along each axis; ports that share an
  // adapter must agree in it.
  virtual std::vector<int64_t> grid() const { return {}; }
};

// Makes the adapter of a port whose codec is ready. Binds what it reads of the port's options (the codec
// has bound its own); errors of options are kept in the Config.
using AdapterFactory = std::function<absl::StatusOr<std::shared_ptr<InputAdapter>>(
    const Codec& codec, Binder& options, int64_t width)>;

}  // namespace t2t

#endif  // T2T_MODALITIES_ADAPTERS_INPUT_ADAPTER_H_
