// How far two values of an input port lie apart, for the nearest-neighbour baseline.
//
//   T2T_ASSIGN_OR_RETURN(auto distance, MakePortDistance("edits", /*normalised=*/false));
//   T2T_RETURN_IF_ERROR(distance->Add(Value("cat")));      // training value 0
//   T2T_RETURN_IF_ERROR(distance->Ask(Value("carts")));
//   distance->To(0, 10);                                   // 2 edits
//
//   edits       insertions, deletions and replacements of characters; of each text the first 255
//               characters count. Normalised: divided by the longer length.
//   thumbnails  root mean square difference, 0..1, of pictures of 16 x 16 RGB, the whole picture
//               centred over white.
//   3mers, 6mers  of sequences of letters: 1 - the share of the shorter one's 3-mers (6-mers) that both have.
//   numbers     root mean square difference of lists of numbers, each component in units of its standard deviation in
//               training; a missing one counts as one.
//   spectra     root mean square difference, in nats, of the log-mel spectra of sounds in 16 stretches of time; loudness
//               does not count.
//   equality    0 if equal, else 1.
//
// A modality names its own (Modality::distance).
// An absent value (null) is an empty text or label, a white picture, or a sound that does not change.
#ifndef T2T_TENSOR2TENSOR_EVALUATION_BASELINES_PORT_DISTANCE_H_
#define T2T_TENSOR2TENSOR_EVALUATION_BASELINES_PORT_DISTANCE_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/value.h"

namespace t2t {

inline constexpr int64_t kComparedCharacters = 255;
inline constexpr int64_t kThumbnailSide = 16;

// Keeps the features of training values and of one question. Not thread-safe.
class PortDistance {
 public:
  virtual ~PortDistance() = default;
  // The next training value, numbered from 0; null if absent.
  virtual absl::Status Add(const Value* value) = 0;
  // What the following calls compare with.
  virtual absl::Status Ask(const Value* value) = 0;
  // A cheap lower bound of To(i).
  virtual double AtLeast(int64_t i) const = 0;
  // The distance; where that is above `enough`, any number above `enough`.
  virtual double To(int64_t i, double enough) = 0;
};

// A distance of any size from 0 to 1, for sums with others: d / (1 + d).
inline double BroughtToOne(double distance) { return distance / (1 + distance); }

// The bytes that a distance compares; none for an absent value. InvalidArgument for a list of numbers.
absl::StatusOr<absl::string_view> ComparedBytes(const Value* value);

// NotFound for an unknown name; Unimplemented for "", that of a modality without a distance.
absl::StatusOr<std::unique_ptr<PortDistance>> MakePortDistance(absl::string_view name,
                                                               bool normalised);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_BASELINES_PORT_DISTANCE_H_
