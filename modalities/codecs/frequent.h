// The most frequent keys of a table of counts.
#ifndef T2T_MODALITIES_CODECS_FREQUENT_H_
#define T2T_MODALITIES_CODECS_FREQUENT_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace t2t {

// At most `most` keys that were counted at least `min_count` times, the most frequent first; equal
// ones in the order of their bytes, so that the order of a hash table never shows.
inline std::vector<std::string> MostFrequent(const std::unordered_map<std::string, int64_t>& counts,
                                             int64_t most, int64_t min_count) {
  std::vector<std::pair<int64_t, std::string>> sorted;
  for (const auto& [key, count] : counts) {
    if (count >= min_count) sorted.emplace_back(-count, key);
  }
  std::sort(sorted.begin(), sorted.end());
  if (static_cast<int64_t>(sorted.size()) > most) sorted.resize(static_cast<size_t>(most));
  std::vector<std::string> keys;
  for (auto& [count, key] : sorted) keys.push_back(std::move(key));
  return keys;
}

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_FREQUENT_H_
