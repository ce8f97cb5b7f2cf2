// Which label is taken for which: counts, precision, recall and F1 of each class, and a view for
// terminals.
//
//   ConfusionMatrix confusion;
//   confusion.Add(/*predicted=*/"dog", /*reference=*/"cat");
//   std::cerr << confusion.Render(/*width=*/100);
//
// Labels are strings, in sorted order everywhere; a label that only occurs as a prediction is a
// class, too. Rates are fractions from 0 to 1; one whose denominator is 0 is 0 (scikit-learn's
// zero_division=0).
#ifndef T2T_TENSOR2TENSOR_EVALUATION_METRICS_CONFUSION_H_
#define T2T_TENSOR2TENSOR_EVALUATION_METRICS_CONFUSION_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace t2t {

struct ClassScores {
  std::string label;
  int64_t support = 0;    // how often it is the reference
  int64_t predicted = 0;  // how often it is predicted
  int64_t correct = 0;
  double precision = 0;  // correct / predicted
  double recall = 0;     // correct / support
  double f1 = 0;         // 2 correct / (predicted + support)
};

// Not thread-safe while it grows.
class ConfusionMatrix {
 public:
  void Add(absl::string_view predicted, absl::string_view reference, int64_t count = 1);

  std::vector<std::string> Labels() const;
  int64_t Count(absl::string_view predicted, absl::string_view reference) const;
  int64_t total() const { return total_; }
  std::vector<ClassScores> Scores() const;
  double Accuracy() const;
  // The plain mean over the classes.
  double MacroF1() const;

  // The table of counts, a row for each reference and a column for each prediction, with recall at
  // the right and precision below; where that is wider than `width` columns, a line for each class
  // instead and the 20 most frequent confusions. Ends with accuracy and macro F1.
  std::string Render(int64_t width = 100) const;

 private:
  std::map<std::pair<std::string, std::string>, int64_t> counts_;  // (reference, predicted)
  std::map<std::string, ClassScores> classes_;  // label, support, predicted, correct
  int64_t total_ = 0;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_METRICS_CONFUSION_H_
