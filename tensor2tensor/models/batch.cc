#include "tensor2tensor/models/batch.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace t2t {

namespace {

// Places of packed rows that no example takes, where each takes those of these ports and one for a tag.
int64_t PackedPadding(const std::vector<int64_t>& rows,
                      const std::vector<const UnitsBatch*>& ports) {
  std::vector<int64_t> filled(static_cast<size_t>(rows.back() + 1), 0);
  for (size_t i = 0; i < rows.size(); ++i) {
    int64_t& row = filled[static_cast<size_t>(rows[i])];
    row += 1;
    for (const UnitsBatch* units : ports) row += units->lengths[i];
  }
  const int64_t longest = *std::max_element(filled.begin(), filled.end());
  int64_t padding = 0;
  for (const int64_t row : filled) padding += longest - row;
  return padding;
}

}  // namespace

int64_t Batch::positions() const {
  if (!packed_rows.empty()) {
    std::vector<const UnitsBatch*> together;
    for (const auto& [name, units] : inputs) together.push_back(&units);
    int64_t sum = real_positions() + PackedPadding(packed_rows, together);
    for (const auto& [name, units] : targets) sum += PackedPadding(packed_rows, {&units});
    return sum;
  }
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
