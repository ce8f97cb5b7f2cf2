// Metrics of what was decoded: a corpus value, its confidence interval, and a paired comparison of two
// systems.
//
//   T2T_ASSIGN_OR_RETURN(std::unique_ptr<Metric> bleu, MakeMetric("bleu"));
//   MetricInput input;
//   input.predictions = {"the cat sat on a mat"};
//   input.references = {{"the cat sat on the mat", "a cat was sitting"}};   // one or more for each prediction
//   T2T_ASSIGN_OR_RETURN(MetricValue value, Evaluate(*bleu, input, /*seed=*/1));
//   // value.value is 56.23; [low, high] is its 95 % interval
//
// Units: every value but those of numbers (rmse, pearson), pictures, sounds and costs (bits_per_character, bits_per_dimension, bits_per_sample) is a
// percentage on the scale its field uses: 0 to 100 for bleu, chrf, token_f1, exact_match, accuracy and sequence_error; 0 upwards for wer, per and cer, which pass
// 100 where a prediction has more errors than its reference has units.
//
// Invariant: an example is known to a metric only by its sufficient statistics, a vector whose
// length is fixed for the metric, and the value of a corpus is Score(sum of its statistics). So the
// text is looked at once, statistics of parts (shards, ranks) may be added, and resampling costs
// additions only.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_METRIC_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_METRIC_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace t2t {

inline constexpr int64_t kBootstrapResamples = 1000;

// What was decoded of a whole corpus, as text or as the bytes of files; predictions[i] is judged against references[i], which has
// one or more acceptable answers.
struct MetricInput {
  std::vector<std::string> predictions;
  std::vector<std::vector<std::string>> references;
};

struct MetricValue {
  std::string name;
  double value = 0;
  // 95 % interval by percentile bootstrap over examples: of the sorted scores of 1000 resamples,
  // numbers 25 and 974 counted from 0 (25 lie below and 25 above, sacreBLEU's rule).
  double low = 0;
  double high = 0;
  bool higher_is_better = true;
};

// b compared with a on the same examples.
struct PairedComparison {
  std::string name;
  double lead = 0;  // how far b is from a, above 0 where b is the better one
  double low = 0;   // 95 % interval of the lead, by the same bounds as MetricValue
  double high = 0;
  // Two-sided: (1 + resamples whose lead lies as far from the resamples' mean as the observed one
  // from 0) / 1001. Riezler and Maxwell, "On Some Pitfalls in Automatic Evaluation and
  // Significance Testing for MT", 2005.
  double p_value = 1;
};

// Thread-safe: a metric has no state but its name.
class Metric {
 public:
  Metric(std::string name, bool higher_is_better)
      : name_(std::move(name)), higher_is_better_(higher_is_better) {}
  virtual ~Metric() = default;

  const std::string& name() const { return name_; }
  bool higher_is_better() const { return higher_is_better_; }

  // The sufficient statistics of one example; `references` must not be empty.
  virtual std::vector<double> Statistics(const std::string& prediction,
                                         const std::vector<std::string>& references) const = 0;
  // The value of the examples whose statistics were added up.
  virtual double Score(absl::Span<const double> summed) const = 0;

 private:
  std::string name_;
  bool higher_is_better_;
};

struct MetricInfo {
  std::string name;
  std::string title;    // for a heading: "Word error rate"
  std::string unit;     // " %" where it is a percentage, or ""
  std::string summary;  // one line, with the direction where it matters
  int digits;           // behind the point, of what is shown of it
  // What is judged: what was decoded, or what the model pays for the reference (cost.h): bits of a text or sequence, of a
  // picture's subpixels or of a sound's samples, or a score that is no likelihood. An answer is judged as text, or by the bytes of its file.
  enum class Judges { kAnswer, kPicture, kSound, kBits, kBitsOfPicture, kBitsOfSound, kScore };
  Judges judges;
  std::function<std::unique_ptr<Metric>()> make;
};

// Every metric of this folder, sorted by name.
const std::vector<MetricInfo>& AllMetrics();

// MetricInfo::digits; 1 for a name that is not known.
int MetricDigits(absl::string_view name);
// MetricInfo::judges; kAnswer for a name that is not known.
MetricInfo::Judges JudgedBy(absl::string_view name);
// Whether that is no answer, but what the model pays.
bool IsOfCost(absl::string_view name);

// NotFound where there is none of that name; the message lists all.
absl::StatusOr<std::unique_ptr<Metric>> MakeMetric(absl::string_view name);

// InvalidArgument where there are no examples, the counts differ, or an example has no reference.
// The interval depends on the input, the seed and the metric's name alone.
absl::StatusOr<MetricValue> Evaluate(const Metric& metric, const MetricInput& input, uint64_t seed);

// Both inputs must have the same references; both are resampled at the same places.
absl::StatusOr<PairedComparison> PairedBootstrap(const Metric& metric, const MetricInput& a,
                                                 const MetricInput& b, uint64_t seed);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_METRIC_H_
