#include "problems/catalogue/similarity_clusters.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

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

std::vector<int64_t> ProteinClusters(const std::vector<std::string>& proteins) {
  return SimilarityClusters(proteins, kComparedResidues, kSimilarShare);
}

std::vector<const char*> SplitsOfClusters(absl::string_view problem,
                                          const std::vector<std::string>& sequences,
                                          const std::vector<int64_t>& clusters) {
  std::vector<const char*> splits;
  for (const int64_t first : clusters)
    splits.push_back(HashedSplit(problem, sequences[static_cast<size_t>(first)]));
  return splits;
}

std::vector<float> WeightsOfClusters(const std::vector<int64_t>& clusters,
                                     const std::vector<const char*>& splits) {
  T2T_CHECK(clusters.size() == splits.size());
  std::map<int64_t, int64_t> sizes;
  for (const int64_t cluster : clusters) ++sizes[cluster];
  const auto weight = [&](size_t i) {
    return 1.0 / std::sqrt(static_cast<double>(sizes[clusters[i]]));
  };
  std::map<std::string, std::pair<double, int64_t>> sums;  // of each split
  for (size_t i = 0; i < clusters.size(); ++i) {
    auto& [sum, count] = sums[splits[i]];
    sum += weight(i);
    ++count;
  }
  std::vector<float> weights;
  for (size_t i = 0; i < clusters.size(); ++i) {
    const auto& [sum, count] = sums[splits[i]];
    weights.push_back(static_cast<float>(weight(i) * static_cast<double>(count) / sum));
  }
  return weights;
}

}  // namespace t2t
