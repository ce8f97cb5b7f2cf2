// The problems that come with the library: one line for each in the .cc file.
#ifndef T2T_PROBLEMS_CATALOGUE_REGISTER_PROBLEMS_H_
#define T2T_PROBLEMS_CATALOGUE_REGISTER_PROBLEMS_H_

#include "absl/status/status.h"
#include "problems/problem.h"
#include "registry/registry.h"

namespace t2t {

absl::Status RegisterProblems(Registry<ProblemFactory>& problems);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_REGISTER_PROBLEMS_H_
