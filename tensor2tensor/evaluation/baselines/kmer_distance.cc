#include "tensor2tensor/evaluation/baselines/kmer_distance.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "modalities/codecs/kmers.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// Edgar, "Local homology recognition and distance measures in linear time using compressed amino acid alphabets", Nucleic
// Acids Research 2004: the k-mers that both have, of those that the shorter one has. The bound supposes that all of them are
// the same.
class KmerDistance : public PortDistance {
 public:
  explicit KmerDistance(size_t k) : k_(k) {}

  absl::Status Add(const Value* value) override {
    T2T_ASSIGN_OR_RETURN(Kmers kmers, KmersOf(value));
    sequences_.push_back(std::move(kmers));
    return absl::OkStatus();
  }
  absl::Status Ask(const Value* value) override {
    T2T_ASSIGN_OR_RETURN(question_, KmersOf(value));
    return absl::OkStatus();
  }
  double AtLeast(int64_t i) const override {
    const Kmers& theirs = sequences_[static_cast<size_t>(i)];
    return theirs.empty() != question_.empty() ? 1 : 0;
  }
  double To(int64_t i, double /*enough*/) override {
    const Kmers& theirs = sequences_[static_cast<size_t>(i)];
    const size_t shorter = std::min(theirs.size(), question_.size());
    if (shorter == 0) return AtLeast(i);
    size_t both = 0;
    for (auto here = question_.cbegin(), there = theirs.cbegin();
         here != question_.cend() && there != theirs.cend();) {
      if (*here < *there) {
        ++here;
      } else if (*there < *here) {
        ++there;
      } else {
        ++both, ++here, ++there;
      }
    }
    return 1 - static_cast<double>(both) / static_cast<double>(shorter);
  }

 private:
  using Kmers = std::vector<uint64_t>;  // sorted, each as often as it is there

  absl::StatusOr<Kmers> KmersOf(const Value* value) const {
    T2T_ASSIGN_OR_RETURN(const absl::string_view bytes, ComparedBytes(value));
    std::string letters;
    for (const char c : bytes) {
      const auto byte = static_cast<unsigned char>(c);
      if (!absl::ascii_isspace(byte)) letters += static_cast<char>(absl::ascii_toupper(byte));
    }
    return SortedKmers(letters, k_);
  }

  const size_t k_;
  std::vector<Kmers> sequences_;
  Kmers question_;
};

}  // namespace

std::unique_ptr<PortDistance> MakeKmerDistance(size_t k) {
  return std::make_unique<KmerDistance>(k);
}

}  // namespace t2t
