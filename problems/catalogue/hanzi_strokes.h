// hanzi_strokes[:form=text|series]: the picture of a Chinese character (64x64, drawn from its outlines) to the strokes of the
// pen that write it, in their order.
//
// form=text: a stroke is the corners of its middle line on a grid of 32x32, each two of the digits 0 to 9 and a to v, column
// and row; a space between strokes: "3cic 9319". form=series: three numbers a corner: column and row in 0..1, and 1 where the
// pen is lifted behind it. Characters are split one by one, so that the parts of one to hold out may be known from others.
#ifndef T2T_PROBLEMS_CATALOGUE_HANZI_STROKES_H_
#define T2T_PROBLEMS_CATALOGUE_HANZI_STROKES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeHanziStrokes(const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_HANZI_STROKES_H_
