// Levenshtein distance between two sequences of anything with ==, and one alignment that attains
// it.
//
//   std::vector<int> said = {1, 2, 4}, wanted = {1, 2, 3, 4};
//   EditDistance<int>(said, wanted);   // 1
//   Align<int>(said, wanted).edits;    // {kMatch, kMatch, kDeletion, kMatch}
//
// Named from the side of the hypothesis, as in speech: an insertion is in it and not in the
// reference, a deletion the other way round.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_EDIT_DISTANCE_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_EDIT_DISTANCE_H_

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace t2t {

enum class Edit : char { kMatch, kSubstitution, kInsertion, kDeletion };

struct Alignment {
  std::vector<Edit> edits;  // from the beginning of both sequences to their ends
  int64_t matches = 0;
  int64_t substitutions = 0;
  int64_t insertions = 0;
  int64_t deletions = 0;
  int64_t distance() const { return substitutions + insertions + deletions; }
};

// Time O(n m), memory O(shorter); what both have at their ends costs nothing.
template <typename T>
int64_t EditDistance(absl::Span<const T> hypothesis, absl::Span<const T> reference) {
  absl::Span<const T> a = hypothesis, b = reference;
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (a.size() < b.size()) std::swap(a, b);
  std::vector<int64_t> row(b.size() +
                           1);  // distances of the prefix of a so far to every prefix of b
  for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int64_t>(j);
  for (size_t i = 0; i < a.size(); ++i) {
    int64_t diagonal = row[0];
    row[0] = static_cast<int64_t>(i) + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const int64_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

// Time O(n m), memory one byte for each of the n m pairs. Of the alignments with the least
// distance, the one that, read from the end, takes a match or substitution before a deletion before
// an insertion.
template <typename T>
Alignment Align(absl::Span<const T> hypothesis, absl::Span<const T> reference) {
  const size_t columns = reference.size() + 1;
  std::vector<int64_t> row(columns);
  std::vector<Edit> last((hypothesis.size() + 1) * columns,
                         Edit::kDeletion);  // edit of each prefix pair
  for (size_t j = 0; j < columns; ++j) row[j] = static_cast<int64_t>(j);
  for (size_t i = 1; i <= hypothesis.size(); ++i) {
    int64_t diagonal = row[0];
    row[0] = static_cast<int64_t>(i);
    last[i * columns] = Edit::kInsertion;
    for (size_t j = 1; j < columns; ++j) {
      const bool same = hypothesis[i - 1] == reference[j - 1];
      const int64_t replaced = diagonal + (same ? 0 : 1);
      const int64_t deleted = row[j - 1] + 1, inserted = row[j] + 1;
      diagonal = row[j];
      row[j] = std::min({replaced, deleted, inserted});
      last[i * columns + j] = row[j] == replaced  ? (same ? Edit::kMatch : Edit::kSubstitution)
                              : row[j] == deleted ? Edit::kDeletion
                                                  : Edit::kInsertion;
    }
  }
  Alignment result;
  for (size_t i = hypothesis.size(), j = reference.size(); i > 0 || j > 0;) {
    const Edit edit = last[i * columns + j];
    result.edits.push_back(edit);
    switch (edit) {
      case Edit::kMatch:
        ++result.matches;
        break;
      case Edit::kSubstitution:
        ++result.substitutions;
        break;
      case Edit::kInsertion:
        ++result.insertions;
        break;
      case Edit::kDeletion:
        ++result.deletions;
        break;
    }
    if (edit != Edit::kDeletion) --i;
    if (edit != Edit::kInsertion) --j;
  }
  std::reverse(result.edits.begin(), result.edits.end());
  return result;
}

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_EDIT_DISTANCE_H_
