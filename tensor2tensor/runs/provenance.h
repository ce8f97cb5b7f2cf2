// What a figure needs to be believed: the program's revision, the machine and the versions of libraries.
#ifndef T2T_TENSOR2TENSOR_RUNS_PROVENANCE_H_
#define T2T_TENSOR2TENSOR_RUNS_PROVENANCE_H_

#include <nlohmann/json.hpp>

namespace t2t {

// {"version", "revision", "processor", "cores", "threads", "torch", "libraries" (those it was built with),
// "cpu_capability", "time"}
nlohmann::json RunProvenance();

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_RUNS_PROVENANCE_H_
