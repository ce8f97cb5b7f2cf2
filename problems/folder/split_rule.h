// SplitRule: which split an example of a manifest's one table belongs to.
//
//   split: {valid: 5%, test: 5%}                          # by a hash of its inputs, so that equal ones share a split
//   split: {by: species, valid: 5%, test: 5%}             # by a hash of a column's cell
//   split: {stratify: species, valid: 10%, test: 10%}     # each species has these shares, as closely as whole numbers can
//   split: {folds: 5, fold: 0}                            # of five parts by the hash, 0 is test, 1 valid; `by` as above
//   split: {column: set, values: {valid: [dev]}}          # as the table says
//
// All but stratify depend on nothing but the row: more rows leave those that are there where they are.
#ifndef T2T_PROBLEMS_FOLDER_SPLIT_RULE_H_
#define T2T_PROBLEMS_FOLDER_SPLIT_RULE_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "modalities/codecs/value.h"
#include "problems/rows/row.h"

namespace t2t {

struct SplitOptions {
  std::string by;        // column of the group key; "" = the inputs
  std::string column;    // that names the split
  std::string stratify;  // column of which each value has the shares
  double valid = 0.05, test = 0.05;
  int64_t folds = 0, fold = 0;
  std::map<std::string, std::string> values;  // what the column may say -> the split

  // The columns of the table that are asked for.
  std::vector<std::string> Columns() const;
  // The splits that there are.
  std::vector<std::string> Splits() const;
};

class SplitRule {
 public:
  // `ports` are those whose values are the group where no column is: the inputs, or, without any, the targets.
  SplitRule(SplitOptions options, std::vector<std::string> ports)
      : options_(std::move(options)), ports_(std::move(ports)) {}

  // Error: DataLoss for a row that lacks a cell that is asked for, or names no split.
  absl::StatusOr<std::string> SplitOf(const Row& row, const Example& example);

 private:
  // Groups and groups of each split, of a value of `stratify`.
  struct Stratum {
    int64_t groups = 0;
    std::array<int64_t, 3> taken = {};
  };

  std::string Stratified(uint64_t group, const std::string& stratum);

  SplitOptions options_;
  std::vector<std::string> ports_;
  // stratify only: some 30 bytes for each group that was seen.
  absl::flat_hash_map<uint64_t, uint8_t> placed_;
  std::map<std::string, Stratum> strata_;
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_FOLDER_SPLIT_RULE_H_
