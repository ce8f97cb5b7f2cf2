// Marks where a prediction and its reference differ.
//
//   MarkedTexts marked = MarkDifferences("the cat sat", "the dog sat");
//   // marked.prediction: the <mark class="off">cat</mark> sat, as safe HTML
#ifndef T2T_TENSOR2TENSOR_REPORT_MARKED_TEXT_H_
#define T2T_TENSOR2TENSOR_REPORT_MARKED_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace t2t {

struct MarkedTexts {
  std::string prediction;  // HTML: what the reference lacks is marked
  std::string reference;   // HTML: what the prediction lacks is marked
};

// By words where either text has more than one, else by characters. Texts too long to align, or
// that have next to nothing in common, are left unmarked.
MarkedTexts MarkDifferences(absl::string_view prediction, absl::string_view reference);

// The place of the reference with the fewest edits between characters, the first at a tie; 0 for
// one.
size_t ClosestReference(absl::string_view prediction, const std::vector<std::string>& references);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_MARKED_TEXT_H_
