#include "problems/catalogue/similarity_clusters.h"

#include <algorithm>
#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "modalities/codecs/kmers.h"
#include "problems/catalogue/hashed_split.h"
#include "registry/check.h"

namespace t2t {
namespace {

constexpr int64_t kComparedResidues = 5;
constexpr double kSimilarShare = 0.2;

std::vector<uint64_t> DistinctKmers(const std::string& sequence, int64_t k) {
  std::vector<uint64_t> kmers = SortedKmers(sequence, static_cast<size_t>(k));
  kmers.erase(std::unique(kmers.begin(), kmers.end()), kmers.end());
  return kmers;
}

size_t RootOf(std::vector<size_t>& parents, size_t i) {
  while (parents[i] != i) i = parents[i] = parents[parents[i]];
  return i;
}

}  // namespace

std::vector<int64_t> SimilarityClusters(const std::vector<std::string>& sequences, int64_t k,
                                        double share) {
  T2T_CHECK(k >= 1 && k <= 8 && share > 0 && share <= 1);
  std::vector<size_t> parents(sequences.size());
  std::iota(parents.begin(), parents.end(), size_t{0});
  absl::flat_hash_map<uint64_t, std::vector<uint32_t>> holders;  // of a k-mer, among those before
  std::vector<size_t> sizes;
  std::vector<uint32_t> shared(sequences.size(), 0);
  for (size_t i = 0; i < sequences.size(); ++i) {
    const std::vector<uint64_t> kmers = DistinctKmers(sequences[i], k);
    sizes.push_back(kmers.size());
    std::vector<uint32_t> touched;
    for (const uint64_t kmer : kmers) {
      std::vector<uint32_t>& before = holders[kmer];
      for (const uint32_t other : before) {
        if (shared[other]++ == 0) touched.push_back(other);
      }
      before.push_back(static_cast<uint32_t>(i));
    }
    for (const uint32_t other : touched) {
      const size_t fewer = std::min(sizes[i], sizes[other]);
      if (static_cast<double>(shared[other]) >= share * static_cast<double>(fewer)) {
        const size_t here = RootOf(parents, i), there = RootOf(parents, other);
        parents[std::max(here, there)] = std::min(here, there);
      }
      shared[other] = 0;
    }
  }
  std::vector<int64_t> clusters;
  for (size_t i = 0; i < sequences.size(); ++i) {
    clusters.push_back(static_cast<int64_t>(RootOf(parents, i)));
  }
  return clusters;
}

std::vector<const char*> SplitsBySimilarity(absl::string_view problem,
                                            const std::vector<std::string>& sequences, int64_t k,
                                            double share) {
  std::vector<const char*> splits;
  for (const int64_t first : SimilarityClusters(sequences, k, share)) {
    splits.push_back(HashedSplit(problem, sequences[static_cast<size_t>(first)]));
  }
  return splits;
}

std::vector<const char*> SplitsOfProteins(absl::string_view problem,
                                          const std::vector<std::string>& proteins) {
  return SplitsBySimilarity(problem, proteins, kComparedResidues, kSimilarShare);
}

}  // namespace t2t
