// Czech speech to its words, or to the same words in another language: the dialogues of Fish Fillets NG, several speakers.
//
// Levels of the game are kept together: 8 of 10, drawn by name, train, one is valid, one is test. Texts as SpokenText makes
// them (spoken_text.h).
#ifndef T2T_PROBLEMS_CATALOGUE_SPEECH_FILLETS_H_
#define T2T_PROBLEMS_CATALOGUE_SPEECH_FILLETS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

// "lang=cs", the speech's own, or a language into which it is translated: en, de, sv, nl, bg, ru, pl, it, fr, es, ...
absl::StatusOr<std::unique_ptr<Problem>> MakeSpeechFillets(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_SPEECH_FILLETS_H_
