#include "problems/folder/split_rule.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modalities/codecs/utf8.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr const char* kSplits[] = {"train", "valid", "test"};

absl::StatusOr<std::string> CellOf(const Row& row, const std::string& column) {
  const auto cell = row.cells.find(column);
  if (cell == row.cells.end())
    return absl::DataLossError(absl::StrCat("there is no '", column, "'"));
  const std::string text = TextOfValue(cell->second);
  if (text.empty()) return absl::DataLossError(absl::StrCat("column '", column, "' is empty"));
  return text;
}

// Part of the group's key: bytes as they are, so that equal ones share a split in every version.
RandomKey WithValue(const RandomKey& key, const Value& value) {
  return key.With(value.is_bytes() ? value.bytes() : TextOfValue(value));
}

}  // namespace

std::vector<std::string> SplitOptions::Columns() const {
  std::vector<std::string> columns;
  for (const std::string& name : {by, column, stratify}) {
    if (!name.empty()) columns.push_back(name);
  }
  return columns;
}

std::vector<std::string> SplitOptions::Splits() const {
  std::vector<std::string> splits = {"train"};
  if (!column.empty() || folds > 2 || (folds == 0 && valid > 0)) splits.push_back("valid");
  if (!column.empty() || folds > 0 || test > 0) splits.push_back("test");
  return splits;
}

absl::StatusOr<std::string> SplitRule::SplitOf(const Row& row, const Example& example) {
  if (!options_.column.empty()) {
    T2T_ASSIGN_OR_RETURN(const std::string said, CellOf(row, options_.column));
    const auto split = options_.values.find(said);
    if (split != options_.values.end()) return split->second;
    std::string known;
    for (const auto& [value, unused] : options_.values)
      absl::StrAppend(&known, known.empty() ? "" : ", ", value);
    return absl::DataLossError(absl::StrCat("column '", options_.column, "' = '",
                                            Utf8Shortened(said, 40), "' names no split; known are ",
                                            known, " (split.values)"));
  }
  // Not keyed by the problem's name: two problems that split by the same species hold out the same ones.
  RandomKey key = RandomKey(0).With("folder split");
  if (!options_.by.empty()) {
    T2T_ASSIGN_OR_RETURN(const std::string group, CellOf(row, options_.by));
    key = key.With(group);
  } else {
    for (const std::string& port : ports_) {
      const auto value = example.ports.find(port);
      if (value != example.ports.end()) key = WithValue(key, value->second);
    }
  }
  if (!options_.stratify.empty()) {
    T2T_ASSIGN_OR_RETURN(const std::string stratum, CellOf(row, options_.stratify));
    return Stratified(key.value(), stratum);
  }
  const double place = Philox(key).Uniform();
  if (options_.folds > 0) {
    const auto part = static_cast<int64_t>(place * static_cast<double>(options_.folds));
    if (part == options_.fold) return "test";
    return options_.folds > 2 && part == (options_.fold + 1) % options_.folds ? "valid" : "train";
  }
  if (place < options_.valid) return "valid";
  return place < options_.valid + options_.test ? "test" : "train";
}

// The split that is furthest behind its share among the groups of the stratum.
std::string SplitRule::Stratified(uint64_t group, const std::string& stratum) {
  const auto known = placed_.find(group);
  if (known != placed_.end()) return kSplits[known->second];
  Stratum& counts = strata_[stratum];
  ++counts.groups;
  const double shares[] = {1 - options_.valid - options_.test, options_.valid, options_.test};
  size_t best = 0;
  const auto behind = [&](size_t split) {
    return shares[split] * static_cast<double>(counts.groups) -
           static_cast<double>(counts.taken[split]);
  };
  for (size_t split = 1; split < 3; ++split) {
    if (behind(split) > behind(best) + 1e-9) best = split;
  }
  ++counts.taken[best];
  placed_[group] = static_cast<uint8_t>(best);
  return kSplits[best];
}

}  // namespace t2t
