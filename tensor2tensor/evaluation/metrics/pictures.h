// Metrics of pictures, on the bytes of their files, as red, green and blue from 0 to 1. A reference of another size is brought to that
// of the prediction. Of several references the best counts; a prediction that is no picture has 0.
//
//   psnr   peak signal-to-noise ratio in dB, the mean over pictures, at most 100 (equal ones)
//   ssim   structural similarity, -1 to 1, the mean over pictures: Wang et al., "Image Quality Assessment: From Error Visibility to
//          Structural Similarity", 2004; as scikit-image's structural_similarity has it by default: even windows of 7x7, sample
//          covariances, the mean over channels. Pictures below 7x7 have one window, which is the whole.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_PICTURES_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_PICTURES_H_

#include <string>
#include <utility>
#include <vector>

#include "tensor2tensor/evaluation/metrics/metric.h"

namespace t2t {

// Statistics: {count, sum}.
class PictureMetric : public Metric {
 public:
  using Metric::Metric;
  double Score(absl::Span<const double> summed) const override;
};

class PeakSignalToNoise : public PictureMetric {
 public:
  explicit PeakSignalToNoise(std::string name)
      : PictureMetric(std::move(name), /*higher_is_better=*/true) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
};

class StructuralSimilarity : public PictureMetric {
 public:
  explicit StructuralSimilarity(std::string name)
      : PictureMetric(std::move(name), /*higher_is_better=*/true) {}
  std::vector<double> Statistics(const std::string& prediction,
                                 const std::vector<std::string>& references) const override;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_PICTURES_H_
