// What Debian says of its packages, in English and in other languages: a translation and a language
// model. Families of packages (libpng16-16, libpng-dev) are in one split, the same one in both problems, and what
// is held out does not repeat training: translations of a text that training translates are left out, and so are
// descriptions with a long paragraph of training's.
#ifndef T2T_PROBLEMS_CATALOGUE_DEBIAN_DESCRIPTIONS_H_
#define T2T_PROBLEMS_CATALOGUE_DEBIAN_DESCRIPTIONS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

// English to another language: "lang=it" (and fr, de, da, or any other that Debian has); "part=summary", the one-line
// summaries, or "part=paragraphs", the paragraphs of the long descriptions of which both have equally many.
absl::StatusOr<std::unique_ptr<Problem>> MakeTranslateDebian(const ProblemParameters& parameters);

// English descriptions, without an input.
absl::StatusOr<std::unique_ptr<Problem>> MakeLmDebian(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_DEBIAN_DESCRIPTIONS_H_
