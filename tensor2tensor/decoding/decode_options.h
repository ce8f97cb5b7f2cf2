// DecodeOptions: how a target is searched for.
#ifndef T2T_TENSOR2TENSOR_DECODING_DECODE_OPTIONS_H_
#define T2T_TENSOR2TENSOR_DECODING_DECODE_OPTIONS_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
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
  // greedy, sample: of frames that are drawn by a flow.
  double guidance = 1;  // FrameDraw::guidance: 1 = none, more = closer to what the inputs say
  int64_t steps = 0;    // from noise to a frame; 0 = as many as the port says
  int64_t passes = 0;   // over all frames of the masked scheme; 0 = 16
  std::string constraint = "none";  // what all that is found obeys: translation_constraint.h
  // Binds only what the method reads.
  void Bind(Binder& binder);
  // The options that the method reads, as they would be written: {"method": "beam", "beam": "4", ...}.
  std::map<std::string, std::string> Values() const;
};

// How the targets of a run are decoded: as usual, or in a way of their own (`ports.<problem>.<target>.decode`).
struct DecodeChoices {
  DecodeOptions usual;
  std::map<std::string, DecodeOptions> own;  // "problem.target"
  const DecodeOptions& Of(absl::string_view problem, absl::string_view target) const;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_DECODING_DECODE_OPTIONS_H_
