// Metrics of several labels at once, in %. Of several references the best counts.
//
//   label_f1       sets of labels ("sports, weather", labels_codec.h): F1 over all labels of all examples (micro-averaged)
//   tag_accuracy   tags (tags_codec.h) that are right at their place, of those of the reference and those beyond it. They are words
//                  where either text has white space between others, else characters.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_LABELS_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_LABELS_H_

#include <string>
#include <utility>
#include <vector>

#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {

// Statistics: {labels in common, twice; labels of both}.
class LabelF1 : public Metric {
 public:
  explicit LabelF1(std::string name) : Metric(std::move(name), /*higher_is_better=*/true) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
  // 100 where no example has or is given a label.
  double Score(absl::Span<const double> summed) const override;
};

// Statistics: {right, places}.
class TagAccuracy : public Metric {
 public:
  explicit TagAccuracy(std::string name) : Metric(std::move(name), /*higher_is_better=*/true) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
  double Score(absl::Span<const double> summed) const override;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_LABELS_H_
