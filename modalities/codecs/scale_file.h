// Mean and standard deviation of each component of what a codec reads: learned in one pass, kept as the file scale.txt.
#ifndef T2T_MODALITIES_CODECS_SCALE_FILE_H_
#define T2T_MODALITIES_CODECS_SCALE_FILE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"

namespace t2t {

struct Scale {
  double mean = 0, deviation = 1;
};

// Welford's sums of one component.
class Moments {
 public:
  void Add(double number);
  // Of the population; 1 in place of a deviation that is nothing beside the mean: such a component is only shifted. Error: numbers
  // too large to be scaled.
  absl::StatusOr<Scale> scale() const;

 private:
  double count_ = 0, mean_ = 0, squares_ = 0;
};

// Of each component. Error: as Moments::scale.
absl::StatusOr<std::vector<Scale>> ScalesOf(const std::vector<Moments>& moments);

CodecFiles WriteScales(const std::vector<Scale>& scales);
// `count`: of the components that are expected; 0: 1 or more. Errors: a missing or damaged file, another count.
absl::StatusOr<std::vector<Scale>> ReadScales(const CodecFiles& files, int64_t count);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_SCALE_FILE_H_
