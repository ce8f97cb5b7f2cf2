// Groups of sequences that resemble each other, so that a split can keep relatives together: a model that is tested on the
// sister of a training sequence is tested on its memory.
#ifndef T2T_PROBLEMS_CATALOGUE_SIMILARITY_CLUSTERS_H_
#define T2T_PROBLEMS_CATALOGUE_SIMILARITY_CLUSTERS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace t2t {

// What relatives among proteins are in this catalogue: a fifth of the 5-mers of the shorter one.
inline constexpr int64_t kComparedResidues = 5;
inline constexpr double kSimilarShare = 0.2;

// The cluster of each sequence, named by the smallest number of its members. Two sequences are in one cluster if they share
// at least `share` of the distinct k-mers of the one that has fewer, or if a chain of such pairs leads from one to the
// other (single linkage). Deterministic; independent of the order but for the names. k at most 8. Time grows with the sum
// over k-mers of the squared number of sequences that have it.
std::vector<int64_t> SimilarityClusters(const std::vector<std::string>& sequences, int64_t k,
                                        double share);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_SIMILARITY_CLUSTERS_H_
