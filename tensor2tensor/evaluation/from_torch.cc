#include "tensor2tensor/evaluation/from_torch.h"

#include <ATen/ATen.h>

#include <new>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace t2t {

namespace {

absl::Status OutOfMemory(const char* reason) {
  return absl::ResourceExhaustedError(absl::StrCat(
      "out of memory: ", reason,
      "; in training halve data.tokens_per_batch and double trainer.micro_batches for the same "
      "step, or lower trainer.workers; in decoding lower beam, n_best or candidates"));
}

}  // namespace

absl::Status FromTorch(const std::function<absl::Status()>& work) {
  try {
    return work();
  } catch (const c10::OutOfMemoryError& error) {
    return OutOfMemory(error.what_without_backtrace());
  } catch (const c10::Error& error) {
    const char* reason = error.what_without_backtrace();
    // Of the processor's memory LibTorch has no error of its own.
    if (absl::StrContains(reason, "DefaultCPUAllocator")) return OutOfMemory(reason);
    return absl::InternalError(absl::StrCat("LibTorch: ", reason));
  } catch (const std::bad_alloc&) {
    return OutOfMemory("no more of the processor's");
  } catch (const std::exception& error) {
    return absl::InternalError(error.what());
  } catch (...) {
    return absl::InternalError("an exception of an unknown type");
  }
}

}  // namespace t2t
