// Predict: raw Examples in, decoded Values out, in their order: encodes, batches by length, searches, decodes.
// What is found for an example does not depend on those beside it (what is sampled does on its place among them).
#ifndef T2T_TENSOR2TENSOR_EVALUATION_PREDICT_H_
#define T2T_TENSOR2TENSOR_EVALUATION_PREDICT_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tensor2tensor/decoding/constraint.h"
#include "tensor2tensor/decoding/decode_options.h"
#include "tensor2tensor/evaluation/metrics/metric.h"
#include "tensor2tensor/models/batching.h"
#include "tensor2tensor/models/model.h"

namespace t2t {

struct Candidate {
  Value value;
  std::string text;            // the value as text
  double log_probability = 0;  // nats, of the whole sequence; not a number for numbers
  double score = 0;            // what the search ranked by
  bool finished = true;        // false where max_length cut it off
};

struct Prediction {
  std::vector<Candidate> candidates;  // best first, n_best of them at most
};

// Minimum Bayes risk among drawn candidates: the `n_best` different texts with the best mean value of the metric
// against all that were drawn, as if any of these could be the reference. That value becomes the score, negated
// where lower is better. Kumar and Byrne, "Minimum Bayes-Risk Decoding for Statistical Machine Translation", NAACL
// 2004; by sampling: Eikema and Aziz, arXiv 2005.10283.
std::vector<Candidate> BestByUtility(const Metric& metric, const std::vector<Candidate>& drawn,
                                     int64_t n_best);

// Whether every utility is a metric. Error: NotFound with the nearest one, naming the option: `usual` for that of the
// usual way, "ports.<problem>.<target>.decode.utility" for others.
absl::Status CheckUtilities(const DecodeChoices& choices, absl::string_view usual);
// Whether each target of the task can be decoded so: it fits the constraint that it is to obey, and nothing searches among what is
// drawn, or compares files as if they were texts. Error: InvalidArgument, naming the option as above.
absl::Status CheckDecoding(const Task& task, const DecodeChoices& choices, absl::string_view usual);

struct PredictOptions {
  DecodeOptions decode;
  BatchingOptions batching;
  const Constraint* constraint = nullptr;  // borrowed; may be null: that of `decode`
  std::function<void(int64_t done, int64_t total)> progress;
  std::function<bool()> interrupted;  // asked before every batch; true ends it with Cancelled
};

// Errors: InvalidArgument for a value that its codec refuses or that is longer than the body's positions; NotFound for
// an unknown decode.utility.
absl::StatusOr<std::vector<Prediction>> Predict(const Model& model, const Task& task,
                                                const std::string& target,
                                                const std::vector<Example>& examples,
                                                const PredictOptions& options);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_PREDICT_H_
