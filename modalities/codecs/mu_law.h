// Mu-law companding: a sample as one of 256 steps, fine where it is quiet. ITU-T G.711's continuous law with mu = 255,
// F(x) = sign(x) ln(1 + mu |x|) / ln(1 + mu), in 255 equal steps of F; the raw units of van den Oord et al., "WaveNet",
// arXiv 1609.03499, section 2.2.
#ifndef T2T_MODALITIES_CODECS_MU_LAW_H_
#define T2T_MODALITIES_CODECS_MU_LAW_H_

#include <cstdint>

namespace t2t {

inline constexpr int64_t kMuLawSteps = 256;

// 0 to 255 of a sample from -1 to 1; what is beyond is clipped. Not a number is silence.
int64_t MuLawOf(float sample);
// The middle of a step; MuLawOf of it is the step, also after it was rounded to 16 bits.
float SampleOf(int64_t step);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_MU_LAW_H_
