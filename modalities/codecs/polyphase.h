// Polyphase: a resampler's filter at a ratio of two small numbers as a table.
//
// At 44100 to 16000 samples a second the same 160 filters come again after every 441 samples;
// libsamplerate works its filter out anew for each product. The table is read off libsamplerate's
// own answers to single impulses: the same filter, to single precision. Sixteen periods are worked
// out side by side.
//
//   if (const Polyphase* filters = Polyphase::Find(44100, 16000)) samples = filters->Apply(recorded);
#ifndef T2T_MODALITIES_CODECS_POLYPHASE_H_
#define T2T_MODALITIES_CODECS_POLYPHASE_H_

#include <cstdint>
#include <memory>
#include <vector>

namespace t2t {

// Constant; thread-safe.
class Polyphase {
 public:
  // The filters from one of the usual rates of recordings, made when they are first asked for and
  // kept as long as the program runs. Null from other rates, such as those of sounds whose speed is
  // changed: each would have filters of its own, which take longer to make than to go without. Null
  // also where the ratio in lowest terms has a number above 640.
  static const Polyphase* Find(int64_t from, int64_t to);

  // round(samples * to / from) samples; silence lies around the sound.
  std::vector<float> Apply(const std::vector<float>& samples) const;

 private:
  // Without filters if libsamplerate does not answer.
  Polyphase(int64_t up, int64_t down);

  int64_t up_ = 0, down_ = 0;   // outputs and inputs of a period
  int64_t half_;                // inputs on either side that an output depends on
  int64_t reach_ = 0;           // inputs that a group of neighbouring outputs depends on
  std::vector<float> filters_;  // [groups, reach, outputs of a group]
};

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_POLYPHASE_H_
