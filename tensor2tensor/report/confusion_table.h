// Which label was taken for which, as a table of counts on a heat scale.
#ifndef T2T_TENSOR2TENSOR_REPORT_CONFUSION_TABLE_H_
#define T2T_TENSOR2TENSOR_REPORT_CONFUSION_TABLE_H_

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace t2t {

inline constexpr int64_t kMostLabels = 40;  // of a table; with more only the confusions are listed

// Of {"labels": [...], "counts": [[...]]}, counts[reference][prediction]; "" where these do not fit
// together.
std::string ConfusionTable(const nlohmann::json& confusion);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_CONFUSION_TABLE_H_
