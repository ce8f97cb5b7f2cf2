// What another model says of what this one made (`t2t eval --judge`), beside what it says of the true values.
#ifndef T2T_TENSOR2TENSOR_REPORT_JUDGE_TABLE_H_
#define T2T_TENSOR2TENSOR_REPORT_JUDGE_TABLE_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace t2t {

// Of a target's "judge", whose keys tensor2tensor/cli/comparisons.h tells; "" where there is none.
std::string JudgeTable(const nlohmann::json& judge);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_JUDGE_TABLE_H_
