// Constraint: which units may follow a prefix. Every search obeys one: what it does not allow has probability 0
// before anything is chosen (the others keep theirs: scores stay those of the model).
#ifndef T2T_TENSOR2TENSOR_DECODING_CONSTRAINT_H_
#define T2T_TENSOR2TENSOR_DECODING_CONSTRAINT_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace t2t {

class Constraint {
 public:
  virtual ~Constraint() = default;
  // The classes that may follow `prefix` in row `source` of the batch (the stop is the class behind the vocabulary);
  // nullopt = all. Where nothing may follow, the row is cut off there.
  virtual std::optional<std::vector<int64_t>> Allowed(int64_t source,
                                                      const std::vector<int64_t>& prefix) const = 0;
};

// The production must begin with these units, the same for every row.
class ForcedPrefix : public Constraint {
 public:
  explicit ForcedPrefix(std::vector<int64_t> prefix) : prefix_(std::move(prefix)) {}
  std::optional<std::vector<int64_t>> Allowed(int64_t,
                                              const std::vector<int64_t>& prefix) const override {
    if (prefix.size() >= prefix_.size()) return std::nullopt;
    return std::vector<int64_t>{prefix_[prefix.size()]};
  }

 private:
  std::vector<int64_t> prefix_;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_DECODING_CONSTRAINT_H_
