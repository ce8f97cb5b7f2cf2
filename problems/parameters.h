// The parameters behind a problem's name ("reverse:length=12,count=2000"), read with checks.
//
//   ParameterReader reader(parameters);
//   reader.Integer("length", &length, 1, 1000);
//   reader.Choice("stress", &stress, {"no", "yes"});
//   T2T_RETURN_IF_ERROR(reader.Finish());    // a bad value; a parameter that nothing asked for
//   spec.parameters = reader.Describe();
#ifndef T2T_PROBLEMS_PARAMETERS_H_
#define T2T_PROBLEMS_PARAMETERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "problems/problem.h"

namespace t2t {

// Each call leaves *value as it was when the parameter is not given. The first error is kept for
// Finish.
class ParameterReader {
 public:
  explicit ParameterReader(ProblemParameters parameters) : parameters_(std::move(parameters)) {}

  // A whole number in [low, high].
  void Integer(const std::string& key, int64_t* value, int64_t low, int64_t high);
  // One of `choices`.
  void Choice(const std::string& key, std::string* value, const std::vector<std::string>& choices);
  // A BCP 47-like tag: letters, digits, '-', '_' and '@'.
  void Language(const std::string& key, std::string* value);
  absl::Status Finish() const;
  // What was asked for, with the value that it has and what it may be: "length=8 (1 to 10000)", "lang=en".
  std::string Describe() const;

 private:
  const std::string* Find(const std::string& key);

  ProblemParameters parameters_;
  std::vector<std::string> known_;
  std::vector<std::string> described_;
  absl::Status error_;
};

// The instance's full name, with the parameters that were given, by key:
// "reverse:count=20,length=5".
std::string InstanceName(absl::string_view name, const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_PARAMETERS_H_
