// ParallelFor: loops on the tensor library's own threads.
//
// at::parallel_for is a template of its headers and runs one after the other in a file that is not compiled with
// OpenMP. None of ours is: the compiler's OpenMP would bring a second runtime, with threads of its own, beside the
// one in LibTorch. So the loop is handed to a function inside LibTorch.
#ifndef T2T_TENSOR2TENSOR_LAYERS_PARALLEL_FOR_H_
#define T2T_TENSOR2TENSOR_LAYERS_PARALLEL_FOR_H_

#include <c10/util/FunctionRef.h>

#include <cstdint>

namespace t2t {

// work(begin, end) for parts of [0, count), at most at::get_num_threads() of them at the same time, on threads that
// are kept. Counts up to `grain`, and loops within such a loop, run as one part on the calling thread. Tensor operations
// within one of several parts run on that part's thread alone. What a part throws is thrown again here. Thread-local
// states (gradient mode) are not taken along.
void ParallelFor(int64_t count, int64_t grain, c10::function_ref<void(int64_t, int64_t)> work);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LAYERS_PARALLEL_FOR_H_
