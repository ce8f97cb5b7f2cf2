// Other views of a problem's data set, by name, without a second copy of it:
//
//   image_fashion_mnist_rev                     the other way round: a kind of clothing to its picture
//   translate_debian_rev:lang=it                Italian to English
//   g2p_cmudict_copy                            a word to itself
//   g2p_cmudict:limit=1000                      1,000 of its training examples, valid and test as they are
//   tuxpaint_spoken_caption_to_speech:lang=es   of its ports one to another one
//   tuxpaint_spoken_speech_to_speech:lang=es    one to itself
#ifndef T2T_PROBLEMS_VIEWS_H_
#define T2T_PROBLEMS_VIEWS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "problems/problem.h"

namespace t2t {

inline constexpr char kReversed[] = "_rev";  // what its name has behind the other's
inline constexpr char kCopy[] = "_copy";
inline constexpr char kLimit[] = "limit";   // the parameter
inline constexpr char kTo[] = "_to_";       // between the names of two ports
inline constexpr char kAgain[] = "_again";  // behind the name of a port that is input and target

// Ports keep their options and languages. A port that was an input is, as a target, made in the usual way of its modality and judged
// by its usual metrics; an input with which the one target was aligned is aligned with that one now. Error: a problem without inputs.
absl::StatusOr<std::unique_ptr<Problem>> Reversed(std::unique_ptr<Problem> problem);

// Of one port to another one; to the same one, which is the target NAME_again then. A target that was aligned stays so only with that
// input. Error: NotFound for a port that the problem lacks.
absl::StatusOr<std::unique_ptr<Problem>> FromTo(std::unique_ptr<Problem> problem,
                                                absl::string_view from, absl::string_view to);

// The one input to itself, as FromTo. Error: not one input.
absl::StatusOr<std::unique_ptr<Problem>> Copied(std::unique_ptr<Problem> problem);

// With `sample` of its training examples (ProblemSpec::sample).
std::unique_ptr<Problem> Sampled(std::unique_ptr<Problem> problem, int64_t sample);

}  // namespace t2t

#endif  // T2T_PROBLEMS_VIEWS_H_
