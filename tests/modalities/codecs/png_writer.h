// Writes PNG files of every colour type, for the tests: OpenCV writes neither palettes nor grey
// with alpha.
#ifndef T2T_TESTS_MODALITIES_CODECS_PNG_WRITER_H_
#define T2T_TESTS_MODALITIES_CODECS_PNG_WRITER_H_

#include <cstdint>
#include <string>

namespace t2t {

inline std::string BigEndianBytes(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

inline std::string PngChunk(const std::string& type, const std::string& data) {
  uint32_t crc = ~0u;
  for (unsigned char c : type + data) {
    crc ^= c;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
  }
  return BigEndianBytes(static_cast<uint32_t>(data.size())) + type + data + BigEndianBytes(~crc);
}

// `rows`: `height` equal parts, the packed samples of each. `colour`: 0 grey, 2 RGB, 3 palette, 4
// grey and alpha, 6 RGBA. `more`: chunks ahead of the data (PLTE, tRNS). At most 64 KiB of data.
inline std::string WritePng(uint32_t width, uint32_t height, int bits, int colour,
                            const std::string& rows, const std::string& more = "") {
  std::string raw;
  const size_t stride = rows.size() / height;
  for (uint32_t row = 0; row < height; ++row) raw += '\0' + rows.substr(row * stride, stride);
  uint32_t a = 1, b = 0;  // Adler-32
  for (unsigned char c : raw) b = (b + (a = (a + c) % 65521)) % 65521;
  const auto size = static_cast<uint16_t>(raw.size());
  std::string zlib("\x78\x01\x01", 3);  // one stored block
  for (uint16_t value : {size, static_cast<uint16_t>(~size)}) {
    zlib += static_cast<char>(value & 255);
    zlib += static_cast<char>(value >> 8);
  }
  zlib += raw + BigEndianBytes((b << 16) | a);
  const std::string header = BigEndianBytes(width) + BigEndianBytes(height) +
                             static_cast<char>(bits) + static_cast<char>(colour) +
                             std::string(3, '\0');
  return std::string("\x89PNG\r\n\x1A\n", 8) + PngChunk("IHDR", header) + more +
         PngChunk("IDAT", zlib) + PngChunk("IEND", "");
}

}  // namespace t2t

#endif  // T2T_TESTS_MODALITIES_CODECS_PNG_WRITER_H_
