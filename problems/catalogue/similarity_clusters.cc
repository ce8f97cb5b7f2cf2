#include "problems/catalogue/similarity_clusters.h"

#include <algorithm>
#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "registry/check.h"

namespace t2t {
namespace {

std::vector<uint64_t> DistinctKmers(const std::string& sequence, size_t k) {
  std::vector<uint64_t> kmers;
  const uint64_t mask = k == 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * k)) - 1;
  uint64_t kmer = 0;
  for (size_t i = 0; i < sequence.size(); ++i) {
    kmer = (kmer << 8 | static_cast<unsigned char>(sequence[i])) & mask;
    if (i + 1 >= k) kmers.push_back(kmer);
  }
  if (kmers.empty()) kmers.push_back(kmer);  // shorter than k: like itself only
  std::sort(kmers.begin(), kmers.end());
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
    const std::vector<uint64_t> kmers = DistinctKmers(sequences[i], static_cast<size_t>(k));
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

}  // namespace t2t
