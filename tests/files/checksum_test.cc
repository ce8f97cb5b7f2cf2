#include "files/checksum.h"

#include <gtest/gtest.h>

#include "tests/files/damage.h"

namespace t2t {
namespace {

// RFC 3720, appendix B.4.
TEST(Crc32c, KnownAnswers) {
  EXPECT_EQ(Crc32c(""), 0u);
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(Crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
  std::string rising;
  for (char c = 0; c < 32; ++c) rising.push_back(c);
  EXPECT_EQ(Crc32c(rising), 0x46DD794Eu);
}

// At every length and alignment, against the definition bit by bit.
TEST(Crc32c, EqualsTheDefinition) {
  Philox random(RandomKey(1).With("crc"));
  const std::string bytes = RandomBytes(random, 200);
  for (size_t begin = 0; begin < 9; ++begin) {
    uint32_t crc = ~0u;
    for (size_t size = 0; begin + size < bytes.size(); ++size) {
      ASSERT_EQ(Crc32c(std::string_view(bytes).substr(begin, size)), ~crc) << begin << ' ' << size;
      crc ^= static_cast<unsigned char>(bytes[begin + size]);
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78u : 0u);
    }
  }
}

// The mask of tensorflow/core/lib/hash/crc32c.h: ((crc >> 15) | (crc << 17)) + 0xa282ead8.
TEST(Crc32c, Mask) {
  EXPECT_EQ(MaskCrc32c(0), 0xa282ead8u);
  EXPECT_EQ(MaskCrc32c(0x00008000u), 0xa282ead9u);
  EXPECT_EQ(MaskCrc32c(0xE3069283u), 0xc78ab0e5u);
}

// FIPS 180-4 example values (NIST); the last ones from sha256sum.
TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Sha256Hex(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  // 55, 56 and 64 bytes: the padding just fits, needs a block of its own, follows a full block.
  EXPECT_EQ(Sha256Hex(std::string(55, 'a')),
            "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
  EXPECT_EQ(Sha256Hex(std::string(56, 'a')),
            "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
  EXPECT_EQ(Sha256Hex(std::string(64, 'a')),
            "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
}

TEST(Sha256, OfAFile) {
  const TestFolder folder;
  Philox random(RandomKey(1).With("sha"));
  const std::string bytes = RandomBytes(random, 700001);  // Not a whole number of reads.
  WriteRaw(folder / "file", bytes);
  EXPECT_EQ(Sha256HexOfFile(folder / "file").value(), Sha256Hex(bytes));
  const auto missing = Sha256HexOfFile(folder / "none");
  EXPECT_TRUE(absl::IsNotFound(missing.status())) << missing.status();
}

}  // namespace
}  // namespace t2t
