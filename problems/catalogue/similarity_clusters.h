// Groups of sequences that resemble each other, so that a split can keep relatives together: a model that is tested on the
// sister of a training sequence is tested on its memory.
#ifndef T2T_PROBLEMS_CATALOGUE_SIMILARITY_CLUSTERS_H_
#define T2T_PROBLEMS_CATALOGUE_SIMILARITY_CLUSTERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace t2t {

// The cluster of each sequence, named by the smallest number of its members. Two sequences are in one cluster if they share
// at least `share` of the distinct k-mers of the one that has fewer, or if a chain of such pairs leads from one to the
// other (single linkage). Deterministic; independent of the order but for the names. k at most 8. Time grows with the sum
// over k-mers of the squared number of sequences that have it.
std::vector<int64_t> SimilarityClusters(const std::vector<std::string>& sequences, int64_t k,
                                        double share);

// The split of each sequence, by HashedSplit of its cluster's first member.
std::vector<const char*> SplitsBySimilarity(absl::string_view problem,
                                            const std::vector<std::string>& sequences, int64_t k,
                                            double share);

// Proteins that share a fifth of the 5-mers of the shorter one, in chains, are in one split.
std::vector<const char*> SplitsOfProteins(absl::string_view problem,
                                          const std::vector<std::string>& proteins);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_SIMILARITY_CLUSTERS_H_
