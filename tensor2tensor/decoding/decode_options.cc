#include "tensor2tensor/decoding/decode_options.h"

#include <cmath>

#include "absl/strings/str_cat.h"

namespace t2t {

namespace {

// Far beyond what fits into memory, and far below where sums of them overflow.
constexpr int64_t kMost = 1000000;

void AtMost(Binder& b, const char* key, int64_t value) {
  if (value > kMost) b.Error(key, absl::StrCat("must not be larger than ", kMost));
}

}  // namespace

void DecodeOptions::Bind(Binder& b) {
  b.Choice("method", &method, {"greedy", "beam", "sample"}, "how units are chosen");
  b.Field("max_length", &max_length, "units at most, the stop not counted");
  if (max_length <= 0) b.Error("max_length", "must be positive");
  AtMost(b, "max_length", max_length);
  b.Choice("constraint", &constraint, {"none", "translation"},
           "translation: codons that translate to the protein they are aligned with");
  if (method == "beam") {
    b.Field("beam", &beam, "live rows of each example");
    b.Field("length_penalty", &length_penalty, "0 = none; 1 = by length");
    if (beam <= 0) b.Error("beam", "must be positive");
    AtMost(b, "beam", beam);
    if (!(length_penalty >= 0) || !std::isfinite(length_penalty)) {
      b.Error("length_penalty", "must not be negative");
    }
  }
  if (method != "beam") {
    b.Field("guidance", &guidance,
            "of drawn frames: 1 = none, more = closer to what the inputs say");
    if (!(guidance >= 0) || !std::isfinite(guidance)) b.Error("guidance", "must not be negative");
    b.Field("steps", &steps,
            "of drawn frames: from noise to a frame; 0 = as many as the port says");
    if (steps < 0) b.Error("steps", "must not be negative");
    AtMost(b, "steps", steps);
    b.Field("passes", &passes,
            "of the scheme masked: over all frames, each deciding some; 0 = 16, or one a frame");
    if (passes < 0) b.Error("passes", "must not be negative");
    AtMost(b, "passes", passes);
  }
  if (method != "greedy") {
    b.Field("n_best", &n_best, "candidates of each example");
    if (n_best <= 0) b.Error("n_best", "must be positive");
    AtMost(b, "n_best", n_best);
    if (method == "beam" && n_best > beam) b.Error("n_best", "must not be larger than beam");
  }
  if (method != "sample") utility.clear();  // one that was inherited is not read
  if (method == "sample") {
    int64_t number = static_cast<int64_t>(seed);
    b.Field("temperature", &temperature, "log-probabilities are divided by it");
    b.Field("top_k", &top_k, "only the k likeliest; 0 = all");
    b.Field("top_p", &top_p, "only the fewest likeliest that reach this share");
    b.Field("seed", &number, "with the example's key");
    seed = static_cast<uint64_t>(number);
    b.Field("utility", &utility,
            "a metric: the drawn candidate that agrees best with the others by it (minimum Bayes "
            "risk); empty = the likeliest");
    if (!utility.empty()) {
      b.Field("candidates", &candidates, "drawn for the choice by utility");
      if (candidates < 2 || candidates < n_best)
        b.Error("candidates", "must be at least 2, and n_best");
      AtMost(b, "candidates", candidates);
    }
    if (!(temperature > 0) || !std::isfinite(temperature)) {
      b.Error("temperature", "must be positive; greedy is the limit at 0");
    }
    if (top_k < 0) b.Error("top_k", "must not be negative");
    if (!(top_p > 0 && top_p <= 1)) b.Error("top_p", "must be in (0, 1]");
  }
}

std::map<std::string, std::string> DecodeOptions::Values() const {
  Config config;
  Binder root = config.Root();
  DecodeOptions copy = *this;
  copy.Bind(root);
  std::map<std::string, std::string> values = config.bound_values();
  if (copy.utility.empty()) values.erase("utility");
  if (copy.constraint == "none") values.erase("constraint");
  if (copy.guidance == 1) values.erase("guidance");
  if (copy.steps == 0) values.erase("steps");
  if (copy.passes == 0) values.erase("passes");
  return values;
}

const DecodeOptions& DecodeChoices::Of(absl::string_view problem, absl::string_view target) const {
  const auto found = own.find(absl::StrCat(problem, ".", target));
  return found == own.end() ? usual : found->second;
}

}  // namespace t2t
