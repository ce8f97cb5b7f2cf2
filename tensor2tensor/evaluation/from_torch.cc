#include "tensor2tensor/evaluation/from_torch.h"

#include <torch/torch.h>

#include <new>

#include "absl/strings/str_cat.h"

namespace t2t {

absl::Status FromTorch(const std::function<absl::Status()>& work) {
  try {
    return work();
  } catch (const c10::OutOfMemoryError& error) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "out of memory: ", error.what_without_backtrace(),
        "; halve data.tokens_per_batch and double trainer.micro_batches for the same step"));
  } catch (const c10::Error& error) {
    return absl::InternalError(absl::StrCat("LibTorch: ", error.what_without_backtrace()));
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("out of memory");
  } catch (const std::exception& error) {
    return absl::InternalError(error.what());
  }
}

}  // namespace t2t
