// "did you mean ...": the registered name nearest to what was typed.
#ifndef T2T_REGISTRY_SUGGEST_H_
#define T2T_REGISTRY_SUGGEST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace t2t {

// The candidate with the smallest edit distance to `name` (a swap of neighbours counts 1), if it is near
// enough to be meant (at most a third of the letters, or one contains the other); else empty.
std::string NearestName(absl::string_view name, const std::vector<std::string>& candidates);

// "; did you mean 'x'?" or, when nothing is near, "; known: a, b, c" (at most 20 names).
std::string Suggestion(absl::string_view name, const std::vector<std::string>& candidates);

}  // namespace t2t

#endif  // T2T_REGISTRY_SUGGEST_H_
