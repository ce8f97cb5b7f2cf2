// Integers as little-endian bytes, the order of every format in this folder, on any machine.
//
//   std::string bytes;
//   AppendLittleEndian<uint32_t>(7, &bytes);        // 07 00 00 00
//   LoadLittleEndian<uint32_t>(bytes.data());       // 7
#ifndef T2T_FILES_LITTLE_ENDIAN_H_
#define T2T_FILES_LITTLE_ENDIAN_H_

#include <cstddef>
#include <string>
#include <type_traits>

namespace t2t {

template <typename T>
T LoadLittleEndian(const char* bytes) {
  static_assert(std::is_unsigned_v<T>);
  T value = 0;
  for (size_t i = sizeof(T); i-- > 0;) {
    value = static_cast<T>((value << 8) | static_cast<unsigned char>(bytes[i]));
  }
  return value;
}

template <typename T>
void AppendLittleEndian(std::type_identity_t<T> value, std::string* out) {
  static_assert(std::is_unsigned_v<T>);
  for (size_t i = 0; i < sizeof(T); ++i) {
    out->push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * i))));
  }
}

}  // namespace t2t

#endif  // T2T_FILES_LITTLE_ENDIAN_H_
