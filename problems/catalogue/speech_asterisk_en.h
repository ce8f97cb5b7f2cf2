// Telephone prompts in English to their words: the core sounds of Asterisk, one speaker, 8 kHz.
//
// A line "name: text" of core-sounds-en.txt and the recording name.wav; remarks in brackets, prompts that have nothing else ("[a beep]") and those
// without a recording are left out. Texts as SpokenText makes them (spoken_text.h). 8 of 10 prompts, drawn by their names, train, one is valid, one is test.
#ifndef T2T_PROBLEMS_CATALOGUE_SPEECH_ASTERISK_EN_H_
#define T2T_PROBLEMS_CATALOGUE_SPEECH_ASTERISK_EN_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeSpeechAsteriskEn(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_SPEECH_ASTERISK_EN_H_
