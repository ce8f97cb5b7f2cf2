// The sound of log-mel spectra: energies that the bands could have come from, and phases that agree with each other.
//
// The bands are undone by non-negative least squares (multiplicative steps: Lee and Seung, "Algorithms for Non-negative Matrix
// Factorization", NIPS 2000); phases are found by the fast Griffin-Lim algorithm (Perraudin, Balazs and Sondergaard, "A Fast
// Griffin-Lim Algorithm", WASPAA 2013), beginning with random ones that depend on nothing. Energies are those of the sound, so
// that it is as loud as the one that the spectra were made of.
#ifndef T2T_MODALITIES_CODECS_GRIFFIN_LIM_H_
#define T2T_MODALITIES_CODECS_GRIFFIN_LIM_H_

#include <vector>

#include "modalities/codecs/mel_spectrogram.h"
#include "modalities/codecs/sound.h"

namespace t2t {

// spectra: [frames, bins] as mel.Compute gives them, 1 frame or more -> (frames - 1) * hop samples, at least one.
Sound SoundOfSpectra(const MelSpectrogram& mel, const std::vector<float>& spectra);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_GRIFFIN_LIM_H_
