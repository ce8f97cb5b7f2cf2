// How many bytes `xz -9` makes of a text that comes in parts, by libarchive.
//
//   T2T_ASSIGN_OR_RETURN(XzSize size, XzSize::Begin());
//   T2T_RETURN_IF_ERROR(size.Add("some text\n"));
//   T2T_ASSIGN_OR_RETURN(const int64_t bytes, size.Finish());
#ifndef T2T_TENSOR2TENSOR_EVALUATION_BASELINES_XZ_SIZE_H_
#define T2T_TENSOR2TENSOR_EVALUATION_BASELINES_XZ_SIZE_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct archive;

namespace t2t {

class XzSize {
 public:
  // Errors, of this and the others: Internal with what libarchive says, such as a lack of memory (700 MB are taken).
  static absl::StatusOr<XzSize> Begin();
  absl::Status Add(absl::string_view text);
  // Once, at the end.
  absl::StatusOr<int64_t> Finish();

 private:
  struct Close {
    void operator()(archive* writer) const;
  };
  XzSize() : bytes_(std::make_unique<int64_t>(0)) {}

  std::unique_ptr<int64_t> bytes_;  // written so far; where it is does not change
  std::unique_ptr<archive, Close> writer_;
};

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_EVALUATION_BASELINES_XZ_SIZE_H_
