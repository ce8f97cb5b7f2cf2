// The k-mers of a sequence as numbers, for comparing sequences by what they share.
#ifndef T2T_MODALITIES_CODECS_KMERS_H_
#define T2T_MODALITIES_CODECS_KMERS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace t2t {

// Sorted, each as often as it is there: a byte a letter, so that k is at most 8. What is shorter than k is one k-mer of its
// own; nothing has none.
inline std::vector<uint64_t> SortedKmers(absl::string_view letters, size_t k) {
  std::vector<uint64_t> kmers;
  const uint64_t mask = k == 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * k)) - 1;
  uint64_t kmer = 0;
  for (size_t i = 0; i < letters.size(); ++i) {
    kmer = (kmer << 8 | static_cast<unsigned char>(letters[i])) & mask;
    if (i + 1 >= k) kmers.push_back(kmer);
  }
  if (kmers.empty() && !letters.empty()) kmers.push_back(kmer);
  std::sort(kmers.begin(), kmers.end());
  return kmers;
}

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_KMERS_H_
