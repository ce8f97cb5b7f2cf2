// The two checksums of our files: CRC-32C (Castagnoli) guards records against damage, SHA-256 names
// contents (downloads, vocabularies).
//
//   Crc32c("123456789");    // 0xE3069283, the check value of RFC 3720, appendix B.4
//   Sha256Hex("abc");       // "ba7816bf..."
#ifndef T2T_FILES_CHECKSUM_H_
#define T2T_FILES_CHECKSUM_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace t2t {

uint32_t Crc32c(std::string_view bytes);

// What TFRecord stores instead of the plain value, so that a checksum over bytes that hold a
// checksum is not degenerate.
uint32_t MaskCrc32c(uint32_t crc);

// 64 lower-case hexadecimal digits (FIPS 180-4).
std::string Sha256Hex(std::string_view bytes);
absl::StatusOr<std::string> Sha256HexOfFile(const std::string& path);

}  // namespace t2t

#endif  // T2T_FILES_CHECKSUM_H_
