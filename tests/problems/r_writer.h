// Writes what R's save() does (R Internals, section 1.8), as far as the reader knows it.
#ifndef T2T_TESTS_PROBLEMS_R_WRITER_H_
#define T2T_TESTS_PROBLEMS_R_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

namespace t2t {

inline constexpr uint32_t kTaggedPair = 2 | 1u << 10, kAttributes = 1u << 9;

class RWriter {
 public:
  RWriter& Word(uint32_t word) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(word >> shift);
    return *this;
  }
  RWriter& Characters(const std::string& text) {
    Word(9).Word(static_cast<uint32_t>(text.size()));
    bytes += text;
    return *this;
  }
  RWriter& Symbol(const std::string& name) { return Word(1).Characters(name); }
  RWriter& Strings(const std::vector<std::string>& texts) {
    Word(16).Word(static_cast<uint32_t>(texts.size()));
    for (const std::string& text : texts) Characters(text);
    return *this;
  }

  std::string bytes = "RDX2\nX\n";
};

}  // namespace t2t

#endif  // T2T_TESTS_PROBLEMS_R_WRITER_H_
