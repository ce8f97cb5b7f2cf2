// Mixture: which problem gives the next micro-batch. The one that is furthest behind its share, so that the
// realised shares follow the rates as closely as whole numbers can, without chance. State: the counts.
#ifndef T2T_TRAINER_MIXTURE_H_
#define T2T_TRAINER_MIXTURE_H_

#include <cstdint>
#include <map>
#include <string>

namespace t2t {

class Mixture {
 public:
  // Rates are relative: {a: 2, b: 1} gives a two micro-batches of three. Each must be positive.
  explicit Mixture(std::map<std::string, double> rates);
  // The next problem; ties go to the first by name.
  const std::string& Next();
  const std::map<std::string, int64_t>& drawn() const { return drawn_; }
  void Restore(const std::map<std::string, int64_t>& drawn);

 private:
  std::map<std::string, double> rates_;
  std::map<std::string, int64_t> drawn_;
  int64_t total_ = 0;
};

}  // namespace t2t

#endif  // T2T_TRAINER_MIXTURE_H_
