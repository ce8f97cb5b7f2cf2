// Java's .properties: lines "key=value" in ISO 8859-1 with \uXXXX for other characters (java.util.Properties).
#ifndef T2T_PROBLEMS_READERS_PROPERTIES_H_
#define T2T_PROBLEMS_READERS_PROPERTIES_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace t2t {

// Values in UTF-8; of a key that is there twice the last one. A line may be continued by '\' at its end.
std::map<std::string, std::string> ParseProperties(absl::string_view text);

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_PROPERTIES_H_
