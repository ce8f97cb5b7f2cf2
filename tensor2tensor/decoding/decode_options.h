// DecodeOptions: how a target is searched for.
#ifndef T2T_TENSOR2TENSOR_DECODING_DECODE_OPTIONS_H_
#define T2T_TENSOR2TENSOR_DECODING_DECODE_OPTIONS_H_

#include <cstdint>
#include <string>

#include "registry/config.h"

namespace t2t {

struct DecodeOptions {
  std::string method = "greedy";  // greedy, beam or sample
  int64_t max_length = 256;       // units at most, the stop not counted
  int64_t beam = 4;               // beam: live rows of each example
  double length_penalty =
      0.6;                   // beam: score = log p / ((5 + n) / 6)^length_penalty, n with the stop
  int64_t n_best = 1;        // beam, sample: candidates of each example
  double temperature = 1.0;  // sample: log-probabilities are divided by it
  int64_t top_k = 0;         // sample: only the k likeliest; 0 = all
  double top_p = 1.0;        // sample: only the fewest likeliest that reach this share
  uint64_t seed = 1;         // sample: with the row's key
  // sample: a metric. The n_best of so many drawn candidates that agree best with all of them by it (minimum Bayes
  // risk), instead of the likeliest.
  std::string utility;
  int64_t candidates = 32;
  // Binds only what the method reads.
  void Bind(Binder& binder);
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_DECODING_DECODE_OPTIONS_H_
