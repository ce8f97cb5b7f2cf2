#include "tensor2tensor/models/batch.h"

#include <ATen/ATen.h>

namespace t2t {

int64_t Batch::positions() const {
  int64_t sum = 0;
  for (const auto* ports : {&inputs, &targets}) {
    for (const auto& [name, units] : *ports) sum += units.batch() * units.time();
  }
  return sum;
}

int64_t Batch::real_positions() const {
  int64_t sum = 0;
  for (const auto* ports : {&inputs, &targets}) {
    for (const auto& [name, units] : *ports) {
      for (int64_t length : units.lengths) sum += length;
    }
  }
  return sum;
}

Batch Batch::To(const at::Device& device) const {
  Batch moved = *this;
  for (auto& [name, units] : moved.inputs) units = units.To(device);
  for (auto& [name, units] : moved.targets) units = units.To(device);
  return moved;
}

}  // namespace t2t
