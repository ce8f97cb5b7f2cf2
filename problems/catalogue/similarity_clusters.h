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

// Proteins that share a fifth of the 5-mers of the shorter one, in chains.
std::vector<int64_t> ProteinClusters(const std::vector<std::string>& proteins);

// The split of each sequence, by HashedSplit of its cluster's first member.
std::vector<const char*> SplitsOfClusters(absl::string_view problem,
                                          const std::vector<std::string>& sequences,
                                          const std::vector<int64_t>& clusters);

// The weight of each sequence (Example::weight): one over the root of its cluster's size, so that a cluster of 100 is met 10
// times as often as one of 1, and not 100 times. Over the sequences of each split their mean is 1.
std::vector<float> WeightsOfClusters(const std::vector<int64_t>& clusters,
                                     const std::vector<const char*>& splits);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_SIMILARITY_CLUSTERS_H_
