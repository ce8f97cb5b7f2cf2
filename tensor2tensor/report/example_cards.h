// Examples of a split, those held out said to be so: what went in, what the model said, what was wanted.
#ifndef T2T_TENSOR2TENSOR_REPORT_EXAMPLE_CARDS_H_
#define T2T_TENSOR2TENSOR_REPORT_EXAMPLE_CARDS_H_

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace t2t {

inline constexpr int64_t kShownExamples = 10;

// The first ten of an array of {"key", "inputs", "prediction", "references", "log_probability"}; ""
// where there is none. A picture is shown only if its base64 is that of a PNG, JPEG, GIF or WebP.
std::string ExampleCards(const nlohmann::json& examples, const std::string& split);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_EXAMPLE_CARDS_H_
