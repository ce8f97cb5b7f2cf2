// What a reader calls for a record that it cannot read: `where` names file and place. OK means: go
// on with the next one; an error stops the reader, which returns it (ExampleSink::Broken decides).
#ifndef T2T_PROBLEMS_READERS_BROKEN_H_
#define T2T_PROBLEMS_READERS_BROKEN_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace t2t {

using OnBroken = std::function<absl::Status(absl::string_view where, const absl::Status& why)>;

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_BROKEN_H_
