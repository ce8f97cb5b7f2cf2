#include "problems/rows/row.h"

#include "modalities/codecs/shortest_decimal.h"

namespace t2t {
namespace {

template <typename Number>
std::string TextOfNumbers(const std::vector<Number>& numbers) {
  std::string text;
  for (const Number number : numbers) {
    if (!text.empty()) text += ' ';
    text += ShortestDecimal(number);
  }
  return text;
}

}  // namespace

std::string TextOfValue(const Value& value) {
  if (value.is_bytes()) return value.bytes();
  return value.is_floats() ? TextOfNumbers(value.floats()) : TextOfNumbers(value.integers());
}

}  // namespace t2t
