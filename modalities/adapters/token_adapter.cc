#include "modalities/adapters/token_adapter.h"

#include <ATen/ATen.h>

#include <cmath>

#include "absl/strings/str_cat.h"

namespace t2t {

TokenAdapter::TokenAdapter(int64_t vocabulary_size, int64_t width) {
  const double deviation = 1.0 / std::sqrt(static_cast<double>(width));
  table_ = AddNormal("table", {vocabulary_size + 1, width}, deviation);
}

Stream TokenAdapter::Forward(const UnitsBatch& units) const {
  Stream stream;
  stream.values = at::embedding(table_, units.ids) * std::sqrt(static_cast<double>(table_.size(1)));
  stream.positions = units.positions;
  stream.lengths = units.lengths;
  stream.valid = ValidFromLengths(units.lengths, units.time(), table_.device());
  return stream;
}

absl::StatusOr<std::shared_ptr<InputAdapter>> MakeTokenAdapter(const Codec& codec, Binder&,
                                                               int64_t width) {
  if (codec.vocabulary_size() <= 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("a token adapter needs ids, but ", codec.Describe(), " gives frames"));
  }
  return std::make_shared<TokenAdapter>(codec.vocabulary_size(), width);
}

}  // namespace t2t
