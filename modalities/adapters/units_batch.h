// UnitsBatch: the Units of one port for several examples, padded to one length. Lengths are explicit:
// nothing is ever inferred from the padding's value.
#ifndef T2T_MODALITIES_ADAPTERS_UNITS_BATCH_H_
#define T2T_MODALITIES_ADAPTERS_UNITS_BATCH_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "modalities/codecs/units.h"

namespace t2t {

struct UnitsBatch {
  at::Tensor ids;                // [batch, time] int64; undefined for frames
  at::Tensor frames;             // [batch, time, frame_width] float; undefined for ids
  at::Tensor positions;          // [batch or 1, time, axes] int64
  std::vector<int64_t> lengths;  // [batch]
  int64_t raw_units = 0;         // of all rows

  int64_t batch() const { return static_cast<int64_t>(lengths.size()); }
  int64_t time() const { return ids.defined() ? ids.size(1) : frames.size(1); }
  UnitsBatch To(const at::Device& device) const;
};

// Pads to the longest row, or to `time` where that is longer. All rows must be of one codec.
UnitsBatch Collate(const std::vector<const Units*>& rows, int64_t time = 1);
UnitsBatch Collate(const std::vector<Units>& rows, int64_t time = 1);

}  // namespace t2t

#endif  // T2T_MODALITIES_ADAPTERS_UNITS_BATCH_H_
