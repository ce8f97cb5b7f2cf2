// What a run says of its mixture of problems beside their rates: in what the shares are kept, and what they follow.
//
//   problems: {translate: 2, "emoji:lang=it": 1, speech: 1, clothes: 1}
//   mixture:
//     unit: tokens
//     floor: 0.05
//     groups: {words: {rate: 2, members: [translate, "emoji:lang=it"]}}
//     schedule: {clothes: {0: 1, 5000: 0.1}}
//     epochs: {speech: 20}
#ifndef T2T_TRAINER_MIXTURE_OPTIONS_H_
#define T2T_TRAINER_MIXTURE_OPTIONS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "registry/config.h"

namespace t2t {

struct MixtureOptions {
  std::string unit = "batches";  // batches, examples, tokens, bytes or seconds (mixture_unit.h)
  // given: the numbers of `problems`. proportional: times (size of the training split)^(1 / temperature), where a size
  // counts `cap` at most: examples-proportional and temperature-scaled mixing (Raffel et al., arXiv 1910.10683, 3.5.2).
  std::string rates = "given";
  double temperature = 1;
  int64_t cap = 0;        // examples; 0 = none
  bool adaptive = false;  // rates times how much the training loss has moved (learning_progress.h)
  int64_t horizon = 200;  // steps of a problem over which that is measured
  // No problem has a smaller share of all that is drawn: `floors` by problem, `floor` for the others. 0 = none.
  double floor = 0;
  std::map<std::string, double> floors;
  // Problems that share one rate, in the proportions of their own ones. A member may be another group.
  struct Group {
    double rate = 1;
    std::vector<std::string> members;
  };
  std::map<std::string, Group> groups;
  // Of problems and groups: what the rate is multiplied by from a step on, linear in between.
  std::map<std::string, std::map<int64_t, double>> schedule;
  std::map<std::string, int64_t> epochs;  // after so many a problem is drawn no more

  void Bind(Binder& binder);
  // Takes problems by their own names (`names`: as they are written -> as they are) and checks that all fits the rates.
  // Errors: InvalidArgument that names the option.
  absl::Status Resolve(const std::map<std::string, std::string>& names,
                       const std::map<std::string, double>& problems);
  double FloorOf(const std::string& problem) const;
};

}  // namespace t2t

#endif  // T2T_TRAINER_MIXTURE_OPTIONS_H_
