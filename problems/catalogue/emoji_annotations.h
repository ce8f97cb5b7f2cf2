// The names of emoji in many languages, by the Common Locale Data Repository (Unicode CLDR), and
// which emoji are so near to each other that they must share a split.
#ifndef T2T_PROBLEMS_CATALOGUE_EMOJI_ANNOTATIONS_H_
#define T2T_PROBLEMS_CATALOGUE_EMOJI_ANNOTATIONS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "problems/problem.h"

namespace t2t {

// By code points: "1F385-1F3FB", without the variation selector FE0F.
using EmojiNames = std::map<std::string, std::string>;

// Names of the sources that FetchEmojiNames takes.
std::vector<std::string> EmojiNameSources();

// The names in a language ("en", "de", "zh-Hant"). Errors: InvalidArgument for a language that has none, with the nearest;
// what fetching says; DataLoss for a file of another form.
absl::StatusOr<EmojiNames> FetchEmojiNames(const std::string& language,
                                           const GenerateOptions& options);

// The split of an emoji, by its plain form's code points: one for all emoji of a family, in every problem.
const char* EmojiSplit(const std::string& base);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_EMOJI_ANNOTATIONS_H_
