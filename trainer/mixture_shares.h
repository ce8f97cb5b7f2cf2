// MixtureShares: the share of each problem as a function of the step and the mixture's state: its rate, times what its size
// gives, times its schedule, times its learning progress; among the members of its group, and that group's among others;
// then raised to the floors.
//
//   MixtureShares shares(options, {{"a", 2}, {"b", 1}}, {{"a", 60000}, {"b", 784}});
//   std::map<std::string, double> now = shares(/*step=*/100, state);   // sums to 1
#ifndef T2T_TRAINER_MIXTURE_SHARES_H_
#define T2T_TRAINER_MIXTURE_SHARES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "trainer/mixture_options.h"
#include "trainer/mixture_state.h"

namespace t2t {

class MixtureShares {
 public:
  explicit MixtureShares(const std::map<std::string, double>& rates)
      : MixtureShares(MixtureOptions(), rates, {}) {}
  // `sizes`: examples of the training splits; needed where rates are proportional. The options must be resolved.
  MixtureShares(const MixtureOptions& options, const std::map<std::string, double>& rates,
                const std::map<std::string, int64_t>& sizes);
  // Of all problems, 0 for those that are over; empty where no problem has a share.
  std::map<std::string, double> operator()(int64_t step, const MixtureState& state) const;
  // Without what is done where all that are left have a schedule of 0: empty then.
  std::map<std::string, double> Planned(int64_t step, const MixtureState& state) const;
  const std::vector<std::string>& problems() const { return problems_; }
  bool adaptive() const { return options_.adaptive; }
  int64_t horizon() const { return options_.horizon; }

 private:
  struct Node {  // a problem, or a group
    std::string name;
    double rate = 1;
    std::vector<Node> members;  // by name; of a group
  };
  Node MakeNode(const std::string& name, const std::map<std::string, double>& rates,
                const std::map<std::string, int64_t>& sizes, double* size) const;
  double Weight(const Node& node, int64_t step, const MixtureState& state) const;
  std::optional<double> Progress(const Node& node, const MixtureState& state) const;
  void Divide(const Node& group, double share, int64_t step, const MixtureState& state,
              std::map<std::string, double>* shares) const;
  void RaiseToFloors(const MixtureState& state, std::map<std::string, double>* shares) const;

  MixtureOptions options_;
  std::vector<std::string> problems_;
  Node root_;
};

}  // namespace t2t

#endif  // T2T_TRAINER_MIXTURE_SHARES_H_
