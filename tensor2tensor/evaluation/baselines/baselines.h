// What a model must beat: answers that need no model, fixed before anything is trained.
//
//   T2T_ASSIGN_OR_RETURN(const BaselineAnswers answers,
//                        NearestNeighbour({{"picture", "thumbnails"}}, *train, *test, "caption", {.limit = 1000}));
//   // answers[i]: the number of a test example, and what is answered; put them into MetricInput::predictions
//
// Answers are raw values, as the shards keep them, and depend only on the examples and the options.
// Memory is that of the features of the training examples looked at (768 bytes an image, 4 bytes a
// character), whatever the size of their values.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_BASELINES_BASELINES_H_
#define T2T_TENSOR2TENSOR_EVALUATION_BASELINES_BASELINES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"
#include "modalities/codecs/value.h"
#include "problems/shards/shard_reader.h"

namespace t2t {

struct BaselineOptions {
  std::vector<int64_t> among = {};  // only test examples of these numbers are asked; empty = any
  int64_t limit = 0;                // so many test examples are answered; 0 = all
  int64_t train_limit = 20000;      // NearestNeighbour looks at so many training examples; 0 = all
  uint64_t seed = 1;                // which ones of either, where there are more
  // Leave damaged records, and those that MostFrequentAligned's codecs do not take, out instead of stopping at them.
  bool skip_broken = false;
  // Called now and then with the number of examples done, of both splits together.
  std::function<void(int64_t done, int64_t total)> progress = {};
};

// Answers by the number of the test example.
using BaselineAnswers = std::vector<std::pair<int64_t, Value>>;

// The training split's most frequent value of the target, once for each test example. At a tie (all
// values may differ) the one that comes first. Errors: no training example has the target; Unimplemented where its
// values are not text.
absl::StatusOr<BaselineAnswers> MostFrequent(const SplitReader& train, const SplitReader& test,
                                             const std::string& target,
                                             const BaselineOptions& options = {});

// Of lists of numbers the mean of each component over the training examples that have it (a finite one), once for each test example:
// the constant of the least squared error. Errors: no training example has the target; a value that is no list of numbers
// (vector_codec.h), with its split, number and key.
absl::StatusOr<BaselineAnswers> MeanNumbers(const SplitReader& train, const SplitReader& test,
                                            const std::string& target,
                                            const BaselineOptions& options = {});

// A target that has a unit for each unit of an input, and the codecs of both (ready; borrowed).
struct AlignedTarget {
  std::string target, along;
  const Codec* target_codec = nullptr;
  const Codec* along_codec = nullptr;
  std::vector<std::string> beside = {};  // inputs whose value tells more, such as a label
};

// At each place the target's unit that is most frequent in training for the input's unit there: the codon of a residue.
// Examples of other values in `beside` count only where a unit is not known with these, and units of other inputs where it
// is not known at all; at a tie the smaller id. Errors: values that the codecs do not take, or of different lengths, by split,
// number and key; no training example has both.
absl::StatusOr<BaselineAnswers> MostFrequentAligned(const AlignedTarget& port,
                                                    const SplitReader& train,
                                                    const SplitReader& test,
                                                    const BaselineOptions& options = {});

// The input's own value, such as a translation that leaves everything as it is. Error: its values are not text.
absl::StatusOr<BaselineAnswers> CopyInput(const SplitReader& test, const std::string& input,
                                          const BaselineOptions& options = {});

// What xz -9 pays for the target's values of the test split when it has seen those of the training
// split before: the bits of both together less those of the training split. Each value is followed
// by a line's end. Its dictionary spans 64 MiB; 700 MB of memory. Error: values that are not text.
absl::StatusOr<double> BitsOfXz(const SplitReader& train, const SplitReader& test,
                                const std::string& target, const BaselineOptions& options = {});

// What a target of ids pays where each is blind to all others: by the counts of training, one added for each id; where all values
// have one length, each place has counts of its own. Ends are free. Answers are costs (CostText). Errors: values that the codec (ready) does not take, by split,
// number and key; no training example has the target.
absl::StatusOr<BaselineAnswers> IndependentUnits(const Codec& codec, const SplitReader& train,
                                                 const SplitReader& test, const std::string& target,
                                                 const BaselineOptions& options = {});

// What PNG pays for a picture at the size of the codec, its headers included. Answers are costs. Errors as above.
absl::StatusOr<BaselineAnswers> PngSizes(const Codec& codec, const SplitReader& test,
                                         const std::string& target,
                                         const BaselineOptions& options = {});

// An input port and the name of the distance between its values (port_distance.h).
struct ComparedPort {
  std::string name, distance;
};

// The target of the training example whose inputs are nearest, at a tie the one that comes first.
// With several inputs it is the sum of their distances, each brought to 0..1. The search is exact:
// 1000 words against 107,000 take a few seconds. Errors: an unknown distance, or none; no inputs; an
// image that does not decode, by its split, number and key.
absl::StatusOr<BaselineAnswers> NearestNeighbour(const std::vector<ComparedPort>& inputs,
                                                 const SplitReader& train, const SplitReader& test,
                                                 const std::string& target,
                                                 const BaselineOptions& options = {});

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_BASELINES_BASELINES_H_
