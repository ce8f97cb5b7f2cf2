// What the report says of the run as a whole: speed, mixture, provenance.
#ifndef T2T_TENSOR2TENSOR_REPORT_RUN_SECTIONS_H_
#define T2T_TENSOR2TENSOR_REPORT_RUN_SECTIONS_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace t2t {

// Tokens a second, padding, shares of the mixture, learning rate; "" without training records.
std::string SpeedSection(const std::vector<nlohmann::json>& log);

// Where program and data come from, from an evaluation record; "" where nothing is known.
std::string ProvenanceSection(const nlohmann::json& evaluation);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_RUN_SECTIONS_H_
