// The table of problems that `t2t list problems` prints: which ones, and what of.
#ifndef T2T_TENSOR2TENSOR_CLI_PROBLEM_TABLE_H_
#define T2T_TENSOR2TENSOR_CLI_PROBLEM_TABLE_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tensor2tensor/library/library.h"

namespace t2t {

struct ProblemQuery {
  std::string from;         // a modality that an input has; "nothing": there is none
  std::string to;           // that a target has
  std::string language;     // of a port; "en" is also "en-GB"
  std::string licence;      // a part of it, in any case of letters
  std::string max_size;     // of the download: "20 MB"
  std::string by = "pair";  // what stands together: pair, size, licence, language
  void AddTo(CLI::App& command);
  bool filters() const;
};

// On stdout. A problem that fits only with parameters, or the other way round, is shown so: "emoji_names:lang=it". Errors: an
// unknown modality, with the nearest; a size that is none.
absl::Status PrintProblems(const Library& library, const ProblemQuery& query);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_CLI_PROBLEM_TABLE_H_
