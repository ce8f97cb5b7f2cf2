// A number as text: as few digits as tell it from its neighbours of the same type, "nan" and "inf" for what is none.
#ifndef T2T_MODALITIES_CODECS_SHORTEST_DECIMAL_H_
#define T2T_MODALITIES_CODECS_SHORTEST_DECIMAL_H_

#include <charconv>
#include <string>

namespace t2t {

template <typename Number>
std::string ShortestDecimal(Number number) {
  char buffer[64];
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof(buffer), number).ptr);
}

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_SHORTEST_DECIMAL_H_
